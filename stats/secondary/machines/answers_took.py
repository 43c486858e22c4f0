"""How the answers of a machine ended, what they cost, and how long they took."""

from __future__ import annotations

import pandas as pd

from stats.machine.comparison import Took
from stats.table.column import Column
from stats.table.columns.machine_columns import ANSWER_COST, ANSWER_SECONDS, ANSWER_STATE

SLOWEST = 0.95  # quantile
OF_ONE_ANSWER = ["agent_id", "item_id", "crop_level"]


def answers_once(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each photo, level and network: yes-no questions have a row for each question.

    Parameters
    ----------
    rows
        Of machines.
    """
    return rows.drop_duplicates(OF_ONE_ANSWER)


def took(answers: pd.DataFrame) -> Took:
    """Return what answers cost and how long they took, of those that tell it.

    Parameters
    ----------
    answers
        Rows of one machine, one for each answer.

    Examples
    --------
    >>> answers = pd.DataFrame({"answer_cost": [0.002, 0.004, None], "answer_seconds": [1.0, 3.0, 2.0]})
    >>> taken = took(answers)
    >>> taken.cost_per_1000, taken.costs_known, taken.seconds_median
    (3.0, 2, 2.0)
    >>> took(answers[[]]).cost_per_1000 is None
    True
    """
    costs, seconds = _known(answers, ANSWER_COST), _known(answers, ANSWER_SECONDS)
    return Took(
        len(answers),
        costs.size,
        seconds.size,
        1000 * float(costs.mean()) if costs.size else None,
        float(seconds.median()) if seconds.size else None,
        float(seconds.quantile(SLOWEST)) if seconds.size else None,
    )


def states_of(answers: pd.DataFrame) -> dict[str, int]:
    """Return how many answers ended how; nothing where the table does not tell.

    Examples
    --------
    >>> states_of(pd.DataFrame({"answer_state": ["refused", "answered", "answered"]}))
    {'answered': 2, 'refused': 1}
    """
    if ANSWER_STATE.name not in answers:
        return {}
    counts = answers[ANSWER_STATE.name].dropna().astype(str).value_counts().sort_index()
    return {str(state): int(count) for state, count in counts.items() if state}


def _known(answers: pd.DataFrame, column: Column) -> pd.Series:
    if column.name not in answers:
        return pd.Series(dtype=float)
    return pd.to_numeric(answers[column.name]).dropna()
