"""A look at a running study: what the plan allows to say now."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from stats.decision.criteria import Criteria
from stats.decision.level_tests import HypothesisTests
from stats.errors import CriteriaError, TableError
from stats.inference.estimates import Accuracy
from stats.inference.sequential import Look, confidence_sequence, planned_looks
from stats.table.arrays import encode
from stats.table.tidy import tidy

UNPLANNED = "this look was not planned: its p-values do not count; only the confidence sequence holds now"


@dataclass(frozen=True)
class LevelNow:
    """People at one level so far.

    Attributes
    ----------
    crop_level : the level
    human : accuracy and p among the people of the look, as if the study had ended
    passed : p is within what the look spends; None without a look that is due
    sequence_low, sequence_high : confidence sequence over all people so far, exact at every moment, for the
        mean of people's own accuracies, the classes that a person saw weighing the same
    n_people : people behind the sequence
    """

    crop_level: float
    human: Accuracy
    passed: bool | None
    sequence_low: float
    sequence_high: float
    n_people: int


@dataclass(frozen=True)
class Monitoring:
    """State of a running study.

    Attributes
    ----------
    people, planned : people with trials so far, and in the end
    looks : the plan; empty without one
    due : place in the plan of the look the p-values belong to; None when none is reached
    levels : light to heavy
    warnings : what a reader must know
    """

    people: int
    planned: int
    looks: tuple[Look, ...]
    due: int | None
    levels: tuple[LevelNow, ...]
    warnings: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        rows = [row.__dict__ | {"human": row.human.to_dict()} for row in self.levels]
        return self.__dict__ | {"looks": [asdict(look) for look in self.looks], "levels": rows}


def monitor(
    trials: pd.DataFrame,
    *,
    planned: int,
    looks: Sequence[float] = (),
    criteria: Criteria | None = None,
    mode: str | None = None,
) -> Monitoring:
    """Judge people so far, by the plan.

    A look uses the first people of its size, in the order of the table, however many came since; its boundary
    spends the half of alpha that the people's gate has.

    Parameters
    ----------
    trials
        Tidy table in the order in which people took part.
    planned
        People the study will have in the end.
    looks
        Shares of the planned people at which to look, ending with 1; empty when no look was planned.
    criteria
        Thresholds; by default those of `Criteria`.
    mode
        Which human rows to analyse when the table holds several modes.

    Raises
    ------
    TableError
        When the table holds no people or cannot be used.
    CriteriaError
        When the plan is not one.
    """
    criteria = criteria or Criteria()
    people = tidy(trials, mode).primary
    people = people.loc[people["human"]]
    if people.empty:
        raise TableError("monitoring needs trials of people")
    plan = _plan(looks, planned, criteria.alpha)
    order = people["agent_id"].drop_duplicates().tolist()
    due = _due(plan, planned, len(order))
    seen = order if due is None else order[: math.ceil(plan[due].information * planned)]
    levels = _levels(people, set(seen), None if due is None else plan[due], planned, criteria)
    warnings = () if due is not None else (UNPLANNED,)
    return Monitoring(len(order), planned, tuple(plan), due, levels, warnings)


def _plan(looks: Sequence[float], planned: int, alpha: float) -> list[Look]:
    if planned < 1:
        raise CriteriaError("the number of planned people must be 1 or more")
    try:
        return planned_looks(looks, alpha / 2) if looks else []
    except ValueError as error:
        raise CriteriaError(str(error)) from None


def _due(plan: Sequence[Look], planned: int, people: int) -> int | None:
    reached = [place for place, look in enumerate(plan) if people >= math.ceil(look.information * planned)]
    return reached[-1] if reached else None


def _levels(
    people: pd.DataFrame, seen: set[str], look: Look | None, planned: int, criteria: Criteria
) -> tuple[LevelNow, ...]:
    coded = encode(people.loc[people["agent_id"].isin(seen)])
    tests = HypothesisTests(criteria, coded.categories)
    rows = []
    for level, answers, _ in coded.pairs():
        human = tests.human(answers)
        if human is None:
            continue
        scores = _scores(people.loc[people["crop_level"] == level])
        running = confidence_sequence(scores.tolist(), criteria.alpha, planned=planned)
        passed = None if look is None else human.p <= look.p
        rows.append(LevelNow(level, human, passed, running.low[-1], running.high[-1], len(scores)))
    return tuple(rows)


def _scores(answers: pd.DataFrame) -> pd.Series:
    """Return an accuracy per person in order of arrival, the classes that a person saw weighing the same."""
    by_class = answers.groupby(["agent_id", "category"], sort=False)["correct"].mean()
    return by_class.groupby("agent_id", sort=False).mean()
