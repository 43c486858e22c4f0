"""Estimates with their intervals and tests, as plain values: what is computed, stored and read back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from msgspec import Struct


class Method(StrEnum):
    """How interval and p were computed; printed with the numbers."""

    CLUSTERED = "two-way clustered logit-t over agents and photos"
    ONE_NETWORK = "exact binomial over photos, conditional on this one trained network"
    UNANIMOUS_NETWORKS = "exact binomial over photos, conditional on these networks, which all agree"
    SMALLEST_SIDE = "exact bound with min(agents, photos) independent units"
    FIXED_PHOTOS = "clustered logit-t over agents, conditional on these photos"


@dataclass(frozen=True)
class Accuracy:
    """Macro-averaged accuracy of one kind of observer, with its test against one threshold.

    Attributes
    ----------
    estimate : accuracy in [0, 1]
    se : standard error on the scale of accuracy; None where only an exact bound exists
    df : degrees of freedom of the t distribution; None for exact methods
    ci_low, ci_high : two-sided interval at 1 - alpha
    p : one-sided p; the null is at or below the floor (people) or at or above the ceiling (machine)
    n_agents, n_items, n_trials : people (or seeds), photos (None where counts do not tell them) and trials
        behind the estimate
    method : how interval and p were computed
    per_class : the same for every class alone
    """

    estimate: float
    se: float | None
    df: float | None
    ci_low: float
    ci_high: float
    p: float
    n_agents: int
    n_items: int | None
    n_trials: int
    method: Method
    per_class: dict[str, Accuracy]

    def wholly_above(self, threshold: float) -> bool:
        """Return whether the whole interval lies above a threshold."""
        return self.ci_low > threshold

    def wholly_below(self, threshold: float) -> bool:
        """Return whether the whole interval lies below a threshold."""
        return self.ci_high < threshold

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Loss:
    """People's accuracy at a level minus their accuracy on uncropped photos.

    Attributes
    ----------
    crop_level : the level
    estimate : difference of the macro averages, in [-1, 1]; negative is a loss
    se, df : of the difference; None where there is no spread to estimate them from
    ci_low, ci_high : interval at 1 - alpha; [-1, 1] where nothing is known
    p : one-sided p of "the loss is at least the margin"; 1 where it cannot be estimated; where everybody is
        right at the level, an exact bound with min(people, photos) independent units
    t, t_df : statistic of the test on the logit scale and its df; None where p is an exact bound
    n_people, n_items : people with trials at both levels, and photos
    per_class : the same for every class alone
    """

    crop_level: float
    estimate: float
    se: float | None
    df: float | None
    ci_low: float
    ci_high: float
    p: float
    t: float | None
    t_df: float | None
    n_people: int
    n_items: int
    per_class: dict[str, Loss]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


class Gap(Struct, frozen=True, kw_only=True, rename={"n_first": "n_people", "n_second": "n_seeds"}):
    """Accuracy of one group of observers minus that of another, on the photos that both judged.

    Attributes
    ----------
    estimate : difference of the macro averages, in [-1, 1]
    se, df : of the difference; None where they cannot be estimated
    ci_low, ci_high : interval at 1 - alpha; [-1, 1] where it cannot be estimated
    n_first, n_second : observers of each group; stored under the keys "n_people" and "n_seeds"
    n_items : photos that both judged
    conditional : whether a group is one network only, so that the interval does not speak for new seeds
    """

    estimate: float
    se: float | None
    df: float | None
    ci_low: float
    ci_high: float
    n_first: int
    n_second: int
    n_items: int
    conditional: bool
