"""A study that people and machine have answered, with known answers."""

from __future__ import annotations

import numpy as np
from django.utils import timezone

from pipeline.models import ENSEMBLE, AttackerRun, Job, Prediction
from study.models import Category, Item, Level, Stimulus, Study, StudyVersion
from study.models.people import Mode
from tests.remembered import remembered
from tests.study.factories import open_study_version, player
from tests.study.playing import play_to_the_end


@remembered
def answered_version(people: int = 2, mode: Mode = Mode.SIMULATED, **draft: object) -> StudyVersion:
    """Everybody answers every trial correctly; the machine is right on full photos only."""
    version = open_study_version(**draft)
    for _ in range(people):
        play_to_the_end(player(version, mode=mode))
    for level in version.study.levels.all():
        for seed in range(2):
            add_run(version.study, level.number, seed, skill=1.0 if level.number == 0 else 0.0)
    return version


def add_run(
    study: Study,
    through: int,
    seed: int,
    skill: float,
    round: int = 1,
    net: str = "net",
    validated: dict[int, float] | None = None,
) -> AttackerRun:
    """A finished run that is right on this share of the test photos of every level.

    `validated` gives the share of the validation photos of other levels that it is right on.
    """
    kind = Job.Kind.COMBINE if net == ENSEMBLE else Job.Kind.TRAIN
    key = f"{kind}:attack:{net}:s{seed}:l{through}:r{round}"
    job = Job.objects.create(
        study=study, kind=kind, key=key, state=Job.State.SUCCEEDED, ring_after=timezone.now()
    )
    run = AttackerRun.objects.create(
        study=study, job=job, role=AttackerRun.Role.ATTACK, architecture=net, seed=seed,
        trained_through=through, round=round, validation_accuracy=skill, device="cpu",
    )  # fmt: skip
    predict(run, skill)
    for level, share in (validated or {}).items():
        _answer_all(run, study.levels.get(number=level), Item.Split.VALIDATION, share)
    return run


def predict(run: AttackerRun, skill: float) -> None:
    """Answers to the test photos of every level: right on the first `skill` of them."""
    for level in run.study.levels.all():
        _answer_all(run, level, Item.Split.TEST, skill)


def _answer_all(run: AttackerRun, level: Level, split: str, skill: float) -> None:
    categories = list(run.study.categories.all())
    stimuli = Stimulus.objects.filter(level=level, item__split=split).select_related("item__category")
    right_ones = round(skill * len(stimuli))
    Prediction.objects.bulk_create(
        _answer(run, stimulus, categories, right=number < right_ones)
        for number, stimulus in enumerate(stimuli)
    )


def _answer(run: AttackerRun, stimulus: Stimulus, categories: list[Category], *, right: bool) -> Prediction:
    position = (stimulus.item.category.position + (0 if right else 1)) % len(categories)
    logits = 4.0 * np.eye(len(categories))[position]
    return Prediction(
        run=run, stimulus=stimulus, logits=logits.tolist(), response=categories[position], correct=right
    )
