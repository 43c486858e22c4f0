"""What networks answer to stimuli, and what is written about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pipeline.examples import examples_of, feature_cache
from pipeline.jobs import Claim
from pipeline.models import AttackerRun, Prediction
from study.models import Category, Item, Stimulus

if TYPE_CHECKING:
    from attacker import TrainedAttacker

Logits = NDArray[np.floating]


def predicted(trained: TrainedAttacker, stimuli: Sequence[Stimulus], claim: Claim) -> Logits:
    """Logits of a network, [stimuli, classes]."""
    from attacker import predict

    answers = predict(trained, examples_of(stimuli), cache_dir=feature_cache(), should_stop=claim.should_stop)
    return answers.logits


def write_answers(run: AttackerRun, stimuli: Sequence[Stimulus], logits: Logits) -> None:
    """Replace a run's answers at the levels of these stimuli; logits are [stimuli, classes]."""
    categories = {category.position: category for category in Category.objects.filter(study=run.study)}
    run.predictions.filter(stimulus__level__in={stimulus.level for stimulus in stimuli}).delete()
    Prediction.objects.bulk_create(
        [
            Prediction(
                run=run,
                stimulus=stimulus,
                logits=[round(float(value), 5) for value in row],
                response=categories[int(np.argmax(row))],
                correct=int(np.argmax(row)) == stimulus.item.category.position,
            )
            for stimulus, row in zip(stimuli, logits, strict=True)
        ],
        batch_size=500,
    )


def calibrate(run: AttackerRun, stimuli: Sequence[Stimulus], logits: Logits) -> None:
    """Accuracy and class offsets on the validation photos of the run's own level, from its final answers."""
    from attacker import expected_calibration_error, offsets

    own = [
        number
        for number, stimulus in enumerate(stimuli)
        if stimulus.level.number == run.trained_through and stimulus.item.split == Item.Split.VALIDATION
    ]
    labels = np.array([stimuli[number].item.category.position for number in own])
    right = logits[own].argmax(1) == labels
    run.validation_accuracy = float(np.mean([right[labels == label].mean() for label in np.unique(labels)]))
    run.offsets = [float(value) for value in offsets(logits[own], labels)]
    run.calibration_error = float(expected_calibration_error(logits[own], labels))
    run.save(update_fields=["validation_accuracy", "offsets", "calibration_error"])
