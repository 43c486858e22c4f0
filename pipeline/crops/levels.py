"""The crop levels of a study, light to heavy."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from pipeline.models import Job
from pipeline.models.job_params import CropParams
from study.models import Item, Level, Study
from study.models.studies import LevelFamily, PersonDetector

DEFAULT_SIDES = (1.0, 0.66, 0.45, 0.30, 0.20)
DEFAULT_SHARES = (1.0, 0.8, 0.5, 0.35)  # of the subject
LEAST_SHARE = 0.2  # a further level, where more than the foreground says where the subject is


class CropReport(msgspec.Struct, frozen=True):
    """What a job that cut a level reports: how many photos it left out, of whatever split."""

    left_out: int


class LevelsOutOfOrderError(ValueError):
    """The levels do not go from the whole photo to ever less of it, or do not say how much they keep."""


def field_of(family: str) -> str:
    """Return the field of `Level` that says how much a level of this family keeps."""
    return "subject_share" if family == LevelFamily.SUBJECT else "side"


def check_amounts(amounts: Sequence[float | None], family: str) -> None:
    """Raise `LevelsOutOfOrderError` unless amounts are given, start at 1 and fall strictly."""
    name, example = _WORDING[field_of(family)]
    given = [amount for amount in amounts if amount is not None]
    if len(given) < len(amounts):
        raise LevelsOutOfOrderError(f"Give every level a {name}: the study's levels are of that kind.")
    falling = all(heavier < lighter for lighter, heavier in pairwise(given))
    if len(given) < 2 or given[0] != 1.0 or not falling or given[-1] <= 0:
        raise LevelsOutOfOrderError(
            f"Levels with a {name} of {', '.join(f'{amount:g}' for amount in given)}: start with 1 (the "
            f"whole photo) and let every further level keep less, for example {example}."
        )


def add_levels(study: Study, amounts: Sequence[float] | None = None) -> list[Level]:
    """Give a study its levels.

    `amounts` are shares of the subject, or sides as shares of the photo's side, light to heavy; None: the
    default ones. Raises LevelsOutOfOrderError unless the amounts start at 1 and fall strictly.
    """
    field = field_of(study.level_family)
    defaults = default_shares(study) if field == "subject_share" else DEFAULT_SIDES
    amounts = defaults if amounts is None else amounts
    check_amounts(amounts, study.level_family)
    return Level.objects.bulk_create(
        Level(study=study, number=number, **{field: amount}) for number, amount in enumerate(amounts)
    )


def default_shares(study: Study) -> tuple[float, ...]:
    """Return the shares of the subject that a study's levels keep by default.

    The heaviest is among them only where a detector is asked, or every photo has come with a mask, box or
    landmarks: of what merely stands out, so little may lie beside the person.
    """
    unlocated = study.items.filter(mask="", box__isnull=True, landmarks__isnull=True)
    given = study.items.exists() and not unlocated.exists()
    is_located = study.person_detector != PersonDetector.NONE or given
    return (*DEFAULT_SHARES, LEAST_SHARE) if is_located else DEFAULT_SHARES


def lacks_least_level(study: Study) -> bool:
    """Return whether a study has the default levels of before its photos told where their subject is."""
    if study.level_family != LevelFamily.SUBJECT:
        return False
    shares = tuple(study.levels.values_list("subject_share", flat=True))
    return shares == DEFAULT_SHARES != default_shares(study)


def photos_without_crop(level: Level) -> int:
    """Return how many test photos a level leaves out, as no window shows enough of their subject."""
    tested = level.stimuli.filter(item__split=Item.Split.TEST).count()
    return level.study.items.filter(split=Item.Split.TEST).count() - tested if tested else 0


def left_out_by_level(study: Study) -> dict[int, int]:
    """Return how many photos, of whatever split, the finished jobs left out at each level."""
    cut = study.jobs.filter(kind=Job.Kind.CROP, state=Job.State.SUCCEEDED, report__isnull=False)
    return {CropParams.of(job).level: msgspec.convert(job.report, CropReport).left_out for job in cut}


def count_left_out(level: Level, change: int) -> None:
    """Count a photo more or less among those that a level leaves out, once it was cut again."""
    jobs = level.study.jobs.filter(kind=Job.Kind.CROP, state=Job.State.SUCCEEDED, report__isnull=False)
    for job in jobs if change else ():
        if CropParams.of(job).level == level.number:
            report = CropReport(msgspec.convert(job.report, CropReport).left_out + change)
            Job.objects.filter(pk=job.pk).update(report=msgspec.to_builtins(report))


_WORDING = {
    "side": ("side", "1, 0.66, 0.45, 0.3"),
    "subject_share": ("share of the subject", "1, 0.8, 0.5, 0.35"),
}
