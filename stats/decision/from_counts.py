"""The verdict from counts of right answers, where the single trials are not available."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from stats.decision.criteria import Criteria
from stats.decision.gates import verdict_of
from stats.decision.records import Clustering, Sample
from stats.decision.results import Verdict
from stats.errors import TableError
from stats.table.arrays import Answers, Coded
from stats.table.column import names_of
from stats.table.parse import FILE, number, one_of, refuse, text
from stats.table.read import read_csv
from stats.table.schema import AGENT_TYPES, COUNTS

COLUMNS = names_of(COUNTS)
PHOTOS_UNKNOWN = (
    "counts do not say which photos they come from: the intervals hold for new people or seeds, but are "
    "conditional on these photos; export the trials to draw conclusions about new photos"
)


def read_counts(paths: Sequence[str | Path]) -> pd.DataFrame:
    """Read tables of counts.

    Parameters
    ----------
    paths
        CSV files with the columns `agent_type, agent_id, category, crop_level, n_correct, n`.

    Raises
    ------
    TableError
        When a file cannot be read or lacks a column.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     table = pd.DataFrame([("human", "ada", "dunk", 0, 9, 10)], columns=COLUMNS)
    ...     table.to_csv(Path(folder, "counts.csv"), index=False)
    ...     read_counts([Path(folder, "counts.csv")])["n_correct"].tolist()
    [9]
    """
    frames = []
    for path in paths:
        frame = read_csv(path, lambda name: name in COLUMNS)
        missing = [name for name in COLUMNS if name not in frame]
        if missing:
            raise TableError(f"{path}: missing column {', '.join(missing)}; counts need {', '.join(COLUMNS)}")
        frames.append(frame.assign(**{FILE: str(path)}))
    return pd.concat(frames)


def verdict_from_counts(counts: pd.DataFrame, criteria: Criteria) -> Verdict:
    """Test the levels from counts per agent, class and level.

    Parameters
    ----------
    counts
        Columns `agent_type, agent_id, category, crop_level, n_correct, n`.
    criteria
        Thresholds of the study.

    Raises
    ------
    TableError
        When a count is no whole number, or more answers are right than were given.

    Examples
    --------
    Five people and four networks answer 100 times each at levels 0 and 1.

    >>> import pandas as pd
    >>> rows = [("human", f"person{n}", "dunk", level, 95 + n % 3, 100) for n in range(5) for level in (0, 1)]
    >>> rows += [("model", f"seed{n}", "dunk", 0, 96 + n % 2, 100) for n in range(4)]
    >>> rows += [("model", f"seed{n}", "dunk", 1, 40 + n % 2, 100) for n in range(4)]
    >>> verdict_from_counts(pd.DataFrame(rows, columns=COLUMNS), Criteria()).sweet_levels
    (1,)
    """
    missing = [name for name in COLUMNS if name not in counts]
    if missing:
        raise TableError(f"the table: missing column {', '.join(missing)}; counts need {', '.join(COLUMNS)}")
    sample = Sample(rows_counted=len(counts), clustered_by=Clustering.PHOTOS_UNKNOWN)
    return verdict_of(_encoded(counts), criteria, sample, warnings=(PHOTOS_UNKNOWN,))


def _encoded(counts: pd.DataFrame) -> Coded:
    human = (one_of(counts, "agent_type", AGENT_TYPES, optional=False) == "human").to_numpy()
    agent = pd.factorize(text(counts, "agent_id"))[0]
    category, categories = pd.factorize(text(counts, "category"), sort=True)
    level, levels = pd.factorize(number(counts, "crop_level", optional=False), sort=True)
    trials, correct = _whole(counts, "n", 1), _whole(counts, "n_correct", 0)
    if (correct > trials).any():
        refuse(counts, correct > trials, "n_correct", "must not exceed n")
    place = np.arange(len(counts))
    answers = Answers(agent, place, place, category, correct, trials, photos_unknown=True)
    people, machine = (
        tuple(answers.where(kind & (level == code)) for code in range(len(levels)))
        for kind in (human, ~human)
    )
    return Coded(np.asarray(levels, dtype=float), tuple(map(str, categories)), people, machine)


def _whole(counts: pd.DataFrame, column: str, least: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    values = number(counts, column, optional=False).to_numpy(dtype=np.float64)
    bad = (values < least) | (values != np.round(values))
    if bad.any():
        refuse(counts, bad, column, f"must be a whole number from {least} on")
    return np.asarray(values)
