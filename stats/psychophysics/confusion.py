"""Confusion matrices: which class is taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from stats.decision.primary_analysis import own_level_only
from stats.errors import TableError
from stats.inference.accuracy import Side, Threshold, accuracy
from stats.table.arrays import Answers, encode
from stats.table.guessing import asks_yes_no, shows_pairs
from stats.table.tidy import tidy

NO_ANSWER = "(no answer)"
Interval = tuple[float, float]


@dataclass(frozen=True)
class Confusion:
    """Counts of answers by true class, for one kind of observer at one level.

    Attributes
    ----------
    crop_level : the level
    agent_type : "human" or "model"
    categories : true classes, the rows
    responses : given answers, the columns; last, where there were any, those without an answer
    counts : (rows, columns) trials
    intervals : (rows, columns) of the shares, over new observers and photos; None for a class without trials
    no_answer : how trials without an answer are called among the responses
    """

    crop_level: float
    agent_type: str
    categories: tuple[str, ...]
    responses: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    intervals: tuple[tuple[Interval | None, ...], ...]
    no_answer: str = NO_ANSWER

    @property
    def answers_of_no_class(self) -> tuple[str, ...]:
        """Answers that are the name of no class."""
        return tuple(name for name in self.responses if name not in {*self.categories, self.no_answer})

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
        When the table has no responses, or those to yes-no questions, or cannot be used.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = [
    ...     ("ada", "photo1", "dunk", "dunk"), ("ada", "photo2", "shoot", "dunk"),
    ...     ("bea", "photo1", "dunk", "dunk"), ("bea", "photo2", "shoot", "shoot"),
    ... ]
    >>> trials = pd.DataFrame(answers, columns=["agent_id", "item_id", "category", "response"])
    >>> right = (trials["category"] == trials["response"]).astype(int)
    >>> (people,) = confusions(trials.assign(agent_type="human", crop_level=0, correct=right))
    >>> people.responses, people.counts
    (('dunk', 'shoot'), ((2, 0), (1, 1)))
    """
    if asks_yes_no(trials):
        raise TableError("people said yes or no to a class and named none: see d′")
    if shows_pairs(trials):
        raise TableError("people compared two photos and named no class: see d′")
    counted = own_level_only(tidy(trials, mode).primary)
    categories = sorted(counted["category"].unique())
    given, no_answer = _given(counted, categories)
    responses = _responses(given, categories, no_answer)
    as_right = [encode(counted.assign(correct=(given == name).astype(float))) for name in responses]
    matrices = []
    for place, level in enumerate(as_right[0].levels.tolist()):
        for kind, by_response in (
            ("human", [coded.human[place] for coded in as_right]),
            ("model", [coded.machine[place] for coded in as_right]),
        ):
            if by_response[0].agent.size:
                cells = _Cells(by_response, as_right[0].categories, alpha, conditional=kind == "model")
                matrices.append(replace(cells.matrix(level, kind, tuple(responses)), no_answer=no_answer))
    return matrices


def _given(counted: pd.DataFrame, categories: list[str]) -> tuple[pd.Series, str]:
    """Return the answers, and how a trial without one is called: as no class and no answer is."""
    if "response" not in counted:
        raise TableError("confusion matrices need the column response: the class that was answered")
    answers = counted["response"].astype(object)
    no_answer = NO_ANSWER
    while no_answer in {*categories, *answers.unique()}:
        no_answer = f"({no_answer})"
    return answers.where(counted["answered"], no_answer).fillna(no_answer).astype(str), no_answer


def _responses(given: pd.Series, categories: list[str], no_answer: str) -> list[str]:
    """Return the classes, then answers that are no class, then trials without an answer if any."""
    others = sorted(set(given) - {*categories, no_answer})
    return [*categories, *others, *([no_answer] if (given == no_answer).any() else [])]


@dataclass(frozen=True)
class _Cells:
    """One kind of observer at one level: its answers scored as right by each response in turn."""

    by_response: Sequence[Answers]
    categories: tuple[str, ...]
    alpha: float
    conditional: bool

    def matrix(self, level: float, agent_type: str, responses: tuple[str, ...]) -> Confusion:
        cells = [
            [side.where(side.category == code) for side in self.by_response]
            for code in range(len(self.categories))
        ]
        return Confusion(
            level,
            agent_type,
            self.categories,
            responses,
            counts=tuple(tuple(int(cell.correct.sum()) for cell in row) for row in cells),
            intervals=tuple(tuple(self._interval(cell) for cell in row) for row in cells),
        )

    def _interval(self, cell: Answers) -> Interval | None:
        if cell.agent.size == 0:
            return None
        # Only the interval is used: there is nothing to test a share against.
        share = accuracy(cell, Threshold(0.5, Side.ABOVE, self.alpha, self.conditional), self.categories)
        return share.ci_low, share.ci_high
