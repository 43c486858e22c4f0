"""What secondary analyses start from: the trials, their verdict, and what else is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from stats.decision.criteria import Criteria
from stats.decision.primary_analysis import own_level_only
from stats.decision.results import Verdict
from stats.inference.look_shares import LookPlan
from stats.table.arrays import Coded, encode
from stats.table.guessing import Guessing, guessing_of_both
from stats.table.tidy import tidy


@dataclass(frozen=True)
class Looks:
    """Looks at the results while people still took part.

    Attributes
    ----------
    unplanned : analyses run before the study closed that no plan allows, this one included where it is one
    planned_people : people the study means to have; None where no number was fixed
    plan : which looks the design allows
    shares : of the planned people, at which looks are planned; empty unless the plan is of such
    """

    unplanned: int = 0
    planned_people: int | None = None
    plan: LookPlan = LookPlan.END
    shares: tuple[float, ...] = ()


@dataclass(frozen=True)
class Material:
    """What secondary analyses may use.

    Attributes
    ----------
    trials : the tidy table that the verdict rests on
    outcome : the verdict
    mode : which human rows count, where the table holds several modes
    predictions : machine rows of both splits with `prob_<class>`; None where only the trials are known
    looks : looks before the end
    resamples : of the two-way bootstrap
    consistency_resamples : of the bootstrap of kappa, which costs more; None leaves it to the number of pairs
    seed : of all generators
    chance : accuracy of guessing by kind of observer, where it is not what the table says
    machines : answers of all machines to test photos, transfer attacks and machines from outside among them;
        None where only the trials are known
    """

    trials: pd.DataFrame
    outcome: Verdict
    mode: str | None = None
    predictions: pd.DataFrame | None = None
    looks: Looks = field(default_factory=Looks)
    resamples: int = 10_000
    consistency_resamples: int | None = None
    seed: int = 0
    chance: Mapping[str, float] = field(default_factory=dict)
    machines: pd.DataFrame | None = None

    @property
    def criteria(self) -> Criteria:
        """The thresholds of the study."""
        return self.outcome.criteria

    @property
    def machine_rows(self) -> pd.DataFrame:
        """Answers of all machines that are known."""
        return self.trials if self.machines is None else self.machines

    @cached_property
    def coded(self) -> Coded:
        """The answers of the primary analysis."""
        return encode(self.counted)

    @cached_property
    def counted(self) -> pd.DataFrame:
        """The rows of the primary analysis."""
        return own_level_only(tidy(self.trials, self.mode).primary)

    @cached_property
    def guessing(self) -> dict[str, Guessing]:
        """The accuracy of guessing of people and machine."""
        return guessing_of_both(self.counted, self.chance)
