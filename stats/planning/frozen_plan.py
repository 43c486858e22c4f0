"""The plan of a study as it was frozen before its first answer, from the file that the site exports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from stats.decision.criteria import Criteria, HumanGate
from stats.errors import CriteriaError
from stats.inference.look_shares import LookPlan

EXPORTED = "dataset_description.json"


class FrozenPlan(msgspec.Struct, frozen=True):
    """What a frozen design says about its people; other choices of the design are ignored.

    Attributes
    ----------
    floor, ceiling, competence, alpha, human_gate, loss_delta : see `Criteria`
    target_completes : people that the study takes; None where it has no limit
    look_plan : which looks at a running study are planned
    look_shares : of the people, at which to look; empty unless looks are planned
    """

    floor: float
    ceiling: float
    competence: float
    alpha: float
    human_gate: HumanGate = HumanGate.FLOOR
    loss_delta: float = 0.10
    target_completes: int | None = None
    look_plan: LookPlan = LookPlan.END
    look_shares: tuple[float, ...] = ()

    @classmethod
    def of(
        cls, criteria: Criteria, people: int, look_plan: LookPlan, look_shares: Sequence[float]
    ) -> FrozenPlan:
        """Return a plan from thresholds, a number of people and looks that are stated one by one.

        Examples
        --------
        >>> FrozenPlan.of(Criteria(floor=0.9), 40, LookPlan.PLANNED, [0.5, 1.0]).people
        40
        """
        thresholds = (criteria.floor, criteria.ceiling, criteria.competence, criteria.alpha)
        gate = (criteria.human_gate, criteria.loss_delta)
        return cls(*thresholds, *gate, people, look_plan, tuple(look_shares))

    @property
    def people(self) -> int:
        """Return the number of people that the study takes.

        Raises
        ------
        CriteriaError
            When the design has no such number.
        """
        if self.target_completes is None:
            raise CriteriaError("the frozen design has no number of people; give --planned instead")
        return self.target_completes

    @property
    def criteria(self) -> Criteria:
        """The thresholds."""
        return Criteria(
            self.floor, self.ceiling, self.competence, self.alpha, self.human_gate, self.loss_delta
        )


class _Config(msgspec.Struct):
    design: FrozenPlan


class _Exported(msgspec.Struct):
    config: _Config


def read_plan(path: str | Path) -> FrozenPlan:
    """Read the frozen design from an exported `dataset_description.json`, or from the configuration in it.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    CriteriaError
        When the file cannot be read or holds no frozen design.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "dataset_description.json")
    ...     design = {"floor": 0.9, "ceiling": 0.6, "competence": 0.8, "alpha": 0.05, "target_completes": 40}
    ...     _ = file.write_bytes(msgspec.json.encode({"name": "Actions", "config": {"design": design}}))
    ...     plan = read_plan(file)
    >>> plan.criteria.floor, plan.target_completes
    (0.9, 40)
    """
    try:
        values: Any = msgspec.json.decode(Path(path).read_bytes())
        whole = values if "config" in values else {"config": values}
        return msgspec.convert(whole, _Exported).config.design
    except OSError as error:
        raise CriteriaError(f"{path}: cannot be read ({error.strerror}); check the path") from None
    except (msgspec.DecodeError, TypeError) as error:
        raise CriteriaError(f"{path}: holds no frozen design ({error}); export {EXPORTED} again") from None
