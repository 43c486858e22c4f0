"""What error consistency gives: the agreement of each kind of pairs, and the differences between kinds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from stats.agreement.copying import Copying
from stats.agreement.kappa_differences import KappaDifference
from stats.agreement.pair_kinds import pair_name


@dataclass(frozen=True)
class Agreement:
    """Cohen's kappa between kinds of observers at one level: the mean over pairs, by what they share.

    Attributes
    ----------
    crop_level : the level
    pair : "human-human", "human-machine" or "machine-machine"
    networks : architecture of the networks, "" where it is not told, or "different architectures"
    kappa : mean over the pairs for which it is defined; None where it is for none (never 1 by convention)
    ci_low, ci_high : bootstrap interval over photos and observers; None where there is none
    copying : kappa read as the share of photos on which one observer copies the other
    bound_low, bound_high : mean of the bounds that the accuracies leave to kappa
    within_class, within_low, within_high : kappa beyond what the accuracies of each class explain, and its
        interval
    reliability : split-half reliability of the differences between pairs; None for fewer than three pairs
    observed, expected : mean share of equal correctness, and what independence would give
    n_pairs, n_undefined : pairs that share enough photos, and those whose kappa is undefined
    n_left_out : pairs that share too few photos
    shared_least, shared_median : photos that the counted pairs share; None without a pair
    reason : why there is no kappa or no interval, or ""
    """

    crop_level: float
    pair: str
    networks: str
    kappa: float | None
    ci_low: float | None
    ci_high: float | None
    copying: Copying
    bound_low: float | None
    bound_high: float | None
    within_class: float | None
    within_low: float | None
    within_high: float | None
    reliability: float | None
    observed: float | None
    expected: float | None
    n_pairs: int
    n_undefined: int
    n_left_out: int
    shared_least: int | None
    shared_median: float | None
    reason: str = ""

    @property
    def name(self) -> str:
        """The pair, with what is known of the networks."""
        return pair_name(self.pair, self.networks)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Consistency:
    """Error consistency of a whole table.

    Attributes
    ----------
    agreements : by level, light to heavy, and pair of observers
    differences : of kappa between kinds of pairs, by level, light to heavy
    repeated : answers in which an observer judges a photo of a level again; they are averaged
    least_shared : photos that a pair must share to count
    resamples : of the intervals
    warnings : what a reader must know
    """

    agreements: tuple[Agreement, ...]
    differences: tuple[KappaDifference, ...]
    repeated: int
    least_shared: int
    resamples: int
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)
