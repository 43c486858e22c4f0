"""A worker whose networks are not trained: they know every whole photo, and no cropped one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from pipeline.attacks.predictions import calibrate, write_answers
from pipeline.datasets import levels_there_are, stimuli_at
from pipeline.models import AttackerRun, Check, Job
from pipeline.models.job_params import LevelTestParams
from pipeline.queue.claims import Claim, Write
from pipeline.worker.execute import HANDLERS
from study.models import Item, Stimulus
from tests.pipeline.check_results import stored_result
from tests.pipeline.looking import let_look, upper_half

TESTED = [Item.Split.VALIDATION, Item.Split.TEST]


def let_networks_answer_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace training, its tests and its checks; everything else of the worker stays as it is."""
    let_look(monkeypatch, upper_half)
    for kind, handler in {Job.Kind.TRAIN: _train, Job.Kind.TEST: _test, Job.Kind.CHECK: _check}.items():
        monkeypatch.setitem(HANDLERS, kind, handler)


def _train(claim: Claim) -> Write:
    run = AttackerRun.objects.select_related("study").get(job=claim.job)
    stimuli = list(stimuli_at(run.study, levels_there_are(run.study), TESTED))

    def write() -> None:
        run.device, run.validation_accuracy, run.seconds = "cpu", 1.0, 1.0
        run.save()
        if run.role == AttackerRun.Role.ATTACK:
            calibrate(run, stimuli, _logits(stimuli))
            write_answers(run, stimuli, _logits(stimuli))

    return write


def _test(claim: Claim) -> Write:
    level, study = LevelTestParams.of(claim.job).level, claim.job.study
    stimuli = list(stimuli_at(study, [level], TESTED))
    runs = list(study.attacker_runs.attackers().trained().filter(trained_through__lt=level))

    def write() -> None:
        for run in runs:
            write_answers(run, stimuli, _logits(stimuli))

    return write


def _check(claim: Claim) -> Write:
    row = Check.objects.get(job=claim.job)

    def write() -> None:
        row.result = stored_result(row.kind)
        row.save(update_fields=["result"])

    return write


def _logits(stimuli: Sequence[Stimulus]) -> np.ndarray:
    """The right class on whole photos; on every crop the first class."""
    classes = 1 + max(stimulus.item.category.position for stimulus in stimuli)
    named = [stimulus.item.category.position * (stimulus.level.number == 0) for stimulus in stimuli]
    return 4.0 * np.eye(classes)[named]
