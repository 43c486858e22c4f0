"""Parameters of jobs, one type for each kind that has any; `Job.params` stores them as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import msgspec

if TYPE_CHECKING:
    from pipeline.models.jobs import Job


class JobParams(msgspec.Struct, frozen=True, omit_defaults=True):
    """Parameters of a job; training, combining, checking and analysing have none."""

    @classmethod
    def of(cls, job: Job) -> Self:
        """Read the parameters of a stored job.

        Raises msgspec.ValidationError if the row holds something else.
        """
        return msgspec.convert(job.params, cls)


class ImportParams(JobParams, frozen=True):
    """Parameters of reading and importing photos: the number of the import."""

    photo_import: int


class CropParams(JobParams, frozen=True):
    """Parameters of rendering: the number of the level."""

    level: int


class SearchParams(JobParams, frozen=True):
    """Parameters of a search for a stronger attack: the number of the level."""

    level: int


class NoticeParams(JobParams, frozen=True):
    """Parameters of a delivery: the notice, and whether it goes by mail or webhook."""

    notice: int
    way: str


class PowerParams(JobParams, frozen=True):
    """Parameters of a power plan: accuracies by level, light to heavy, sizes, and what a trial asks."""

    human: tuple[float, ...]
    machine: tuple[float, ...]
    people: tuple[int, ...]
    photos: int
    seeds: int
    trials: int
    classes: int
    goal: float = 0.8
    asked: str = "classes"


class SimulateParams(JobParams, frozen=True):
    """Parameters of simulated people.

    How many, their seed, the site that they visit, the number of the first, whether they answer the pilot.
    """

    people: int
    seed: int
    site: str
    first: int = 0
    pilot: bool = False


class LevelTestParams(JobParams, frozen=True):
    """Parameters of a test: the number of the level, and one stimulus if only that one is to be answered."""

    level: int
    stimulus: int | None = None
