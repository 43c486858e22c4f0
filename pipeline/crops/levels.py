"""The crop levels of a study, light to heavy."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from study.models import Level, Study

DEFAULT_SIDES = (1.0, 0.66, 0.45, 0.30, 0.20)


class LevelsOutOfOrderError(ValueError):
    """The sides do not go from the whole photo to ever smaller windows."""


def check_sides(sides: Sequence[float]) -> None:
    """Raise `LevelsOutOfOrderError` unless sides start at 1 and fall strictly."""
    falling = all(heavier < lighter for lighter, heavier in pairwise(sides))
    if len(sides) < 2 or sides[0] != 1.0 or not falling or sides[-1] <= 0:
        raise LevelsOutOfOrderError(
            f"Level sides {', '.join(f'{side:g}' for side in sides)}: start with 1 (the whole photo) "
            "and let every further level be smaller, for example 1, 0.66, 0.45, 0.3."
        )


def add_levels(study: Study, sides: Sequence[float] = DEFAULT_SIDES) -> list[Level]:
    """Give a study its levels.

    Raises
    ------
    LevelsOutOfOrderError
        Unless the sides start at 1 and fall strictly.
    """
    check_sides(sides)
    return Level.objects.bulk_create(
        Level(study=study, number=number, side=side) for number, side in enumerate(sides)
    )
