"""A simulated person who looks for their blind spot: where it begins, and how late they press."""

from __future__ import annotations

import random
from dataclasses import dataclass

from study.sizing.blind_spot import EDGE_DEGREES, Round, Sweep, edge_at

SHORTEST_LAG_S = 0.1


@dataclass(frozen=True)
class Presser:
    """Somebody at a known distance, which a measurement must recover.

    Attributes
    ----------
    distance_cm
        Where they sit.
    chance
        Their random generator.
    edge_degrees
        Where their own blind spot begins.
    border_sd
        How much that differs from one crossing to the next, in degrees: the border is no sharp line, and eyes
        do not stand still.
    lag_s, lag_sd
        How late they press, in seconds.
    """

    distance_cm: float
    chance: random.Random
    edge_degrees: float = EDGE_DEGREES
    border_sd: float = 0.5
    lag_s: float = 0.35
    lag_sd: float = 0.1

    def rounds(self, sweep: Sweep, mm_per_px: float) -> tuple[Round, ...]:
        """Return their presses on a screen, in the middle of which their eye is."""
        return tuple(
            Round(
                gone_px=self._crossing(mm_per_px) + sweep.speed * self._lag(),
                back_px=self._crossing(mm_per_px) - sweep.speed * self._lag(),
            )
            for _ in range(sweep.rounds)
        )

    def _crossing(self, mm_per_px: float) -> float:
        angle = self.chance.gauss(self.edge_degrees, self.border_sd)
        return edge_at(self.distance_cm, mm_per_px, angle)

    def _lag(self) -> float:
        return max(SHORTEST_LAG_S, self.chance.gauss(self.lag_s, self.lag_sd))
