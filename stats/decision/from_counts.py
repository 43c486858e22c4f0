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
from stats.decision.warnings import never_meet
from stats.decision.wording import repeats
from stats.errors import TableError
from stats.table.arrays import Answers, Coded, IntArray
from stats.table.column import Column, names_of
from stats.table.labels import first_by_group, labels, n_distinct
from stats.table.parse import FILE, number, one_of, refuse, text
from stats.table.read import read_csv, refuse_twice
from stats.table.schema import AGENT_TYPES, COUNTS
from stats.table.words import blanked

COLUMNS = names_of(COUNTS)
OF_PHOTOS = ("item_id", "source_id")
REPEATED = "rows repeat an observer, class, level and photo: their counts are added"
PHOTOS_UNKNOWN = (
    "counts do not say which photos they come from: the intervals hold for new people or seeds, but are "
    "conditional on these photos; add a column item_id, or export the trials, to draw conclusions about new "
    "photos"
)


def read_counts(paths: Sequence[str | Path], columns: Sequence[Column] = COUNTS) -> pd.DataFrame:
    """Read tables of counts, with the photos and the observers where they name them.

    Parameters
    ----------
    paths
        CSV files.
    columns
        That they must have, such as `agent_type, agent_id, category, crop_level, n_correct, n`.

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
    refuse_twice(paths)
    frames = []
    wanted = {*names_of(columns), *COLUMNS, *OF_PHOTOS}
    for path in paths:
        frame = read_csv(path, wanted.__contains__)
        _require(frame, names_of(columns), str(path))
        frames.append(frame.assign(**{FILE: str(path)}))
    return pd.concat(frames)


def _require(counts: pd.DataFrame, names: Sequence[str], origin: str) -> None:
    missing = [name for name in names if name not in counts]
    if missing:
        raise TableError(f"{origin}: missing column {', '.join(missing)}; counts need {', '.join(names)}")


def verdict_from_counts(counts: pd.DataFrame, criteria: Criteria) -> Verdict:
    """Test the levels from counts per agent, class and level.

    Parameters
    ----------
    counts
        Columns `agent_type, agent_id, category, crop_level, n_correct, n`; with `item_id` (and `source_id`,
        where photos share one) the intervals hold for new photos too.

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
    _require(counts, COLUMNS, "the table")
    coded = coded_counts(counts)
    cautions = (*never_meet(coded), *repeats(_added(counts), REPEATED))
    if "item_id" in counts:
        clusters = Clustering.SOURCE if "source_id" in counts else Clustering.PHOTO
        sample = Sample(rows_counted=len(counts), clustered_by=clusters)
        return verdict_of(coded, criteria, sample, warnings=cautions)
    sample = Sample(rows_counted=len(counts), clustered_by=Clustering.PHOTOS_UNKNOWN)
    return verdict_of(coded, criteria, sample, warnings=(PHOTOS_UNKNOWN, *cautions))


def _added(counts: pd.DataFrame) -> int:
    """Return how many rows repeat the observer, class, level and photo of an earlier one."""
    names = [name for name in (*COLUMNS[:4], "item_id") if name in counts]
    return len(counts) - n_distinct(counts, names)


def coded_counts(counts: pd.DataFrame) -> Coded:
    """Return counts as arrays; without a column `agent_id` all rows of a kind are one observer's.

    Parameters
    ----------
    counts
        Columns `agent_type, category, crop_level, n_correct, n`, and `agent_id`, `item_id`, `source_id` where
        they are known.

    Raises
    ------
    TableError
        When a count is no whole number, more answers are right than were given, or a photo has two classes.

    Examples
    --------
    >>> rows = [("human", "a", "dunk", 0, 9, 10), ("human", "b", "dunk", 0, 4, 10)]
    >>> names = ["agent_type", "item_id", "category", "crop_level", "n_correct", "n"]
    >>> (people,) = coded_counts(pd.DataFrame(rows, columns=names)).human
    >>> people.n_agents, people.n_items, people.n_trials
    (1, 2, 20)
    """
    human = (one_of(counts, "agent_type", AGENT_TYPES, optional=False) == "human").to_numpy()
    category, categories = pd.factorize(text(counts, "category"), sort=True)
    level, levels = pd.factorize(number(counts, "crop_level", optional=False), sort=True)
    trials, correct = _whole(counts, "n", 1), _whole(counts, "n_correct", 0)
    if (correct > trials).any():
        refuse(counts, correct > trials, "n_correct", "must not exceed n")
    agent = _codes(counts, "agent_id", np.zeros(len(counts), dtype=np.int64))
    item = _codes(counts, "item_id", np.arange(len(counts)))
    if (bad := category != first_by_group(item, category, int(item.max()) + 1)[item]).any():
        refuse(counts, bad, "category", "differs from an earlier row of this item_id; make ids unique")
    cluster = _clusters(counts, item)
    answers = Answers(agent, item, cluster, category, correct, trials, "item_id" not in counts)
    people, machine = (
        tuple(answers.where(kind & (level == code)) for code in range(len(levels)))
        for kind in (human, ~human)
    )
    return Coded(np.asarray(levels, dtype=float), tuple(map(str, categories)), people, machine)


def _codes(counts: pd.DataFrame, column: str, unknown: IntArray) -> IntArray:
    """Return a number for each row's name, alphabetically; `unknown` where the table has no such column."""
    if column not in counts:
        return unknown
    return np.asarray(pd.factorize(text(counts, column).astype(object), sort=True)[0], dtype=np.int64)


def _clusters(counts: pd.DataFrame, item: IntArray) -> IntArray:
    """Return the source of each row's photo where it is known, else the photo."""
    if "source_id" not in counts:
        return item
    source = labels(blanked(counts["source_id"])).cat.codes.to_numpy()
    of_photo = first_by_group(item, source, int(item.max()) + 1)
    return np.asarray(np.where(of_photo >= 0, of_photo, source.max() + 1 + np.arange(of_photo.size))[item])


def _whole(counts: pd.DataFrame, column: str, least: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    values = number(counts, column, optional=False).to_numpy(dtype=np.float64)
    bad = (values < least) | (values != np.round(values))
    if bad.any():
        refuse(counts, bad, column, f"must be a whole number from {least} on")
    return np.asarray(values)
