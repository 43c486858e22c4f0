"""A player's proportions, and what a pose asks of each limb."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from synthetic.geometry import Array

Side = Literal["left", "right"]
SIDES: tuple[Side, Side] = ("left", "right")
SIGN: dict[Side, float] = {"left": 1.0, "right": -1.0}


@dataclass(frozen=True)
class Body:
    """Proportions of a player; segment lengths are fractions of stature (Drillis & Contini 1966)."""

    height: float
    girth: float = 1.0
    shoulder_width: float = 1.0

    def length(self, fraction: float) -> float:
        return fraction * self.height

    @property
    def upper_arm(self) -> float:
        return self.length(0.176)

    @property
    def forearm(self) -> float:
        return self.length(0.148)

    @property
    def palm(self) -> float:
        return self.length(0.054)

    @property
    def thigh(self) -> float:
        return self.length(0.245)

    @property
    def shank(self) -> float:
        return self.length(0.243)

    @property
    def ankle_height(self) -> float:
        return self.length(0.042)

    @property
    def spine(self) -> float:
        return self.length(0.145)


@dataclass(frozen=True)
class Hand:
    """Where a wrist should be, where its elbow points, and how the hand is turned."""

    wrist: Array
    elbow: Array
    fingers: Array
    palm: Array
    curl: float = 0.25
    spread: float = 0.12


@dataclass(frozen=True)
class Foot:
    """Where an ankle should be, where its knee points, and where its toes point."""

    ankle: Array
    knee: Array
    toes: Array
    grounded: bool = True


@dataclass(frozen=True)
class Ball:
    """The ball as seen from the hand that plays it: `gap` metres of `away` beyond the palm."""

    hand: Side
    away: Array
    gap: float = 0.0
    both_hands: bool = False


@dataclass(frozen=True)
class Pose:
    """Targets in the player's own frame: +z ahead, +x to the left, +y up, the floor at y = 0."""

    pelvis: Array
    pelvis_turn: tuple[float, float, float]
    spine_turn: tuple[float, float, float]
    head_turn: tuple[float, float, float]
    hands: dict[Side, Hand]
    feet: dict[Side, Foot]
    ball: Ball | None
