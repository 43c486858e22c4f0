"""From how far a person looks at a screen, by the blind spot of one eye.

With one eye open, a person looks at a square while a dot moves away from it towards the temple. It vanishes
where the blind spot begins, `EDGE_DEGREES` from where they look: from that length on the screen follows the
distance. Who presses a key when the dot has vanished presses late, when it has moved on, and so would seem to
sit farther away. Here the dot then turns round, and the person presses again when it is back: late as well,
but to the other side. The middle of both is where the border is, however late both presses are.

The method is the virtual chinrest of Li et al. (2020), who count the first press only, of a dot at 1.5
degrees a second, and take 13.5 degrees: where people press, not where their spot begins. With the head in a
chinrest 19 people pressed at 13.41 degrees (SD .73, their published data); a press .35 s late adds .5 of
these. What is left, 12.9, is also what Young measured in 1801 (12 degrees 56 minutes).

References
----------
Li, Joo, Yeatman & Reinecke (2020), Controlling for participants' viewing distance in large-scale,
psychophysical online experiments using a virtual chinrest, Scientific Reports 10, 904; their data of
experiment 1 and the speed of their dot at github.com/QishengLi/virtual_chinrest. Young's value as told in
Fluctuations in size of the normal blind spot (1960), Archives of Ophthalmology 64, 522-527.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import radians, tan
from statistics import median, quantiles
from typing import Annotated

import msgspec
from msgspec import Meta

from study.sizing.visual_angle import MM_PER_CM

EDGE_DEGREES = 12.9
ROUNDS = 5
NEAREST_CM, FARTHEST_CM = 20.0, 150.0  # nobody looks at a screen from nearer, or at a dot on one from farther
LARGEST_SPREAD = 0.15  # of the distance: rounds that differ more were not about a blind spot

# The way of the dot, as shares of the length that the planned distance gives.
START, LEAST_ROOM, MOST_ROOM = 0.35, 1.25, 2.0
DEGREES_PER_SECOND, DEGREES_PER_STEP = 2.0, 0.5
# As shares of the length at which the dot has just vanished: where it turns round, and begins the next round.
BEYOND, NEXT_STARTS = 0.06, (0.55, 0.8)

Length = Annotated[float, Meta(gt=0.0, le=100_000.0)]


class Round(msgspec.Struct, frozen=True, array_like=True):
    """Where the dot was at the two presses of a round: from the middle of the square, in screen pixels."""

    gone_px: Length
    back_px: Length

    @property
    def edge_px(self) -> float:
        """How far the border of the blind spot is from the square."""
        return (self.gone_px + self.back_px) / 2


Rounds = Annotated[tuple[Round, ...], Meta(min_length=ROUNDS, max_length=ROUNDS)]


class Sweep(msgspec.Struct, frozen=True, rename="camel"):
    """How the dot moves on a person's screen; lengths in pixels of the screen.

    Attributes
    ----------
    rounds
        How often it goes there and back.
    start, speed, step
        Where it begins the first round; pixels for each second; or for each step, where it moves in steps.
    least_room, most_room
        How much room it needs at the distance that is planned, and how much it takes where there is more.
    beyond, next_starts
        How much farther it goes once it has vanished, and between which shares of that length it begins anew.
    """

    rounds: int
    start: float
    speed: float
    step: float
    least_room: float
    most_room: float
    beyond: float
    next_starts: tuple[float, float]


@dataclass(frozen=True)
class Estimate:
    """A distance, as the median of rounds, and the range of their middle half; both in centimetres."""

    distance_cm: float
    spread_cm: float

    @property
    def is_plausible(self) -> bool:
        """Whether somebody can sit there, and the rounds agree."""
        return (
            NEAREST_CM <= self.distance_cm <= FARTHEST_CM
            and self.spread_cm <= LARGEST_SPREAD * self.distance_cm
        )


def edge_at(distance_cm: float, mm_per_px: float, angle: float = EDGE_DEGREES) -> float:
    """Return how far from the square the border is for somebody so far away, in pixels of the screen."""
    return MM_PER_CM * distance_cm * tan(radians(angle)) / mm_per_px


def distance_of(edge_px: float, mm_per_px: float) -> float:
    """Return the distance in centimetres at which the border is so far from the square; inverse of `edge_at`.

    Examples
    --------
    >>> round(distance_of(522.2, mm_per_px=0.25), 1)
    57.0
    """
    return edge_px * mm_per_px / (MM_PER_CM * tan(radians(EDGE_DEGREES)))


def estimate_of(rounds: Sequence[Round], mm_per_px: float) -> Estimate:
    """Return the distance that some rounds tell, and how far they agree.

    Examples
    --------
    >>> rounds = [Round(527.0 + late, 517.4 - late) for late in (0, 20, 40, 60, 80)]
    >>> estimate_of(rounds, mm_per_px=0.25)
    Estimate(distance_cm=57.0..., spread_cm=0.0)
    """
    distances = [distance_of(each.edge_px, mm_per_px) for each in rounds]
    lower, _, upper = quantiles(distances, method="inclusive")
    return Estimate(median(distances), upper - lower)


def sweep_for(planned_cm: float, mm_per_px: float) -> Sweep:
    """Return how the dot moves for somebody who is to sit at a distance, on their screen."""
    edge = edge_at(planned_cm, mm_per_px)
    return Sweep(
        rounds=ROUNDS,
        start=START * edge,
        speed=edge * DEGREES_PER_SECOND / EDGE_DEGREES,
        step=edge * DEGREES_PER_STEP / EDGE_DEGREES,
        least_room=LEAST_ROOM * edge,
        most_room=MOST_ROOM * edge,
        beyond=BEYOND,
        next_starts=NEXT_STARTS,
    )
