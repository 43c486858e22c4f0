"""Rows of the database as the attacker's examples, and settings of a study as its config."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from attacker.config import AttackerConfig
from attacker.example import Example
from pipeline.models import AttackerRun, Job
from pipeline.models.job_params import LevelTestParams
from pipeline.storage import cache_directory, local_path
from study.models import Stimulus, Study

FEATURES = "features"
PRESETS: dict[str, Callable[..., AttackerConfig]] = {
    "full": AttackerConfig,
    "quick": AttackerConfig.quick,
    "probe": AttackerConfig.probe,
}


def stimuli_at(study: Study, levels: Iterable[int], splits: Iterable[str]) -> QuerySet[Stimulus]:
    """Stimuli at these levels whose photos stand in these splits, in a fixed order."""
    return (
        Stimulus.objects.filter(item__study=study, level__number__in=levels, item__split__in=splits)
        .select_related("item__category", "level")
        .order_by("level__number", "item_id")
    )


def levels_there_are(study: Study) -> list[int]:
    """Numbers of the levels that are rendered."""
    return list(study.levels.filter(stimuli__isnull=False).distinct().values_list("number", flat=True))


def tested_levels(study: Study) -> set[int]:
    """Numbers of the levels that the attackers of lighter ones have met."""
    jobs = study.jobs.filter(kind=Job.Kind.TEST, state=Job.State.SUCCEEDED)
    tests = [LevelTestParams.of(job) for job in jobs]
    return {test.level for test in tests if test.stimulus is None}


def examples_of(stimuli: Iterable[Stimulus]) -> list[Example]:
    """What the attacker gets to know about each stimulus."""
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
    return list(study.categories.order_by("position").values_list("name", flat=True))


def config_of(study: Study, architecture: str, seed: int) -> AttackerConfig:
    """The attacker's recipe as the study asks for it."""
    return PRESETS[study.attacker_preset](
        architecture=architecture,
        seed=seed,
        image_size=study.image_size,
        device=study.device,
        test_time_augmentation=study.test_time_augmentation,
    )


def run_directory(run: AttackerRun) -> Path:
    """Where a run's checkpoints lie; shared by all workers of a site."""
    return Path(settings.SWEETSPOT_VAR) / "runs" / run.study.code / f"run-{run.pk}"


def feature_cache() -> Path:
    return cache_directory(FEATURES)
