"""What the last retraining gained, and what more photos would gain: whether the machine can still improve."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from stats.apa import p_value, share, signed, signed_interval


@dataclass(frozen=True)
class Gain:
    """Accuracy that the last retraining gained on the best one before, with its one-sided test.

    Parameters
    ----------
    estimate
        Mean over seeds.
    upper
        One-sided upper bound of 95 %.
    p
        Of a gain this large where retraining gains nothing; 1 for a single seed, which can be lucky.
    """

    estimate: float
    upper: float
    p: float

    @property
    def is_significant(self) -> bool:
        return self.p < 0.05

    def __str__(self) -> str:
        bound = "" if math.isinf(self.upper) else f", at most {signed(self.upper)}"
        return f"The last retraining gained {signed(self.estimate)}{bound} (p {p_value(self.p)})."


@dataclass(frozen=True)
class Prospect:
    """Accuracy that twice the training photos would gain, by the learning curve, with its interval.

    Parameters
    ----------
    gain, low, high
        Estimate and interval.
    of
        Whose curve it is: network and recipe.
    stand_in
        Accuracy of that recipe on all photos, where it is a quicker one than the attack's own; else None.
    """

    gain: float
    low: float
    high: float
    of: str = ""
    stand_in: float | None = None

    def speaks_for(self, accuracy: float, epsilon: float) -> bool:
        """Return whether the curve is of a recipe as strong as an attack of this accuracy."""
        return self.stand_in is None or accuracy - self.stand_in < epsilon

    def __str__(self) -> str:
        gain = f"{signed(self.gain)} {signed_interval(self.low, self.high)}"
        of = f" of {self.of}" if self.of else ""
        reached = "" if self.stand_in is None else f", a stand-in that reached {share(self.stand_in)}"
        return f"Twice the photos would gain {gain} (learning curve{of}{reached})."


def gain_of_last_round(rounds: Sequence[Sequence[float]]) -> Gain | None:
    """Return what the last round gained on the best one before, by a t test paired over seeds.

    None with fewer than two rounds. A single seed has no spread, so its gain is neither significant nor
    bounded.
    """
    if len(rounds) < 2:
        return None
    before, after = max(rounds[:-1], key=fmean), rounds[-1]
    paired = min(len(before), len(after))
    gains = np.asarray(after[:paired]) - np.asarray(before[:paired])
    estimate = float(gains.mean())
    if paired < 2:
        return Gain(estimate, math.inf, 1.0)
    error = float(gains.std(ddof=1) / math.sqrt(paired))
    if error == 0:
        return Gain(estimate, estimate, 0.0 if estimate > 0 else 1.0)
    from scipy import stats  # half a second to load: nothing that a web process should wait for

    spread = stats.t(paired - 1)
    return Gain(estimate, estimate + float(spread.ppf(0.95)) * error, float(spread.sf(estimate / error)))
