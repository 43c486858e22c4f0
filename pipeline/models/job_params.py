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

        Raises
        ------
        msgspec.ValidationError
            If the row holds something else.
        """
        return msgspec.convert(job.params, cls)


class ImportParams(JobParams, frozen=True):
    """Parameters of an import: the name of the uploaded zip file in the storage."""

    upload: str


class CropParams(JobParams, frozen=True):
    """Parameters of rendering: the number of the level."""

    level: int


class LevelTestParams(JobParams, frozen=True):
    """Parameters of a test: the number of the level, and one stimulus if only that one is to be answered."""

    level: int
    stimulus: int | None = None
