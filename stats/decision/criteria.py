"""The thresholds that a study fixes before its first answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from stats.errors import CriteriaError

SHARES = ("floor", "ceiling", "competence", "alpha", "loss_delta")


class HumanGate(StrEnum):
    """What people must be shown to do."""

    FLOOR = "floor"  # the null hypothesis is h <= floor
    LOSS = "loss"  # the null hypothesis is h - h_0 <= -loss_delta, the same people on uncropped photos


@dataclass(frozen=True)
class Criteria:
    """Thresholds of a study, all in (0, 1).

    Parameters
    ----------
    floor
        People must be shown to be above this accuracy (phi).
    ceiling
        The machine must be shown to be below this accuracy (kappa).
    competence
        The attacker's lower confidence bound on uncropped photos must exceed this accuracy.
    alpha
        Family-wise error of the set of sweet levels.
    human_gate
        Whether people must be above the floor, or lose less than `loss_delta` against uncropped photos.
    loss_delta
        Loss of accuracy that would be too large (delta); plays a part only where the gate is the loss.

    Raises
    ------
    CriteriaError
        When a number leaves (0, 1), the ceiling does not lie below the floor, or the gate is unknown.

    Examples
    --------
    >>> Criteria(floor=0.9).ceiling
    0.75
    >>> Criteria(floor=0.7)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    stats.errors.CriteriaError: ceiling 0.75 must lie below floor 0.7: ...
    """

    floor: float = 0.85
    ceiling: float = 0.75
    competence: float = 0.80
    alpha: float = 0.05
    human_gate: HumanGate = HumanGate.FLOOR
    loss_delta: float = 0.10

    def __post_init__(self) -> None:
        if self.human_gate not in list(HumanGate):
            raise CriteriaError(f"human_gate must be one of {', '.join(HumanGate)}, not {self.human_gate!r}")
        for name in SHARES:
            value = getattr(self, name)
            if not 0 < value < 1:  # also catches NaN
                raise CriteriaError(f"{name} must lie between 0 and 1, not {value}")
        if self.ceiling >= self.floor:
            raise CriteriaError(
                f"ceiling {self.ceiling} must lie below floor {self.floor}: otherwise a level could be sweet "
                "although people and machine do equally well"
            )
