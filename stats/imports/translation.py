"""Second pass: rows of other programs become rows of the tidy table, and everything is counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from stats.errors import TableError
from stats.imports.answer_cells import no_answer, numerals, recoded, unlisted
from stats.imports.column_sources import Sources
from stats.imports.import_options import ImportOptions
from stats.imports.layouts import MODEL_VS_HUMAN, MS, SECONDS, TIDY_TABLE
from stats.imports.shown_photos import photo_names
from stats.imports.survey import NUMBERS, Labelled
from stats.imports.table_decisions import Decisions
from stats.table.column import read_columns
from stats.table.parse import parse
from stats.table.schema import TIDY
from stats.table.words import is_missing, truths

CHECKED = tuple(column for column in read_columns(TIDY) if column.required or column.read_as != "text")
YES_NO = tuple(column.name for column in TIDY if column.read_as in {"score", "flag"})
OF_A_TRIAL = ("agent_id", "session_id", "item_id", "crop_level", "trial_index")
DECIMALS = 6  # of a response time in ms: seconds times 1000 would show the error of the multiplication
SECONDS_OR_MS = {"s": SECONDS, "ms": MS}


@dataclass
class Tally:
    """What the rows were taken for.

    Attributes
    ----------
    phases
        Rows handed on, by test, practice and catch.
    dropped
        Rows left out, by reason.
    no_answer_words
        Trials without an answer, by the word that says so; "" for a blank cell.
    doubtful_words
        Those of them that have a response time nevertheless, or are a network's.
    class_words
        Answers that are a word for missing, but a class of this table.
    strange_answers
        Answers that are no class.
    contradictions
        Trials whose correctness is not whether the answer is the class.
    answers, compared
        Trials with an answer, and those that are right or wrong only by comparison with their class.
    times
        Response times in ms, where the name of their column does not tell the unit.
    stimuli
        Observer, photo and level of each test trial, as codes.
    numbered
        Hash of observer, photo, level, session and number of each test trial that has a number.
    """

    phases: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    no_answer_words: Counter[str] = field(default_factory=Counter)
    doubtful_words: Counter[str] = field(default_factory=Counter)
    class_words: Counter[str] = field(default_factory=Counter)
    strange_answers: Counter[str] = field(default_factory=Counter)
    contradictions: int = 0
    answers: int = 0
    compared: int = 0
    times: list[NDArray[np.float32]] = field(default_factory=list)
    stimuli: list[NDArray[np.int32]] = field(default_factory=list)
    numbered: list[NDArray[np.uint64]] = field(default_factory=list)
    codes: dict[str, dict[str, int]] = field(default_factory=lambda: {"agent_id": {}, "item_id": {}})
    categories: dict[str, str] = field(default_factory=dict)


def translated(
    batch: Labelled, sources: Sources, decisions: Decisions, options: ImportOptions, tally: Tally
) -> pd.DataFrame:
    """Return the tidy rows of a batch, and count what was left out.

    Parameters
    ----------
    batch
        Rows under the tidy names.
    sources
        Where they come from.
    decisions
        What was decided for the whole table.
    options
        What the researcher settled.
    tally
        Gets the counts.

    Raises
    ------
    TableError
        When a cell is not one that its column may take.

    Examples
    --------
    >>> from stats.files.spool import Spool
    >>> from stats.imports.table_decisions import decide
    >>> from stats.imports.survey import readings, surveyed
    >>> spool = Spool("a.csv")
    >>> spool.add(pd.DataFrame([["subject-1", "a", "dunk", "0", "na"]], dtype=object,
    ...     columns=["subj", "imagename", "category", "condition", "object_response"]))
    >>> options = ImportOptions()
    >>> (file,) = readings([spool], options)
    >>> understood = decide(surveyed([file], options), options)
    >>> (batch,) = file.labelled(options)
    >>> rows = translated(batch, file.sources, understood, options, Tally())
    >>> rows[["agent_type", "correct", "response_status"]].to_dict("list")
    {'agent_type': ['human'], 'correct': [0], 'response_status': ['timeout']}
    """
    reason = batch.reason.where(
        ~(batch.kind.isin(list(decisions.unanswered_kinds)) & batch.reason.isna()),
        "never answered: " + batch.kind,
    )
    tally.dropped.update(map(str, reason.dropna()))
    trial = reason.isna()
    rows = batch.rows[trial].reset_index(drop=True)
    phase = batch.phase[trial].reset_index(drop=True)
    tally.phases.update(map(str, phase))
    if rows.empty:
        return rows
    try:
        return _table(rows, phase, sources, decisions, options, tally)
    except TableError as error:
        raise TableError(f"{sources.path}: {error}") from None


def _table(
    rows: pd.DataFrame,
    phase: pd.Series,
    sources: Sources,
    decisions: Decisions,
    options: ImportOptions,
    tally: Tally,
) -> pd.DataFrame:
    table = rows.copy()
    for name in (column for column in NUMBERS if column in table):
        table[name] = numerals(
            unlisted(table[name], (), options.several, name), decisions.decimal.get(name, ".")
        )
    _add_times(table, sources, options)
    _add_answers(table, decisions, options, tally)
    _add_correct(table, decisions, tally)
    if sources.layout is MODEL_VS_HUMAN:
        table["condition"], table["item_id"] = table["crop_level"], photo_names(table)
    table["crop_level"] = _levels(rows["crop_level"], table["crop_level"], sources, decisions, options)
    if options.agents or "agent_type" not in table:
        table["agent_type"] = table["agent_id"].map(decisions.roles.types).astype(object)
    if decisions.with_phases and (sources.layout is not TIDY_TABLE or "block_type" not in table):
        table["block_type"] = phase
    _check(table, tally)
    if "rt_ms" in table and sources.columns.get("rt_ms") != "rt_ms":  # a name that tells the unit
        tally.times.append(table["rt_ms"].dropna().to_numpy(dtype=np.float32))
    _count(table, phase, tally, of_others=sources.layout is not TIDY_TABLE)
    return table


def _add_times(table: pd.DataFrame, sources: Sources, options: ImportOptions) -> None:
    if "rt_ms" not in table:
        return
    if sources.layout is TIDY_TABLE and options.rt_unit is None:
        return
    factor = SECONDS_OR_MS[options.rt_unit] if options.rt_unit else sources.layout.rt_factor
    if sources.columns.get("rt_ms") == "rt_ms" and options.rt_unit is None:
        factor = MS
    if factor is None:
        raise TableError(f"is {sources.columns['rt_ms']} in milliseconds or seconds? Say --rt-unit ms or s")
    missing = is_missing(table["rt_ms"])
    times = pd.to_numeric(table["rt_ms"].where(~missing, None), errors="coerce")
    bad = times.isna() & ~missing
    if bad.any():
        raise TableError(f"{sources.columns.get('rt_ms', 'rt')} {table['rt_ms'][bad].iloc[0]!r} is no number")
    table["rt_ms"] = (times * factor).round(DECIMALS)


def _add_answers(table: pd.DataFrame, decisions: Decisions, options: ImportOptions, tally: Tally) -> None:
    """Say of each trial whether it was answered, unless the table says so itself."""
    if "response" not in table:
        return
    given = recoded(
        unlisted(table["response"], decisions.classes, options.several, "response"), options.answers
    )
    if "response_status" in table:  # then no word has to say it
        silent = given.isna()
    else:
        silent = no_answer(given, {*decisions.classes, *options.answers.values()}, options.missing_words)
    words = given[silent & given.notna()]
    timed = table["rt_ms"].notna() & ~is_missing(table["rt_ms"]) if "rt_ms" in table else silent & False
    tally.no_answer_words.update(map(str, given[silent].fillna("")))
    settled = words.str.lower().isin(options.declared_missing)
    doubtful = timed | (table["agent_id"].map(decisions.roles.types) == "model")  # networks always answer
    tally.doubtful_words.update(map(str, words[doubtful[words.index] & ~settled]))
    tally.class_words.update(map(str, given[~silent & is_missing(given, options.missing_words)]))
    tally.answers += int((~silent).sum())
    tally.strange_answers.update(map(str, given[~silent & ~given.isin(list(decisions.classes))]))
    table["response"] = given.where(~silent, None)
    if "response_status" not in table:
        table["response_status"] = np.where(silent, "timeout", "answered")
        if "rt_ms" in table:  # some programs write how long the photo stood
            table["rt_ms"] = table["rt_ms"].where(~silent, None)


def _add_correct(table: pd.DataFrame, decisions: Decisions, tally: Tally) -> None:
    """Read correctness, or compare answer and class where there is none."""
    right = None
    if "response" in table:
        right = (table["response"] == table["category"]).fillna(False).astype(int).astype(object)
    if "correct" not in table:
        table["correct"] = right
        tally.compared += int(table["response"].notna().sum())
        return
    for name in (column for column in YES_NO if column in table):
        table[name] = _yes_or_no(table[name])
    if right is not None:
        answered = table["response"].isin(list(decisions.classes)) & table["correct"].isin([0, 1])
        tally.contradictions += int((table["correct"] != right)[answered].sum())


def _yes_or_no(values: pd.Series) -> pd.Series:
    """Return 1, 0 or None; what is none of these stays, for the check to refuse."""
    known = truths(values)
    cells = [
        int(truth) if truth == truth else (None if lacking else value)  # noqa: PLR0124 - not a NaN
        for value, truth, lacking in zip(values, known, is_missing(values), strict=True)
    ]
    return pd.Series(cells, index=values.index, dtype=object)


def _levels(
    words: pd.Series, cells: pd.Series, sources: Sources, decisions: Decisions, options: ImportOptions
) -> pd.Series:
    if sources.layout is TIDY_TABLE and not options.levels:
        return cells
    levels = [decisions.levels.get(word) for word in words]
    return pd.Series(levels, index=words.index, dtype=object)


def _check(table: pd.DataFrame, tally: Tally) -> None:
    """Refuse cells that the statistics would refuse, and one photo with two classes."""
    for column in CHECKED:
        if column.name in table:
            parse(table, column)
    pairs = table[["item_id", "category"]].drop_duplicates()
    for item, category in pairs.itertuples(index=False):
        known = tally.categories.setdefault(str(item), str(category))
        if known != str(category):
            raise TableError(
                f"photo {item} is of class {known} and of class {category}; make the names of photos unique, "
                "or name another column: --columns item_id=COLUMN"
            )


def _count(table: pd.DataFrame, phase: pd.Series, tally: Tally, *, of_others: bool) -> None:
    block = table["block_type"].fillna("test") if "block_type" in table else phase
    tested = table[(block == "test") & (phase == "test")]
    codes = []
    for name, numbers in tally.codes.items():
        numbered = (numbers.setdefault(str(value), len(numbers)) for value in tested[name])
        codes.append(np.fromiter(numbered, np.int32, len(tested)))
    level = pd.to_numeric(tested["crop_level"]).to_numpy(dtype=np.float32).view(np.int32)
    tally.stimuli.append(np.stack([*codes, level]))
    if of_others and "trial_index" in tested:
        own = [name for name in OF_A_TRIAL if name in tested]
        rows = tested.loc[~is_missing(tested["trial_index"]), own].astype(str)
        tally.numbered.append(np.asarray(pd.util.hash_pandas_object(rows, index=False), dtype=np.uint64))
