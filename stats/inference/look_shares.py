"""When a running study may be looked at, as it is planned before its first answer."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from enum import StrEnum

from stats.errors import CriteriaError


class LookPlan(StrEnum):
    """Which looks at the answers of people a design allows."""

    END = "end"  # one analysis, when the study has closed
    PLANNED = "planned"  # at stated shares of the people, with O'Brien-Fleming boundaries
    SEQUENCE = "sequence"  # at any time, by the confidence sequence


def checked_shares(shares: Iterable[float]) -> tuple[float, ...]:
    """Return shares of the planned people at which to look, or refuse them.

    Parameters
    ----------
    shares
        Above 0, ascending, the last one 1.

    Raises
    ------
    CriteriaError
        When they are anything else.

    Examples
    --------
    >>> checked_shares([0.5, 1])
    (0.5, 1.0)
    >>> checked_shares([1, 0.5])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    stats.errors.CriteriaError: looks must be shares of the planned people that ascend to 1, for example ...
    """
    numbers = tuple(map(float, shares))
    ascending = all(before < after for before, after in zip((0.0, *numbers), numbers, strict=False))
    if not numbers or not ascending or abs(numbers[-1] - 1) > 1e-12:
        raise CriteriaError(
            "looks must be shares of the planned people that ascend to 1, for example .33 .67 1"
        )
    return numbers


def people_at(share: float, planned: int) -> int:
    """Return how many people a look at a share of the planned ones waits for.

    Examples
    --------
    >>> people_at(0.5, 41)
    21
    """
    return math.ceil(share * planned)


def looks_beside_the_plan(people: Sequence[int], sizes: Sequence[int]) -> int:
    """Count analyses that no planned look allows: each look is the first analysis that has its people.

    Parameters
    ----------
    people
        People behind each analysis, in the order in which they were run.
    sizes
        People that each planned look waits for, ascending.

    Examples
    --------
    Looks are planned at 20 and 40 people; the first analysis came too early, and the third looked again.

    >>> looks_beside_the_plan([12, 21, 22, 40], sizes=[20, 40])
    2
    """
    used, beside = 0, 0
    for count in people:
        reached = sum(count >= size for size in sizes)
        beside += reached <= used
        used = max(used, reached)
    return beside
