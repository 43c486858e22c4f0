"""Answers of networks to stimuli, and how they are stored and summarised."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pipeline.datasets import examples_of, feature_cache
from pipeline.models import AttackerRun, Prediction
from pipeline.queue.claims import Claim
from stats.inference.balanced_accuracy import balanced_accuracy
from study.models import Category, Item, Stimulus

if TYPE_CHECKING:
    from attacker import TrainedAttacker

Logits = NDArray[np.floating]


class StimulusChangedError(RuntimeError):
    """A photo was cut again while networks answered it."""


def predicted(trained: TrainedAttacker, stimuli: Sequence[Stimulus], claim: Claim) -> Logits:
    """Return a network's logits, [stimuli, classes].

    Raises attacker.errors.LeakError if it has learned from one of these photos, or from a near-duplicate, at
    any level.
    """
    from attacker import predict

    examples = examples_of(stimuli)
    trained.require_unseen(examples)
    return predict(trained, examples, cache_dir=feature_cache(), should_stop=claim.should_stop).logits


def write_answers(run: AttackerRun, stimuli: Sequence[Stimulus], logits: Logits) -> None:
    """Store a run's answers to these stimuli, in place of earlier ones; logits are [stimuli, classes].

    Raises StimulusChangedError if one of them does not show the pixels any more that the network was given.
    """
    _require_same_pixels(stimuli)
    categories = {category.position: category for category in Category.objects.filter(study=run.study)}
    answers = []
    for stimulus, row in zip(stimuli, logits, strict=True):
        named = int(np.argmax(row))
        right = named == stimulus.item.category.position
        scores = [round(float(value), 5) for value in row]
        answer = {"logits": scores, "response": categories[named], "correct": right}
        answers.append(Prediction(run=run, stimulus=stimulus, **answer))
    Prediction.objects.bulk_create(
        answers,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["run", "stimulus"],
        update_fields=["logits", "response", "correct"],
    )


def _require_same_pixels(stimuli: Sequence[Stimulus]) -> None:
    levels = {stimulus.level for stimulus in stimuli}
    now = dict(Stimulus.objects.filter(level__in=levels).values_list("pk", "sha256"))
    for stimulus in stimuli:
        if now.get(stimulus.pk) != stimulus.sha256:
            raise StimulusChangedError(
                f"{stimulus} was cut again while networks answered it; retry this job."
            )


def calibrate(run: AttackerRun, stimuli: Sequence[Stimulus], logits: Logits) -> None:
    """Store a run's accuracy and class offsets on the validation photos of its own level.

    Stored answers are not corrected. The corrected accuracy lets the loop see that a biased attacker is not
    defeated; the report corrects the machine that counts (`stats.machine.bias_correction`).
    """
    from stats.machine.calibration_error import expected_calibration_error
    from stats.machine.class_offsets import class_offsets, corrected_accuracy

    own = [
        number
        for number, stimulus in enumerate(stimuli)
        if stimulus.level.number == run.trained_through and stimulus.item.split == Item.Split.VALIDATION
    ]
    labels = np.array([stimuli[number].item.category.position for number in own])
    clusters = [stimuli[number].item.cluster for number in own]
    run.validation_accuracy = balanced_accuracy(logits[own].argmax(1) == labels, labels)
    run.corrected_accuracy = corrected_accuracy(logits[own], labels, clusters)
    run.offsets = [float(value) for value in class_offsets(logits[own], labels)]
    run.calibration_error = expected_calibration_error(logits[own], labels)
    run.save(update_fields=["validation_accuracy", "corrected_accuracy", "offsets", "calibration_error"])
