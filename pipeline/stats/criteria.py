"""The numbers a study fixes before its first answer."""

from dataclasses import dataclass, fields

from .errors import CriteriaError


@dataclass(frozen=True)
class Criteria:
    """Thresholds of a study.

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

    Raises
    ------
    CriteriaError
        When a number leaves (0, 1) or the ceiling does not lie below the floor.
    """

    floor: float = 0.85
    ceiling: float = 0.75
    competence: float = 0.80
    alpha: float = 0.05

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not 0 < value < 1:  # also catches NaN
                raise CriteriaError(f"{field.name} must lie between 0 and 1, not {value}")
        if self.ceiling >= self.floor:
            raise CriteriaError(
                f"ceiling {self.ceiling} must lie below floor {self.floor}: otherwise a level could be sweet "
                "although people and machine do equally well"
            )
