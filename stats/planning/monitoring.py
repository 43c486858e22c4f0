"""A look at a running study: which conclusions the plan allows now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from stats.decision.criteria import Criteria
from stats.decision.level_tests import HypothesisTests
from stats.errors import CriteriaError, TableError
from stats.inference.estimates import Accuracy
from stats.inference.look_shares import people_at
from stats.inference.sequential import Look, confidence_sequence, planned_looks
from stats.table.arrays import encode
from stats.table.columns.screen_columns import ONSET
from stats.table.parse import refuse
from stats.table.tidy import tidy

BY_SEQUENCE = "looks are planned at any time: only the confidence sequence counts before the study has closed"
UNPLANNED = "this look was not planned: its p-values do not count; only the confidence sequence holds now"


@dataclass(frozen=True)
class LevelNow:
    """People at one level so far.

    Attributes
    ----------
    crop_level : the level
    human : accuracy and p among the people of the look, as if the study had ended
    passed : whether p is within what the look spends; None where no look is due
    sequence_low, sequence_high : confidence sequence over all people so far, which holds at every moment, for
        the mean of people's own accuracies; the classes that a person saw weigh the same
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
    people, planned : people with trials so far, and planned for the whole study
    looks : the plan; empty without one
    due : index in the plan of the look that the p-values belong to; None when none is reached
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
    at_any_time: bool = False,
    criteria: Criteria | None = None,
    mode: str | None = None,
) -> Monitoring:
    """Test the people who have taken part so far, as the plan of looks allows.

    A look uses the first people of its size, however many came since; its boundary spends the half of alpha
    that the people's gate has. People came in the order of their first `onset_utc`; without that column a
    look that does not use all of them is refused, as rows say nothing about who came first.

    Parameters
    ----------
    trials
        Tidy table.
    planned
        People the study will have in the end.
    looks
        Shares of the planned people at which to look, ending with 1; empty when no look was planned.
    at_any_time
        Whether the plan is to look at any time by the confidence sequence.
    criteria
        Thresholds; by default those of `Criteria`.
    mode
        Which human rows to analyse when the table holds several modes.

    Raises
    ------
    TableError
        When the table holds no people or cannot be used, an onset is no time, or a look needs onsets that are
        not there.
    CriteriaError
        When the shares do not ascend to 1.

    Examples
    --------
    Half of 40 people have taken part, which is the first of two planned looks.

    >>> import numpy as np
    >>> from stats.planning.simulated_studies import simulate
    >>> trials = simulate([0.96, 0.70], np.random.default_rng(0), n_agents=20, n_items=60)
    >>> state = monitor(trials, planned=40, looks=[0.5, 1.0])
    >>> state.due, [level.passed for level in state.levels]
    (0, [True, False])
    """
    criteria = criteria or Criteria()
    people = tidy(trials, mode).primary
    people = people.loc[people["human"]]
    if people.empty:
        raise TableError("monitoring needs trials of people")
    plan = _plan(looks, planned, criteria.alpha)
    order = _arrivals(people)
    sizes = [people_at(look.information, planned) for look in plan]
    reached = sum(len(order) >= size for size in sizes)
    due = reached - 1 if reached else None
    seen = order if due is None else order[: sizes[due]]
    if len(seen) < len(order) and not _known_onsets(people):
        raise TableError(
            f"the look is at the first {len(seen)} of {len(order)} people, and nothing tells who came first: "
            f"add the column {ONSET.name}, or give the rows of these people only"
        )
    levels = _levels(people, seen, order, None if due is None else plan[due], planned, criteria)
    warnings = [BY_SEQUENCE if at_any_time else UNPLANNED] if due is None else []
    return Monitoring(len(order), planned, tuple(plan), due, levels, tuple(warnings))


def _arrivals(people: pd.DataFrame) -> list[str]:
    """Return people in the order in which they came."""
    if not _known_onsets(people):
        return sorted(map(str, people["agent_id"].unique()))  # only where all of them count
    onset = pd.to_datetime(people[ONSET.name], utc=True, format="ISO8601", errors="coerce")
    if (bad := onset.isna() & people[ONSET.name].notna()).any():
        refuse(people, bad, ONSET.name, "must be a time such as 2026-01-31T09:30:00Z")
    first = pd.DataFrame({"onset": onset, "agent_id": people["agent_id"]}).groupby("agent_id")["onset"].min()
    return [str(name) for name in first.reset_index().sort_values(["onset", "agent_id"])["agent_id"]]


def _known_onsets(people: pd.DataFrame) -> bool:
    """Return whether the table tells when everybody began."""
    return ONSET.name in people and bool(people.groupby("agent_id")[ONSET.name].count().min())


def _plan(looks: Sequence[float], planned: int, alpha: float) -> list[Look]:
    if planned < 1:
        raise CriteriaError("the number of planned people must be 1 or more")
    return planned_looks(looks, alpha / 2) if looks else []


def _levels(
    people: pd.DataFrame,
    seen: list[str],
    order: list[str],
    look: Look | None,
    planned: int,
    criteria: Criteria,
) -> tuple[LevelNow, ...]:
    coded = encode(people.loc[people["agent_id"].isin(seen)])
    tests = HypothesisTests(criteria, coded.categories)
    rows = []
    for level, answers, _ in coded.pairs():
        human = tests.human(answers)
        if human is None:
            continue
        scores = _scores(people.loc[people["crop_level"] == level], order)
        running = confidence_sequence(scores.tolist(), criteria.alpha, planned=planned)
        passed = None if look is None else human.p <= look.p
        rows.append(LevelNow(level, human, passed, running.low[-1], running.high[-1], len(scores)))
    return tuple(rows)


def _scores(answers: pd.DataFrame, order: list[str]) -> pd.Series:
    """Return an accuracy per person in order of arrival, the classes that a person saw weighing the same."""
    by_class = answers.groupby(["agent_id", "category"])["correct"].mean()
    means = by_class.groupby("agent_id").mean()
    return means.reindex([name for name in order if name in means.index])
