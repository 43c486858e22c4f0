"""Which class is taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from stats.decision.primary_analysis import own_level_only
from stats.errors import TableError
from stats.inference.accuracy import Side, Threshold, accuracy
from stats.table.arrays import Answers, encode
from stats.table.tidy import tidy

NO_ANSWER = "(no answer)"


@dataclass(frozen=True)
class Confusion:
    """Counts of answers by true class, for one kind of observer at one level.

    Attributes
    ----------
    crop_level, agent_type : where, and who
    categories : true classes, the rows
    responses : given answers, the columns; "(no answer)" last where there were any
    counts : (rows, columns) trials
    intervals : (rows, columns) of the shares, over new observers and photos; None for a class without trials
    """

    crop_level: float
    agent_type: str
    categories: tuple[str, ...]
    responses: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    intervals: tuple[tuple[tuple[float, float] | None, ...], ...]

    def shares(self) -> tuple[tuple[float | None, ...], ...]:
        """Return each row as shares of its class; None for a class without trials."""
        return tuple(tuple(count / sum(row) if sum(row) else None for count in row) for row in self.counts)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return dict(self.__dict__) | {"shares": self.shares()}


def confusions(trials: pd.DataFrame, *, mode: str | None = None, alpha: float = 0.05) -> list[Confusion]:
    """Count answers by true class per level and kind of observer.

    Parameters
    ----------
    trials
        Tidy table with the column `response`.
    mode
        Which human rows to analyse when the table holds several modes.
    alpha
        Of the two-sided intervals, which are those of an accuracy: two-way clustered, exact at the edges.

    Raises
    ------
    TableError
        When the table has no responses or cannot be used.
    """
    counted = own_level_only(tidy(trials, mode).primary)
    given = _given(counted)
    responses = _responses(given, sorted(counted["category"].unique()))
    as_right = [encode(counted.assign(correct=(given == name).astype(float))) for name in responses]
    categories, levels = as_right[0].categories, as_right[0].levels.tolist()
    found = []
    for place, level in enumerate(levels):
        for kind, sides in (
            ("human", [coded.human[place] for coded in as_right]),
            ("model", [coded.machine[place] for coded in as_right]),
        ):
            if sides[0].agent.size:
                cells = _Cells(sides, categories, alpha, conditional=kind == "model")
                found.append(
                    Confusion(level, kind, categories, tuple(responses), cells.counts(), cells.intervals())
                )
    return found


def _given(counted: pd.DataFrame) -> pd.Series:
    if "response" not in counted:
        raise TableError("confusion matrices need the column response: the class that was answered")
    answers = counted["response"].astype(object).where(counted["answered"], NO_ANSWER)
    return answers.fillna(NO_ANSWER).astype(str)


def _responses(given: pd.Series, categories: list[str]) -> list[str]:
    """Return the classes, then answers that are no class, then "no answer" where there was one."""
    others = sorted(set(given) - {*categories, NO_ANSWER})
    return [*categories, *others, *([NO_ANSWER] if (given == NO_ANSWER).any() else [])]


@dataclass(frozen=True)
class _Cells:
    """One kind of observer at one level: its answers scored as right by each response in turn."""

    sides: Sequence[Answers]
    categories: tuple[str, ...]
    alpha: float
    conditional: bool

    def counts(self) -> tuple[tuple[int, ...], ...]:
        return tuple(
            tuple(int(side.correct[side.category == code].sum()) for side in self.sides)
            for code in range(len(self.categories))
        )

    def intervals(self) -> tuple[tuple[tuple[float, float] | None, ...], ...]:
        return tuple(
            tuple(self._interval(side.where(side.category == code)) for side in self.sides)
            for code in range(len(self.categories))
        )

    def _interval(self, answers: Answers) -> tuple[float, float] | None:
        if answers.agent.size == 0:
            return None
        asked = Threshold(0.5, Side.ABOVE, self.alpha, self.conditional)  # only the interval is used
        share = accuracy(answers, asked, self.categories)
        return share.ci_low, share.ci_high
