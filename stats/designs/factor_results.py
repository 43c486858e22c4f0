"""Estimates and tests of groups and conditions, as plain values."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from stats.designs.factor_cells import Factor
from stats.inference.estimates import Accuracy


@dataclass(frozen=True)
class CellAccuracy:
    """Accuracy at one level of one group or condition; None where a class was not shown."""

    crop_level: float
    labels: dict[str, str]
    accuracy: Accuracy | None


@dataclass(frozen=True)
class Difference:
    """Accuracy of one value of a factor minus that of another, at one level.

    Attributes
    ----------
    crop_level, factor, first, second : what is compared
    within : values of the other factor
    estimate : difference of the macro averages, in [-1, 1]
    se, df : of the difference; None where it has no spread to estimate them from
    ci_low, ci_high : interval at 1 - alpha; [-1, 1] where it cannot be estimated
    """

    crop_level: float
    factor: str
    first: str
    second: str
    within: dict[str, str]
    estimate: float
    se: float | None
    df: float | None
    ci_low: float
    ci_high: float


@dataclass(frozen=True)
class EffectTest:
    """Test of a main effect or an interaction on the log odds of accuracy.

    Attributes
    ----------
    effect : names of the factors in it, joined by " x "
    f, df, df_rest, p : F test; None where it is not possible, and `reason` says why
    levels : the levels that it rests on
    reason : why there is no test, or ""
    """

    effect: str
    f: float | None
    df: int | None
    df_rest: float | None
    p: float | None
    levels: tuple[float, ...]
    reason: str = ""


@dataclass(frozen=True)
class FactorStudy:
    """Accuracies by factors and level, their differences, and the tests.

    Attributes
    ----------
    factors : groups first
    n_people : people by value of each factor
    cells, differences, tests : the estimates
    left_out : levels that no test can use, with the reason
    alpha : of the intervals
    """

    factors: tuple[Factor, ...]
    n_people: dict[str, dict[str, int]]
    cells: tuple[CellAccuracy, ...]
    differences: tuple[Difference, ...]
    tests: tuple[EffectTest, ...]
    left_out: dict[float, str]
    alpha: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        left_out = {f"{level:g}": reason for level, reason in self.left_out.items()}
        return asdict(self) | {"left_out": left_out}
