"""Reader of JSON as experiments write it: one array, one value a line, or arrays one after another."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any, TextIO

import pandas as pd

from stats.errors import TableError
from stats.files.delimited import BATCH

PIECE = 1 << 20  # characters read at once
BETWEEN = re.compile(r"[\s,]*")
KEY = "run_id"  # gets the key of a run, as in {"-Nx7": [trial, trial]}
NESTED = ("data", "trials")  # where a run's object holds its trials
# Numbers stay as they are written ("0.10"), so that they compare with those of other files.
DECODER = json.JSONDecoder(parse_float=str, parse_int=str)

Row = dict[str, Any]


def read_json(text: TextIO, path: str, notes: Counter[str]) -> Iterator[pd.DataFrame]:
    r"""Iterate over batches of rows as text; null is None, and a list or object stays JSON.

    A run's object that holds its trials under "data" or "trials" gives each of them what stands beside. Of an
    object of runs, as databases keep them, each trial gets its run's key as `run_id`.

    Parameters
    ----------
    text
        The open file.
    path
        Its name, for errors.
    notes
        Gets the number of values that are no objects.

    Raises
    ------
    TableError
        When the text is not JSON, or holds columns instead of trials.

    Examples
    --------
    >>> import io
    >>> lines = io.StringIO('{"subject": "p1", "data": [{"rt": 512}, {"rt": null}]}\n[{"rt": 0.10}]')
    >>> pd.concat(read_json(lines, "results.txt", Counter())).to_dict("list")
    {'subject': ['p1', 'p1', None], 'rt': ['512', None, '0.10']}
    """
    rows = (row for value in _values(text, path) for row in _rows(value, path, notes))
    while batch := list(islice(rows, BATCH)):
        names = list(dict.fromkeys(name for row in batch for name in row))
        cells = [[_cell(row.get(name)) for name in names] for row in batch]
        yield pd.DataFrame(cells, columns=names, dtype=object)


def _values(text: TextIO, path: str) -> Iterator[object]:
    """Iterate over the values of all arrays, without ever holding the whole text."""
    buffer, place, depth, before = "", 0, 0, 0
    while True:
        between = BETWEEN.match(buffer, place)
        place = between.end() if between else place
        if place == len(buffer):
            before += len(buffer)
            buffer, place = text.read(PIECE), 0
            if not buffer:
                break
            continue
        if buffer[place] in "[]":
            depth += 1 if buffer[place] == "[" else -1
            place += 1
            if depth < 0:
                raise TableError(f"{path}: is not JSON: a ] too many; export the results again")
            continue
        value, buffer, place, dropped = _decoded(text, buffer, place, path, before)
        before += dropped
        yield value
    if depth:
        raise TableError(f"{path}: is not JSON: the file ends inside an array; download it again")


def _decoded(text: TextIO, buffer: str, place: int, path: str, before: int) -> tuple[object, str, int, int]:
    """Return the value at a place, with the buffer, the place after it, and how much was dropped.

    More text is read while the value does not end inside the buffer, each time twice as much.
    """
    dropped, size = 0, PIECE
    while True:
        try:
            value, end = DECODER.raw_decode(buffer, place)
        except ValueError as error:
            more = text.read(size)
            if not more:
                reason, end = error.args[0].split(":")[0], before + dropped + place
                raise TableError(
                    f"{path}: is not JSON: {reason} after character {end}; "
                    "is the download complete? Save it as .json or .csv again"
                ) from None
            buffer, dropped, size = buffer[place:] + more, dropped + place, 2 * size
            place = 0
            continue
        return value, buffer, end, dropped


def _rows(value: object, path: str, notes: Counter[str]) -> Iterator[Row]:
    if isinstance(value, list):
        for inner in value:
            yield from _rows(inner, path, notes)
    elif isinstance(value, dict):
        yield from _rows_of_object(value, path, notes)
    else:
        notes["JSON values that are no objects"] += 1


def _rows_of_object(value: Row, path: str, notes: Counter[str]) -> Iterator[Row]:
    """Iterate over the trials of a run, or of runs by their key; any other object is one trial."""
    nested = next((value[name] for name in NESTED if isinstance(value.get(name), list)), None)
    if _of_columns(value, nested):
        raise TableError(
            f"{path}: holds columns, not trials; save it as CSV, or as one object for each trial"
        )
    if nested is not None:
        shared = {key: cell for key, cell in value.items() if not isinstance(cell, list | dict)}
        yield from (shared | row for row in _rows(nested, path, notes))
    elif value and all(map(_holds_trials, value.values())):
        for key, run in value.items():
            trials = list(run.values()) if isinstance(run, dict) else run
            yield from ({KEY: key} | row for row in _rows(trials, path, notes))
    else:
        yield value


def _of_columns(value: Row, nested: list[Any] | None) -> bool:
    """Whether an object is a table by columns, or by rows that do not repeat the names of the columns."""
    if nested is not None and "columns" in value and all(isinstance(row, list) for row in nested):
        return True
    lists = [cell for cell in value.values() if isinstance(cell, list)]
    plain = not any(isinstance(cell, list | dict) for column in lists for cell in column)
    return len(lists) == len(value) > 1 and plain and len(lists[0]) > 1 and len(set(map(len, lists))) == 1


def _holds_trials(run: object) -> bool:
    """Whether a value is a list of objects, or an object of numbered ones, as databases write lists."""
    if isinstance(run, dict):
        return list(run) == [str(place) for place in range(len(run))] and _holds_trials(list(run.values()))
    return isinstance(run, list) and bool(run) and all(isinstance(row, dict) for row in run)


def _cell(value: Any) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case str():
            return value or None
        case _:
            return json.dumps(value, ensure_ascii=False)
