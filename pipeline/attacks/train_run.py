"""One attacker run: its training, its tests on every rendered level, and its record."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from django.db.models import QuerySet

from attacker.example import Example
from attacker.features.cache import write_atomically
from attacker.file_hash import file_sha256
from attacker.training.record_file import WEIGHTS
from pipeline.attacks.data_roles import config_of_run, roles_of
from pipeline.attacks.predictions import calibrate, predicted, write_answers
from pipeline.datasets import (
    classes_of,
    feature_cache,
    levels_there_are,
    run_directory,
    stimuli_at,
)
from pipeline.models import AttackerRun
from pipeline.models.run_records import EpochRecord
from pipeline.queue.claims import Claim, Write
from pipeline.shared_runs import fetched_run, share_run
from study.models import Item

if TYPE_CHECKING:
    from attacker import Progress, TrainedAttacker

TRAINING_SHARE = 0.9  # of the job's progress bar; testing is the rest
UNRECOGNISED_WEIGHT = 2.0
EXAMPLE_WEIGHTS_FILE = "example-weights.json"


class _Clock:
    """The time that a run has taken, including attempts that were stopped or killed."""

    def __init__(self, run: AttackerRun) -> None:
        self._began = time.monotonic() - (run.seconds or 0.0)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began


def train_and_test(claim: Claim) -> Write:
    """Train a run, or resume it after its last epoch, and test it; return what stores the results."""
    run = AttackerRun.objects.select_related("study", "warm_from").get(job=claim.job)
    clock = _Clock(run)
    trained = _train(run, claim, clock)
    share_run(run, _own(run, claim))
    tested = list(
        stimuli_at(run.study, levels_there_are(run.study), [Item.Split.VALIDATION, Item.Split.TEST])
    )
    logits = predicted(trained, tested, claim) if run.role == AttackerRun.Role.ATTACK else None

    def write() -> None:
        _write_run(run, trained, seconds=clock.seconds)
        if logits is not None:
            calibrate(run, tested, logits)
            write_answers(run, tested, logits)

    return write


def _train(run: AttackerRun, claim: Claim, clock: _Clock) -> TrainedAttacker:
    from attacker import train

    examples, validation = roles_of(run)
    return train(
        config_of_run(run),
        classes_of(run.study),
        examples,
        validation,
        run_dir=fetched_run(run),
        cache_dir=feature_cache(),
        warm_start=fetched_run(run.warm_from) if run.warm_from else None,
        example_weights=_weights(run, examples, claim),
        on_progress=lambda progress: _report(run, claim, clock, progress),
        should_stop=claim.should_stop,
    )


def _weights(run: AttackerRun, examples: Sequence[Example], claim: Claim) -> list[float] | None:
    """Return weights of the training photos in a further round: those that the last one missed count more.

    They are computed once and stored next to the checkpoints. On another device, a photo that is nearly even
    between two classes may be answered differently, and the run could not be resumed.
    """
    if run.warm_from is None:
        return None
    path = fetched_run(run) / EXAMPLE_WEIGHTS_FILE
    if not path.exists():
        text = json.dumps(_unrecognised_weigh_more(run.warm_from, examples, claim)).encode()
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, lambda file: file.write(text), durable=True)
    weights: list[float] = json.loads(path.read_text())
    return weights


def _unrecognised_weigh_more(
    before_run: AttackerRun, examples: Sequence[Example], claim: Claim
) -> list[float]:
    from attacker import load, predict

    before = predict(
        load(fetched_run(before_run)),
        examples,
        cache_dir=feature_cache(),
        should_stop=claim.should_stop,
        test_time_augmentation=False,  # which photos it has not learned, not how well it does
    )
    wrong = np.argmax(before.logits, axis=1) != np.array([example.label for example in examples])
    return [UNRECOGNISED_WEIGHT if is_wrong else 1.0 for is_wrong in wrong]


def _report(run: AttackerRun, claim: Claim, clock: _Clock, progress: Progress) -> None:
    """Show progress and the accuracies so far; the complete history is stored at the end."""
    claim.progress(progress.fraction * TRAINING_SHARE, _summary(progress))
    if progress.validation_accuracy is not None:
        record = EpochRecord(progress.stage, validation_accuracy=progress.validation_accuracy)
        run.history.append(msgspec.to_builtins(record))
        _own(run, claim).update(history=run.history, seconds=clock.seconds)
        share_run(run, _own(run, claim))


def _own(run: AttackerRun, claim: Claim) -> QuerySet[AttackerRun]:
    """Return the run's row; nothing once another worker has taken it over."""
    return AttackerRun.objects.filter(pk=run.pk, job__in=claim.owned())


def _summary(progress: Progress) -> str:
    summary = f"{progress.stage}, {progress.epoch}/{progress.epochs}"
    if progress.validation_accuracy is not None:
        summary += f", validation {progress.validation_accuracy:.3f}"
    return summary


def _write_run(run: AttackerRun, trained: TrainedAttacker, seconds: float) -> None:
    directory = run_directory(run)
    run.config = asdict(trained.config)
    record = trained.record
    run.history = msgspec.to_builtins(
        [EpochRecord(**asdict(epoch), kept=epoch == record.best) for epoch in record.history]
    )
    run.directory = str(directory)
    run.checkpoint_sha256 = file_sha256(directory / WEIGHTS)
    run.validation_accuracy = record.best.validation_accuracy
    run.device = str(record.provenance["device"])
    run.seconds = seconds
    run.save()
