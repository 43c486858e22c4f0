"""Turn a foreign table into the tidy one, and say which column became which."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from stats.errors import TableError
from stats.table.layouts import LAYOUTS, MODEL_VS_HUMAN, PSYCHOPY, Layout
from stats.table.read import read_csv
from stats.table.schema import REQUIRED
from stats.table.tidy import tidy

# 0000_con_s01_c50_oven_10_n04111531_4963.JPEG: order, experiment, session, then the condition, then the photo
SHOWN_AS = re.compile(r"^\d+_[^_]+_[^_]+_(?P<condition>[^_]+)_(?P<photo>.+)$")
TRUE_WORDS, FALSE_WORDS = ("1", "1.0", "true", "True"), ("0", "0.0", "false", "False")


@dataclass(frozen=True)
class Imported:
    """A foreign table in tidy words.

    Attributes
    ----------
    table : one row per trial, checked
    layout : name of the layout it was read as
    mapping : tidy column -> where it came from
    dropped : rows that are no trials (instructions, breaks)
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
        CSV (model-vs-human, PsychoPy) or JSON lines (JATOS, jsPsych).
    layout
        "model-vs-human", "jspsych" or "psychopy"; by default what the columns look like.
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
    """
    frame = _read(Path(path))
    chosen = _layout(frame, layout, str(path))
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
        return _read_json(path)
    return read_csv(path, lambda _: True, all_text=True)


def _read_json(path: Path) -> pd.DataFrame:
    """Read JSON lines; a line may be a trial, a list of trials, or an object that holds them under "data"."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        parts = [json.loads(line) for line in text.splitlines() if line.strip()]
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror}); check the path") from None
    except ValueError as error:
        raise TableError(f"{path}: is not JSON lines, one result per line ({error})") from None
    rows = [row for part in parts for row in _rows(part)]
    if not rows:
        raise TableError(f"{path}: holds no trials")
    return pd.DataFrame(rows)


def _rows(part: object) -> list[dict[str, object]]:
    if isinstance(part, list):
        return [row for inner in part for row in _rows(inner)]
    if not isinstance(part, dict):
        return []
    held = part.get("data", part.get("trials"))
    if not isinstance(held, list):
        return [part]
    shared = {key: value for key, value in part.items() if not isinstance(value, list | dict)}
    return [shared | row for row in _rows(held)]


def _layout(frame: pd.DataFrame, name: str | None, path: str) -> Layout:
    if name is not None:
        if name not in LAYOUTS:
            raise TableError(f"unknown layout {name!r}; choose one of {', '.join(LAYOUTS)}")
        return LAYOUTS[name]
    if {"subj", "object_response", "imagename"} <= set(frame):
        return MODEL_VS_HUMAN
    if any(str(column).endswith((".thisN", ".corr")) for column in frame):
        return PSYCHOPY
    if "rt" in frame or "trial_type" in frame:
        return LAYOUTS["jspsych"]
    raise TableError(f"{path}: unknown layout; name it with --layout {'|'.join(LAYOUTS)}")


def _sources(frame: pd.DataFrame, layout: Layout, columns: Mapping[str, str], path: str) -> dict[str, str]:
    """Return the source column of every tidy column that is found."""
    unknown = [source for source in columns.values() if source not in frame]
    if unknown:
        raise TableError(
            f"{path}: no column {', '.join(unknown)} to map; it has {', '.join(map(str, frame))}"
        )
    found = {target: _first(frame, names) for target, names in layout.sources.items()} | dict(columns)
    sources = {target: source for target, source in found.items() if source is not None}
    for needed in ("agent_id", "item_id", "category", "crop_level"):
        if needed not in sources:
            tried = ", ".join(layout.sources[needed])
            raise TableError(f"{path}: no column for {needed} (tried {tried}); map it: --map {needed}=COLUMN")
    if "correct" not in sources and "response" not in sources:
        raise TableError(f"{path}: neither correctness nor response found; map one: --map correct=COLUMN")
    return sources


def _first(frame: pd.DataFrame, names: Sequence[str]) -> str | None:
    for name in names:
        matches = [str(column) for column in frame if column == name or _ends(str(column), name)]
        if matches:
            return matches[0]
    return None


def _ends(column: str, pattern: str) -> bool:
    return pattern.startswith("*") and column.endswith(pattern[1:])


def _translated(
    trials: pd.DataFrame,
    layout: Layout,
    levels: Sequence[str] | None,
    agent_type: str | None,
    mapping: dict[str, str],
    path: str,
) -> pd.DataFrame:
    """Translate the values; `mapping` learns what was derived."""
    table = trials.copy()
    if layout is MODEL_VS_HUMAN:
        table["condition"] = trials["crop_level"].astype(str)
        table["item_id"] = [
            _photo(str(name), str(level))
            for name, level in zip(trials["item_id"], trials["crop_level"], strict=True)
        ]
        mapping["item_id"] += " without presentation order, experiment, session and condition"
    if "rt_ms" in table:
        table["rt_ms"] = pd.to_numeric(table["rt_ms"], errors="coerce") * layout.rt_factor
        mapping["rt_ms"] += f" x {layout.rt_factor:g}"
    _add_responses(table, layout, mapping, path)
    table["crop_level"] = _levels(trials["crop_level"], levels, path)
    mapping["crop_level"] += f" in the order {', '.join(levels)}" if levels else " as a number"
    _add_agent_type(table, agent_type, layout, mapping)
    first = [name for name in (*REQUIRED, "response", "response_status", "rt_ms") if name in table]
    return table[[*first, *(name for name in table if name not in first)]]


def _photo(name: str, condition: str) -> str:
    shown = SHOWN_AS.match(name)
    return shown["photo"] if shown and shown["condition"] == condition else name


def _add_responses(table: pd.DataFrame, layout: Layout, mapping: dict[str, str], path: str) -> None:
    if "response" in table:
        silent = table["response"].isna() | table["response"].astype(str).isin(layout.no_answer)
        table["response"] = table["response"].where(~silent, None)
        table["response_status"] = np.where(silent, "timeout", "answered")
        mapping["response_status"] = f"{mapping['response']}: no answer is a timeout"
    if "correct" in table:
        table["correct"] = table["correct"].map(_truth)
    else:
        _require_classes(table, mapping, path)
        right = table["response"].astype(object) == table["category"].astype(object)
        table["correct"] = right.fillna(False).astype(int)
        mapping["correct"] = f"{mapping['response']} equals {mapping['category']}"


def _require_classes(table: pd.DataFrame, mapping: dict[str, str], path: str) -> None:
    """Answers that are no class, such as the number of a button, would all be counted as wrong."""
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


def _truth(value: object) -> object:
    word = str(value)
    return 1 if word in TRUE_WORDS else 0 if word in FALSE_WORDS else value


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
