"""Import of tables of other programs: read, understood as a whole, translated, and told in a preview."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from stats.errors import TableError
from stats.files.spool import read_files
from stats.imports.import_options import ImportOptions
from stats.imports.layouts import MODEL_VS_HUMAN
from stats.imports.preview import Preview, preview_of
from stats.imports.survey import Reading, Survey, readings, surveyed
from stats.imports.table_decisions import Decisions, decide, some
from stats.imports.translation import Tally, translated
from stats.imports.wide_tables import long_form
from stats.table.column import names_of
from stats.table.schema import TIDY

LIKELY_TIMES = (80.0, 120_000.0)  # ms; a median outside is in another unit


@dataclass(frozen=True)
class Imported:
    """Tables of other programs, turned into one tidy table.

    Attributes
    ----------
    table
        One row per trial, checked; practice and catch trials say so in `block_type`.
    preview
        What every row was taken for.
    """

    table: pd.DataFrame
    preview: Preview


def import_trials(paths: Sequence[str | Path], options: ImportOptions | None = None) -> Imported:
    """Read files of other programs into one table in memory.

    Parameters
    ----------
    paths
        CSV, TSV, JSON, JSON lines, or zip archives of these.

    Raises
    ------
    TableError
        When a file cannot be read, or can be understood in two ways; the message says how to settle it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "results.json")
    ...     trial = '"trial_type": "image-button-response", "trial_index": 3, "label": "dunk", "level": 1'
    ...     answer = '"subject": "p1", "image": "a.jpg", "rt": 512, "response": "dunk"'
    ...     _ = path.write_text(f"{{{trial}, {answer}}}")
    ...     imported = import_trials([path])
    >>> imported.table[["agent_id", "crop_level", "correct"]].to_dict("list")
    {'agent_id': ['p1'], 'crop_level': [1], 'correct': [1]}
    >>> imported.preview.rules
    {'people: jspsych runs people': 1}
    """
    parts: list[pd.DataFrame] = []
    preview = stream_trials(paths, options or ImportOptions(), parts.append)
    return Imported(pd.concat(parts, ignore_index=True), preview)


def stream_trials(
    paths: Sequence[str | Path], options: ImportOptions, hand_on: Callable[[pd.DataFrame], None]
) -> Preview:
    r"""Read files of other programs, and hand the tidy rows on in batches that have the same columns.

    Files are kept on disk in between, so that a million rows need no more memory than a few.

    Parameters
    ----------
    paths
        CSV, TSV, JSON, JSON lines, or zip archives of these.
    options
        What the tables leave open.
    hand_on
        Called with each batch of rows. When the import is refused in the end, an error follows.

    Raises
    ------
    TableError
        When a file cannot be read, or can be understood in two ways; the message says how to settle it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> header = "agent_type,agent_id,item_id,category,crop_level,correct"
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "trials.csv")
    ...     _ = path.write_text(f"{header}\nhuman,p1,007,dunk,0,TRUE")
    ...     preview = stream_trials([path], ImportOptions(), lambda batch: print(batch["correct"].tolist()))
    [1]
    >>> preview.test
    1
    """
    with ExitStack() as in_the_end:
        spools = read_files(paths, options.separator, options.encoding)
        for spool in spools:
            in_the_end.callback(spool.close)
        if options.wide:
            spools, options = long_form(spools, options)
            for spool in spools:
                in_the_end.callback(spool.close)
        return _handed_on(readings(spools, options), options, hand_on)


def _handed_on(
    files: Sequence[Reading], options: ImportOptions, hand_on: Callable[[pd.DataFrame], None]
) -> Preview:
    survey = surveyed(files, options)
    _require_trials(survey, files)
    decisions = decide(survey, options)
    columns = _columns(files, decisions)
    tally = Tally()
    for file in files:
        codes = file.sources.classes_by_code(decisions.classes)
        own = replace(options, answers=codes | dict(options.answers))
        for batch in file.labelled(options):
            rows = translated(batch, file.sources, decisions, own, tally)
            if len(rows):
                hand_on(rows.reindex(columns=columns))
    _refuse_unclear(tally, decisions, options)
    never_met = options.never_met(_seen(files, survey, options))
    return preview_of(files, survey, decisions, tally, never_met)


def _seen(files: Sequence[Reading], survey: Survey, options: ImportOptions) -> dict[str, set[str]]:
    """Return what the tables hold of what the options name."""
    seen = {"agents": set(survey.observers), "levels": set(survey.levels)}
    named_columns = {*options.only, *options.practice}
    seen |= {name: set() for name in ("answers", "missing", *(f"column {name}" for name in named_columns))}
    if not (options.answers or options.missing or options.only or options.practice):
        return seen
    for file in files:
        for batch in file.spool.batches():
            cells = {str(name): set(map(str, batch[name].dropna().unique())) for name in batch}
            for column in named_columns & set(cells):
                seen[f"column {column}"] |= cells[column]
            for column in file.answer_columns:
                seen["answers"] |= {word.strip("[]'\" ") for word in cells[column]}
            seen["missing"] |= {word.lower() for column in cells.values() for word in column}
    return seen


def _columns(files: Sequence[Reading], decisions: Decisions) -> list[str]:
    """Return the columns of all rows, with those that are derived: declared ones first, in their order."""
    names = {"agent_type", "correct"} | ({"block_type"} if decisions.with_phases else set())
    for file in files:
        names |= {*file.columns, *({"response_status"} if "response" in file.columns else ())}
    declared = [name for name in names_of(TIDY) if name in names]
    others = [name for file in files for name in file.columns if name not in declared]
    shown_as = ["condition"] if any(file.sources.layout is MODEL_VS_HUMAN for file in files) else []
    return [*declared, *dict.fromkeys([*others, *shown_as])]


def _require_trials(survey: Survey, files: Sequence[Reading]) -> None:
    if not survey.phases:
        reasons = "; ".join(f"{count} rows have {reason}" for reason, count in survey.dropped.items())
        raise TableError(
            f"{some([file.spool.path for file in files])}: no row is a trial, with a photo, a level and a "
            f"class ({reasons}); name the columns: --columns item_id=COLUMN"
        )


def _refuse_unclear(tally: Tally, decisions: Decisions, options: ImportOptions) -> None:
    """Raise an error where rows were understood in one of two possible ways."""
    for word, count in tally.doubtful_words.items():
        raise TableError(
            f"{count} trials answer {word!r} and have a response time, or are a network's; "
            f"if it is no answer, --missing {word}; "
            f"if it is an answer, --answers {word}={word}"
        )
    _refuse_rows_of_one_trial(tally)
    if tally.compared:
        _refuse_other_words(tally, decisions)
    times = np.concatenate(tally.times) if tally.times else np.zeros(0)
    low, high = LIKELY_TIMES
    if times.size and options.rt_unit is None and not low <= float(np.median(times)) <= high:
        raise TableError(
            f"the median response time would be {np.median(times):g} ms; name the unit: --rt-unit s"
        )


def _refuse_rows_of_one_trial(tally: Tally) -> None:
    numbers = np.concatenate(tally.numbered) if tally.numbered else np.zeros(0)
    again = numbers.size - np.unique(numbers).size
    if again:
        raise TableError(
            f"{again} rows bear the number of another trial of their observer and show its photo. Are they "
            "rows of one trial? Say which counts, --only COLUMN=VALUES. Runs of one person? Name what tells "
            "them apart, --columns session_id=COLUMN. The same results twice? Leave one out"
        )


def _refuse_other_words(tally: Tally, decisions: Decisions) -> None:
    """Raise an error if answers are keys or buttons, or classes in other capitals: all would be wrong."""
    answers, classes = some(tally.strange_answers), some(sorted(decisions.classes))
    if tally.answers and tally.answers == tally.strange_answers.total():
        raise TableError(
            f"no answer ({answers}) is a class ({classes}), so that every answer would be wrong; say which "
            "is which, --answers KEY=CLASS, or name the column that is scored, --columns correct=COLUMN"
        )
    if len(tally.strange_answers) > len(decisions.classes):
        raise TableError(
            f"{len(tally.strange_answers)} different answers ({answers}) are no class ({classes}): they look "
            "typed, and only those that match a class letter by letter would be right; score them by a rule "
            "first, python -m stats score FILE, or name the column that is scored, --columns correct=COLUMN"
        )
    small = {name.strip().lower(): name for name in decisions.classes}
    for answer in tally.strange_answers:
        if answer.strip().lower() in small:
            right = small[answer.strip().lower()]
            raise TableError(
                f"the answer {answer!r} is the class {right!r} but for capitals or blanks; if they are the "
                f"same, --answers '{answer}={right}'"
            )
