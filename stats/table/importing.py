"""Import of a table that another program wrote, with a record of which column became which."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from stats.errors import TableError
from stats.table.column import names_of
from stats.table.json_lines import read_json_lines
from stats.table.layouts import MODEL_VS_HUMAN, Layout, layout_named, layout_of
from stats.table.read import read_csv
from stats.table.schema import REQUIRED, TIDY
from stats.table.tidy import tidy

# 0000_con_s01_c50_oven_10_n04111531_4963.JPEG: order, experiment, session, then the condition, then the photo
SHOWN_AS = re.compile(r"^\d+_[^_]+_[^_]+_(?P<condition>[^_]+)_(?P<photo>.+)$")
ONE_OR_ZERO = dict.fromkeys(("1", "1.0", "true", "True"), 1) | dict.fromkeys(
    ("0", "0.0", "false", "False"), 0
)
DERIVABLE = {"agent_type", "correct"}  # from the layout, and from response and category


@dataclass(frozen=True)
class Imported:
    """A table of another program, turned into the tidy table.

    Attributes
    ----------
    table
        One row per trial, checked.
    layout
        Name of the layout that it was read as.
    mapping
        Tidy column -> where it came from.
    dropped
        Number of rows that are no trials (instructions, breaks).
    """

    table: pd.DataFrame
    layout: str
    mapping: dict[str, str]
    dropped: int


def import_trials(
    path: str | Path,
    *,
    layout: str | None = None,
    columns: Mapping[str, str] | None = None,
    levels: Sequence[str] | None = None,
    agent_type: str | None = None,
) -> Imported:
    """Read one file written by another program.

    Parameters
    ----------
    path
        CSV (model-vs-human, PsychoPy), or JSON lines (JATOS, jsPsych) with the ending .json, .jsonl or .txt.
    layout
        "model-vs-human", "jspsych" or "psychopy"; by default the one that the columns look like.
    columns
        Tidy column -> source column, where the usual names do not fit.
    levels
        Conditions, light to heavy; they become levels 0, 1, 2 ... Not needed when the levels are numbers.
    agent_type
        "human" or "model" for all rows; by default as the table says.

    Raises
    ------
    TableError
        When the file cannot be read or a needed column is not found.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "results.json")
    ...     trial = '"subject": "p1", "image": "a.jpg", "label": "dunk", "level": 1, "rt": 512'
    ...     _ = path.write_text(f'{{{trial}, "response": "dunk"}}')
    ...     imported = import_trials(path)
    >>> imported.table[["agent_id", "crop_level", "correct"]].to_dict("list")
    {'agent_id': ['p1'], 'crop_level': [1], 'correct': [1]}
    >>> imported.mapping["correct"]
    'response equals label'
    """
    frame = _read(Path(path))
    chosen = layout_of(list(map(str, frame)), str(path)) if layout is None else layout_named(layout)
    sources = _sources(frame, chosen, columns or {}, str(path))
    renamed = pd.DataFrame({target: frame[source] for target, source in sources.items()})
    is_trial = renamed[["item_id", "crop_level"]].notna().all(axis=1)
    trials = renamed.loc[is_trial].reset_index(drop=True)
    if trials.empty:
        raise TableError(f"{path}: no row has both {sources['item_id']} and {sources['crop_level']}")
    mapping = {target: str(source) for target, source in sources.items()}
    table = _translated(trials, chosen, levels, agent_type, mapping, str(path))
    tidy(table)  # what is handed on must be usable
    return Imported(table, chosen.name, mapping, int((~is_trial).sum()))


def _read(path: Path) -> pd.DataFrame:
    if path.suffix.lower() in {".json", ".jsonl", ".txt"}:
        return read_json_lines(path)
    return read_csv(path, lambda _: True, all_text=True)


def _sources(frame: pd.DataFrame, layout: Layout, columns: Mapping[str, str], path: str) -> dict[str, str]:
    """Return the source column of every tidy column that is found."""
    unknown = [source for source in columns.values() if source not in frame]
    if unknown:
        raise TableError(
            f"{path}: no column {', '.join(unknown)} to map; it has {', '.join(map(str, frame))}"
        )
    matches = {target: _first(frame, names) for target, names in layout.sources.items()} | dict(columns)
    sources = {target: source for target, source in matches.items() if source is not None}
    for needed in REQUIRED:
        if needed not in sources and needed not in DERIVABLE:
            tried = ", ".join(layout.sources[needed])
            raise TableError(f"{path}: no column for {needed} (tried {tried}); map it: --map {needed}=COLUMN")
    if "correct" not in sources and "response" not in sources:
        raise TableError(f"{path}: neither correctness nor response found; map one: --map correct=COLUMN")
    return sources


def _first(frame: pd.DataFrame, names: Sequence[str]) -> str | None:
    """Return the first column that has one of the names; "*.x" stands for every name that ends in ".x"."""
    for name in names:
        for column in map(str, frame):
            if column == name or (name.startswith("*") and column.endswith(name[1:])):
                return column
    return None


def _translated(
    trials: pd.DataFrame,
    layout: Layout,
    levels: Sequence[str] | None,
    agent_type: str | None,
    mapping: dict[str, str],
    path: str,
) -> pd.DataFrame:
    """Return the table with tidy values; what was derived is added to `mapping`."""
    table = trials.copy()
    if layout is MODEL_VS_HUMAN:
        table["condition"] = trials["crop_level"].astype(str)
        table["item_id"] = _photos(trials)
        mapping["item_id"] += " without presentation order, experiment, session and condition"
    if "rt_ms" in table:
        table["rt_ms"] = pd.to_numeric(table["rt_ms"], errors="coerce") * layout.rt_factor
        mapping["rt_ms"] += f" x {layout.rt_factor:g}"
    _add_responses(table, layout, mapping, path)
    table["crop_level"] = _levels(trials["crop_level"], levels, path)
    mapping["crop_level"] += f" in the order {', '.join(levels)}" if levels else " as a number"
    _add_agent_type(table, agent_type, layout, mapping)
    declared = [name for name in names_of(TIDY) if name in table]
    return table[[*declared, *(name for name in table if name not in declared)]]


def _photos(trials: pd.DataFrame) -> list[str]:
    """Return the photos' own names: a file name also tells when and in which condition a photo was shown."""
    photos = []
    for name, condition in trials[["item_id", "crop_level"]].astype(str).itertuples(index=False):
        shown = SHOWN_AS.match(name)
        photos.append(shown["photo"] if shown and shown["condition"] == condition else name)
    return photos


