"""A study's stimuli as the attacker's examples, and its settings as the attacker's config."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from attacker.config import RECIPES, AttackerConfig
from attacker.example import Example
from pipeline.models import AttackerRun, Job
from pipeline.models.job_params import LevelTestParams
from pipeline.storage import cache_directory, local_path
from study.models import Item, Level, Stimulus, Study
from study.models.studies import LevelFamily

FEATURES = "features"


def stimuli_at(study: Study, levels: Iterable[int], splits: Iterable[str]) -> QuerySet[Stimulus]:
    """Return the stimuli at these levels whose photos are in these splits, in a fixed order."""
    return (
        Stimulus.objects.filter(item__study=study, level__number__in=levels, item__split__in=splits)
        .select_related("item__category", "level")
        .order_by("level__number", "item_id")
    )


def lighter_stimuli(level: Level) -> QuerySet[Stimulus]:
    """Return the stimuli whose attention decides where a level is cut, light to heavy.

    A window of a level by subject may leave the lighter crops, so it must avoid what drew attention at any of
    them; the other families hide all that the level before hid.
    """
    by_subject = level.study.level_family == LevelFamily.SUBJECT
    levels = range(level.number) if by_subject else [level.number - 1]
    return stimuli_at(level.study, levels, Item.Split.values)


def levels_there_are(study: Study) -> list[int]:
    """Return the numbers of the levels that are rendered."""
    return list(study.levels.filter(stimuli__isnull=False).distinct().values_list("number", flat=True))


def tested_levels(study: Study) -> set[int]:
    """Return the numbers of the levels on which the attackers of lighter ones were tested."""
    jobs = study.jobs.filter(kind=Job.Kind.TEST, state=Job.State.SUCCEEDED)
    tests = [LevelTestParams.of(job) for job in jobs]
    return {test.level for test in tests if test.stimulus is None}


def examples_of(stimuli: Iterable[Stimulus]) -> list[Example]:
    """Return what the attacker is given about each stimulus."""
    return [
        Example(
            path=local_path(stimulus.image, stimulus.sha256),
            label=stimulus.item.category.position,
            item=str(stimulus.item_id),
            level=stimulus.level.number,
            group=stimulus.item.cluster,
        )
        for stimulus in stimuli
    ]


def classes_of(study: Study) -> list[str]:
    """Return the names of a study's classes, in the order of the logits."""
    return list(study.categories.order_by("position").values_list("name", flat=True))


def config_of(study: Study, architecture: str, seed: int) -> AttackerConfig:
    """Return the attacker's config for one architecture and seed of a study."""
    return RECIPES[study.attacker_preset](
        architecture=architecture,
        seed=seed,
        image_size=study.image_size,
        device=study.device,
        test_time_augmentation=study.test_time_augmentation,
    )


def run_directory(run: AttackerRun) -> Path:
    """Return the folder of a run's checkpoints, which all workers of a site share."""
    return Path(settings.SWEETSPOT_VAR) / "runs" / run.study.code / f"run-{run.pk}"


def feature_cache() -> Path:
    """Return the folder of cached features, which all runs share."""
    return cache_directory(FEATURES)
