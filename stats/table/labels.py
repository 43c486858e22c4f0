"""Names in a table as numbers: each name is held once, and a row holds its number.

A million rows then cost two bytes a row and column instead of a text each, and a question about a name is
asked once for each name instead of once for each row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import union_categoricals

Codes = NDArray[np.integer]
Numbers = NDArray[np.int64]
SPARSE = 4  # times more possible numbers than rows: sorting then takes less memory than counting
MISSING = -1  # number of a blank cell


def labels(values: pd.Series) -> pd.Series:
    """Return the values as names in alphabetical order.

    Parameters
    ----------
    values
        Text, numbers that name something, or names already.

    Examples
    --------
    >>> names = labels(pd.Series(["p2", 10, None, "p2"]))
    >>> list(names.cat.categories), names.cat.codes.tolist()
    (['10', 'p2'], [1, 0, -1, 1])
    """
    if _is_names(values):
        codes, names = values.cat.codes.to_numpy(), values.cat.categories
        if names.dtype == "str" and names.is_monotonic_increasing:
            return values  # as they must be: nothing to copy
    else:
        codes, names = pd.factorize(values)
    return named(codes, [str(name) for name in names], values.index)


def named(codes: Codes, names: Sequence[str], index: pd.Index | None = None) -> pd.Series:
    """Return rows that hold the name of their number, -1 a blank; equal names become one.

    Examples
    --------
    >>> named(np.array([0, 1, 2, -1]), ["dunk", "shoot", "dunk"]).tolist()
    ['dunk', 'shoot', 'dunk', nan]
    """
    unique = sorted(set(names))
    place = {name: number for number, name in enumerate(unique)}
    numbers = [*(place[name] for name in names), MISSING]  # -1 takes the last
    renumbered = np.array(numbers, np.min_scalar_type(-len(numbers)))
    categories = pd.Index(unique, dtype="str")
    return pd.Series(pd.Categorical.from_codes(renumbered[codes], categories), index)


def numbered(values: pd.Series) -> tuple[Codes, pd.Index]:
    """Return the number of each row's value, none of them blank, and the values, in ascending order.

    Examples
    --------
    >>> codes, names = numbered(labels(pd.Series(["p2", "p1", "p2"])).iloc[1:])
    >>> codes.tolist(), names.tolist()
    ([0, 1], ['p1', 'p2'])
    """
    if not _is_names(values):
        place, different = pd.factorize(values, sort=True)
        return place, pd.Index(different)
    codes, names = values.cat.codes.to_numpy(), values.cat.categories
    occur = present(codes)
    if occur.size == len(names):
        return codes, names
    places = np.zeros(len(names), codes.dtype)
    places[occur] = np.arange(occur.size)
    return places[codes], names[occur]


def renumbered(codes: Codes) -> tuple[Numbers, Numbers]:
    """Return the numbers that occur, in ascending order, and the place among them of each row.

    Examples
    --------
    >>> [part.tolist() for part in renumbered(np.array([7, 2, 7]))]
    [[2, 7], [1, 0, 1]]
    """
    highest = int(codes.max(initial=MISSING))
    if highest > SPARSE * codes.size:
        present, place = np.unique(codes, return_inverse=True)
        return present.astype(np.int64), place.astype(np.int64)
    occurs = np.bincount(codes) > 0
    return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[codes]


def present(codes: Codes) -> Numbers:
    """Return the numbers that occur, in ascending order.

    Examples
    --------
    >>> present(np.array([7, 2, 7])).tolist()
    [2, 7]
    """
    return np.flatnonzero(np.bincount(codes))


def row_numbers(frame: pd.DataFrame, columns: Sequence[str]) -> Numbers:
    """Return one number for each row, the same for rows that are alike in all of these columns.

    Examples
    --------
    >>> frame = pd.DataFrame({"agent_id": ["p1", "p2", "p1"], "crop_level": [1, 1, 1]})
    >>> first, second, third = row_numbers(frame, ["agent_id", "crop_level"]).tolist()
    >>> first == third, first == second
    (True, False)
    """
    together = np.zeros(len(frame), dtype=np.int64)
    for column in columns:
        values = frame[column]
        codes = values.cat.codes.to_numpy() if _is_names(values) else pd.factorize(values)[0]
        together *= int(codes.max(initial=MISSING)) + 2  # blanks are a value too
        together += codes
        together += 1
    return together


def distinct_rows(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return the columns of the first of all rows that are alike in them.

    Examples
    --------
    >>> frame = pd.DataFrame({"agent_id": ["p1", "p2", "p1"], "crop_level": [1, 1, 1]})
    >>> distinct_rows(frame, ["agent_id", "crop_level"]).index.tolist()
    [0, 1]
    """
    numbers, place = renumbered(row_numbers(frame, columns))
    first = np.empty(numbers.size, dtype=np.int64)
    first[place[::-1]] = np.arange(len(frame))[::-1]  # of several rows alike the last assignment stays
    return frame[list(columns)].iloc[np.sort(first)]


def n_distinct(frame: pd.DataFrame, columns: Sequence[str]) -> int:
    """Count the rows that differ in at least one of these columns.

    Examples
    --------
    >>> frame = pd.DataFrame({"agent_id": ["p1", "p2", "p1"], "crop_level": [1, 1, 1]})
    >>> n_distinct(frame, ["agent_id", "crop_level"])
    2
    """
    numbers = row_numbers(frame, columns)
    numbers.sort()  # in place of a hash table, which takes more memory
    return int((numbers[1:] != numbers[:-1]).sum()) + bool(numbers.size)


def first_by_group(groups: Codes, codes: Codes, n_groups: int) -> Codes:
    """Return the number in the first row of each group that has one, -1 where none has.

    Examples
    --------
    >>> first_by_group(np.array([0, 1, 0, 1]), np.array([-1, 5, 7, 6]), 2).tolist()
    [7, 5]
    """
    first = np.full(n_groups, MISSING, codes.dtype)
    rows = np.flatnonzero(codes != MISSING)[::-1]
    first[groups[rows]] = codes[rows]  # of several rows of a group the last assignment stays
    return first


def chosen(frame: pd.DataFrame, rows: pd.Series | NDArray[np.bool_]) -> pd.DataFrame:
    """Return the chosen rows, and the frame itself, uncopied, where they are all.

    Examples
    --------
    >>> frame = pd.DataFrame({"correct": [1, 0]})
    >>> chosen(frame, frame["correct"] >= 0) is frame
    True
    >>> chosen(frame, frame["correct"] == 1).index.tolist()
    [0]
    """
    return frame if rows.all() else frame.loc[rows]


def stacked(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of all tables; columns of names stay names, those that a table lacks are blank there.

    Examples
    --------
    >>> first, second = (pd.DataFrame({"item_id": pd.Categorical([name])}) for name in "ab")
    >>> both = stacked([first, second])
    >>> both["item_id"].tolist(), str(both["item_id"].dtype)
    (['a', 'b'], 'category')
    """
    frames = list(tables)
    if len(frames) == 1:
        return frames[0]
    columns = dict.fromkeys(name for frame in frames for name in frame)
    shared = [name for name in columns if all(name in frame and _is_names(frame[name]) for frame in frames)]
    kinds = {
        name: pd.CategoricalDtype(union_categoricals([frame[name] for frame in frames]).categories)
        for name in shared
    }
    return pd.concat([frame.astype(kinds) for frame in frames])


def _is_names(values: pd.Series) -> bool:
    return isinstance(values.dtype, pd.CategoricalDtype)
