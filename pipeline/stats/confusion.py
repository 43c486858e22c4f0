"""Which class is taken for which."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .errors import TableError
from .judgement import own_level_only
from .tidy import tidy

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
    """

    crop_level: float
    agent_type: str
    categories: tuple[str, ...]
    responses: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    def shares(self) -> tuple[tuple[float | None, ...], ...]:
        """Return each row as shares of its class; None for a class without trials."""
        return tuple(tuple(count / sum(row) if sum(row) else None for count in row) for row in self.counts)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return dict(self.__dict__) | {"shares": self.shares()}


def confusions(trials: pd.DataFrame, *, mode: str | None = None) -> list[Confusion]:
    """Count answers by true class per level and kind of observer.

    Parameters
    ----------
    trials
        Tidy table with the column `response`.
    mode
        Which human rows to analyse when the table holds several modes.

    Raises
    ------
    TableError
        When the table has no responses or cannot be used.
    """
    counted = own_level_only(tidy(trials, mode).primary)
    if "response" not in counted:
        raise TableError("confusion matrices need the column response: the class that was answered")
    given = (
        counted["response"].astype(object).where(counted["answered"], NO_ANSWER).fillna(NO_ANSWER).astype(str)
    )
    categories = sorted(counted["category"].unique())
    others = sorted(set(given) - {*categories, NO_ANSWER})
    responses = [*categories, *others, *([NO_ANSWER] if (given == NO_ANSWER).any() else [])]
    row = pd.Categorical(counted["category"], categories=categories).codes
    column = pd.Categorical(given, categories=responses).codes
    cell = row.astype(np.int64) * len(responses) + column
    shape = (len(categories), len(responses))
    level, human = counted["crop_level"].to_numpy(dtype=float), counted["human"].to_numpy(dtype=bool)
    found = []
    for place in np.unique(level).tolist():
        for kind, who in (("human", human), ("model", ~human)):
            cells = cell[who & (level == place)]
            counts = np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape).tolist()
            rows = tuple(tuple(line) for line in counts)
            found += [Confusion(place, kind, tuple(categories), tuple(responses), rows)] if cells.size else []
    return found
