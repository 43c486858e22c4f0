"""What each row of a table is: a trial, practice, a catch trial, or no trial and why."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from stats.imports.column_sources import Sources
from stats.imports.import_options import ImportOptions
from stats.imports.layouts import TIDY_TABLE
from stats.table.schema import BLOCK_TYPES
from stats.table.words import is_missing, truths

# Parts of a name such as "practice_loop", "isPractice" or "Task 1 (training)".
PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+")
PRACTICE = frozenset(
    {"practice", "practise", "prac", "training", "warmup", "tutorial", "demo", "uebung", "übung", "übungen"}
)
CATCH = frozenset({"catch"})
SAYS_BY_TRUTH = frozenset({"practice", "is_practice", "isPractice"})
NEEDED = {"item_id": "photo", "crop_level": "level", "category": "class"}


def phase_of(word: str) -> str:
    """Return what the name of a phase, block, task or loop says: test, practice or catch.

    Examples
    --------
    >>> [phase_of(word) for word in ("trials", "practiceLoop", "Training 2", "catch")]
    ['test', 'practice', 'practice', 'catch']
    """
    parts = {part.lower() for part in PART.findall(word)}
    return "practice" if parts & PRACTICE else "catch" if parts & CATCH else "test"


def phases(
    batch: pd.DataFrame, sources: Sources, loop: pd.Series | None, options: ImportOptions
) -> pd.Series:
    """Return test, practice or catch for each row, by any column that says so.

    Examples
    --------
    >>> from stats.imports.column_sources import sources_of
    >>> batch = pd.DataFrame([["p1", "a", "x", "0", "1", "training"]], dtype=object,
    ...     columns=["subject", "image", "label", "level", "correct", "phase"])
    >>> sources = sources_of(list(batch), "a.csv", ImportOptions(layout="plain"))
    >>> phases(batch, sources, None, ImportOptions()).tolist()
    ['practice']
    """
    phase = pd.Series("test", index=batch.index, dtype=object)
    for column in sources.phases:
        phase = _said_by(batch[column], column in SAYS_BY_TRUTH, phase)
    if loop is not None:
        phase = _said_by(loop, False, phase)
    for column, values in options.practice.items():
        phase = phase.where(~batch[column].isin(list(values)), "practice")
    return phase


def _said_by(values: pd.Series, by_truth: bool, phase: pd.Series) -> pd.Series:
    words = {word: phase_of(word) for word in values.dropna().unique()}
    own = values.where(~values.isin(BLOCK_TYPES), None).map(words).fillna("test")
    own = values.where(values.isin(BLOCK_TYPES), own)
    if by_truth:
        own = own.where(truths(values) != 1.0, "practice")
    return phase.where(phase != "test", own)


def why_no_trial(
    batch: pd.DataFrame, named: pd.DataFrame, sources: Sources, options: ImportOptions
) -> pd.Series:
    """Return for each row why it is no trial; None if it shows a photo at a level and has a class.

    Rows of a tidy table are all trials: a blank cell in one is an error, not another kind of row.

    Examples
    --------
    >>> from stats.imports.column_sources import named, sources_of
    >>> batch = pd.DataFrame([["p1", None, "x", "0", "1"]], dtype=object,
    ...     columns=["subject", "image", "label", "level", "correct"])
    >>> sources = sources_of(list(batch), "a.csv", ImportOptions(layout="plain"))
    >>> why_no_trial(batch, named(batch, sources), sources, ImportOptions()).tolist()
    ['no photo (image)']
    """
    reason = pd.Series(None, index=batch.index, dtype=object)
    for column, values in options.only.items():
        reason = _first_reason(reason, ~batch[column].isin(list(values)), f"not {column}={','.join(values)}")
    if sources.layout is TIDY_TABLE:
        return reason
    for column, pattern in sources.layout.trial_rows.items():
        if column in batch:
            other = ~batch[column].fillna("").astype(str).str.contains(pattern, case=False)
            reason = _first_reason(reason, other, f"no answer ({column})")
    declared = {word.lower() for word in options.missing}  # else a trial of nobody is refused
    unnamed = named["agent_id"].fillna("").astype(str).str.strip().str.lower().isin(declared)
    reason = _first_reason(reason, unnamed, f"no observer ({sources.where['agent_id']})")
    for target, noun in NEEDED.items():
        # A class may be called "None"; a photo or a level may not, unless it is declared.
        words = options.declared_missing if target == "category" else options.missing_words
        lacking = is_missing(named[target], words)
        if target == "crop_level":
            lacking &= ~named[target].isin(list(options.levels))
        reason = _first_reason(reason, lacking, f"no {noun} ({sources.where[target]})")
    return reason


def _first_reason(reason: pd.Series, rows: pd.Series, text: str) -> pd.Series:
    return reason.where(~(rows & reason.isna()), text)


def kinds(batch: pd.DataFrame, sources: Sources) -> pd.Series:
    """Return which screen of a trial each row is, in the words of the program; "" where it tells none.

    Examples
    --------
    >>> from stats.imports.column_sources import sources_of
    >>> batch = pd.DataFrame([["p1", "a", "x", "0", "1", "photo", "response"]], dtype=object,
    ...     columns=["subject", "image", "label", "level", "correct", "sender", "ended_on"])
    >>> kinds(batch, sources_of(list(batch), "a.csv", ImportOptions())).tolist()
    ['sender=photo']
    """
    texts = pd.Series("", index=batch.index, dtype=object)
    for column in sources.kinds:
        cells = batch[column].fillna("").astype(str)
        texts = texts.where(cells == "", texts + f" {column}=" + cells)
    return texts.str.strip()


def not_trials(answered: Mapping[str, int]) -> frozenset[str]:
    """Return the kinds of rows that nobody ever answers, such as fixations, where others are answered.

    Examples
    --------
    >>> sorted(not_trials({"sender=fixation": 0, "sender=photo": 12}))
    ['sender=fixation']
    """
    silent = frozenset(kind for kind, count in answered.items() if not count)
    return silent if len(silent) < len(answered) else frozenset()