def _add_responses(table: pd.DataFrame, layout: Layout, mapping: dict[str, str], path: str) -> None:
    if "response" in table:
        silent = table["response"].isna() | table["response"].astype(str).isin(layout.no_answer)
        table["response"] = table["response"].where(~silent, None)
        table["response_status"] = np.where(silent, "timeout", "answered")
        mapping["response_status"] = f"{mapping['response']}: no answer is a timeout"
    if "correct" in table:
        table["correct"] = table["correct"].map(lambda value: ONE_OR_ZERO.get(str(value), value))
    else:
        _require_classes(table, mapping, path)
        right = table["response"].astype(object) == table["category"].astype(object)
        table["correct"] = right.fillna(False).astype(int)
        mapping["correct"] = f"{mapping['response']} equals {mapping['category']}"


def _require_classes(table: pd.DataFrame, mapping: dict[str, str], path: str) -> None:
    """Raise an error if no answer is a class, but the number of a button: all would be counted as wrong."""
    given, classes = table["response"].dropna().tolist(), table["category"].dropna().unique().tolist()
    if given and not any(answer in classes for answer in given):
        raise TableError(
            f"{path}: no {mapping['response']} ({_some(given)}) is a {mapping['category']} "
            f"({_some(classes)}), so that every answer would be wrong; write the names of classes as "
            "responses, or map what was right: --map correct=COLUMN"
        )


def _some(values: list[object]) -> str:
    different = sorted(set(map(str, values)))
    return ", ".join(different[:3]) + (" ..." if len(different) > 3 else "")


def _levels(conditions: pd.Series, levels: Sequence[str] | None, path: str) -> pd.Series:
    words = conditions.astype(str)
    if levels:
        order = {name: place for place, name in enumerate(levels)}
        strange = sorted(set(words) - set(order))
        if strange:
            raise TableError(
                f"{path}: condition {', '.join(strange)} is not in --levels; name every condition"
            )
        return words.map(order)
    numbers = pd.to_numeric(words, errors="coerce")
    if numbers.isna().any():
        names = ", ".join(sorted(set(words)))
        raise TableError(
            f"{path}: conditions are words ({names}); order them light to heavy with --levels a,b,c"
        )
    return numbers


def _add_agent_type(
    table: pd.DataFrame, agent_type: str | None, layout: Layout, mapping: dict[str, str]
) -> None:
    if agent_type is not None:
        table["agent_type"] = agent_type
        mapping["agent_type"] = f"{agent_type}, as asked for"
    elif "agent_type" not in table and layout is MODEL_VS_HUMAN:
        people = table["agent_id"].astype(str).str.startswith("subject")
        table["agent_type"] = np.where(people, "human", "model")
        mapping["agent_type"] = "subj: human where it starts with 'subject', else model"
    elif "agent_type" not in table:
        table["agent_type"] = "human"
        mapping["agent_type"] = "human: the program runs people"
