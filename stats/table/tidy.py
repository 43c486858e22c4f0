"""Checks of a table of trials, and the choice of the rows that count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from stats.errors import TableError
from stats.table.column import read_columns
from stats.table.design_columns import DESIGNS, RESPONSE_TEXT
from stats.table.labels import MISSING, chosen, first_by_group, labels, named
from stats.table.parse import parse, refuse
from stats.table.schema import BLOCK_TYPES, PREVIEW, REQUIRED, TIDY
from stats.table.words import NAMES_OF_CLASSES, blanked

# Optional text is handed on; every other column that the statistics read has values to check.
TYPED = tuple(column for column in read_columns(TIDY) if column.required or column.read_as != "text")
OPTIONAL_TEXT = {column.name for column in read_columns((*TIDY, *DESIGNS)) if column.read_as == "text"}
OPTIONAL_TEXT -= {RESPONSE_TEXT.name}  # what somebody typed is no word of a program
MAY_BE_ABSENT = {"choice", "flag"}


@dataclass(frozen=True)
class Tidy:
    """A checked table of trials.

    Attributes
    ----------
    trials
        One row per trial of the test blocks, excluded ones included, with columns `human` (bool), `agent_id`,
        `item_id`, `cluster_id` (source where known, else item), `category`, `crop_level` (float), `correct`
        (float, 0 for a timeout), `answered` (bool), `excluded` (bool), and the optional columns, where
        a word for no value in text is a blank.
    mode
        The one mode the human rows were collected in; None when the table does not say.
    dropped
        Rows that are no test trials, by reason.
    has_sources, has_status
        Whether the table says which photos share a source, and how each trial ended.
    """

    trials: pd.DataFrame
    mode: str | None
    dropped: dict[str, int]
    has_sources: bool
    has_status: bool

    @property
    def primary(self) -> pd.DataFrame:
        """Return the rows of the primary analysis: those that no rule of the frozen design excludes."""
        return chosen(self.trials, ~self.trials["excluded"])


def tidy(trials: pd.DataFrame, mode: str | None = None, splits: Sequence[str] = ("test",)) -> Tidy:
    """Check a table of trials and choose its test trials.

    Parameters
    ----------
    trials
        One row per trial, with the columns of `stats.table.schema`; other columns are ignored.
    mode
        Mode of the human rows to analyse, needed only when the table holds several.
    splits
        Photos to keep, where the table says which split a photo belongs to.

    Raises
    ------
    TableError
        When a column is missing, a value is not one the column may take, or several modes are mixed.

    Examples
    --------
    >>> trials = pd.DataFrame({
    ...     "agent_type": "human", "agent_id": "p1", "item_id": ["a", "b", "c"], "category": "dunk",
    ...     "crop_level": 1, "correct": [1, None, 0], "response_status": ["answered", "timeout", "aborted"],
    ... })
    >>> table = tidy(trials)
    >>> table.trials["correct"].tolist()
    [1.0, 0.0]
    >>> table.dropped["aborted trials"]
    1
    """
    require_columns(trials)
    if trials.empty:
        raise TableError("the table holds no trials")
    checked = _checked(trials)
    test_trials, dropped = _test_trials(checked, trials, splits)
    of_one_mode, mode, dropped_by_mode = _one_mode(test_trials, mode)
    rows = _scored(of_one_mode)
    dropped |= dropped_by_mode
    if rows.empty:
        reasons = [f"{count} rows are {reason}" for reason, count in dropped.items() if count]
        raise TableError(f"no test trial is left: {', '.join(reasons) or 'no rows'}")
    return Tidy(rows, mode, dropped, "source_id" in trials, "response_status" in trials)


def require_columns(trials: pd.DataFrame, origin: str = "the table") -> None:
    """Raise an error if a table of trials lacks a required column.

    Parameters
    ----------
    trials
        The table.
    origin
        Name of the table in the error.

    Raises
    ------
    TableError
        When a column is missing; the message names all of them.

    Examples
    --------
    >>> require_columns(pd.DataFrame(columns=REQUIRED[1:]), "trials.csv")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    stats.errors.TableError: trials.csv: missing column agent_type; a table of trials needs agent_type, ...
    """
    missing = [name for name in REQUIRED if name not in trials]
    if missing:
        raise TableError(
            f"{origin}: missing column {', '.join(missing)}; a table of trials needs {', '.join(REQUIRED)}"
        )


def _checked(trials: pd.DataFrame) -> pd.DataFrame:
    """Return typed values under the names that the analyses use; `correct` may still be missing."""
    values = {
        column.name: parse(trials, column)
        for column in TYPED
        if column.name in trials or column.read_as in MAY_BE_ABSENT
    }
    renamed = {
        "human": values.pop("agent_type") == "human",
        "cluster_id": _cluster(trials, values["item_id"]),
        "status": values.pop("response_status"),
        "photo_split": values.pop("split"),
        "excluded": values.pop("excluded_trial") | values.pop("excluded_participant"),
    }
    checked = renamed | values
    _refuse_two_categories(trials, checked["item_id"], checked["category"])
    passed_on = [str(name) for name in trials if str(name) not in checked and name != "source_id"]
    checked |= {name: _optional(trials, name) for name in passed_on}
    return pd.DataFrame(checked, copy=False)


def _optional(trials: pd.DataFrame, name: str) -> pd.Series:
    """Return a column that is handed on; in declared text a word for no value is a blank."""
    values = trials[name].reset_index(drop=True)
    if name not in OPTIONAL_TEXT:
        return values
    return blanked(values, trials["category"].unique() if name in NAMES_OF_CLASSES else ())


def _test_trials(
    checked: pd.DataFrame, trials: pd.DataFrame, splits: Sequence[str]
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the ended trials of test blocks, and the numbers of the other rows by reason."""
    blank_block = checked["block_type"].isna() & checked["human"]
    if "block_type" in trials and blank_block.any():
        refuse(trials, blank_block, "block_type", f"must be one of {', '.join(BLOCK_TYPES)} for people")
    other_split = checked["photo_split"].notna() & ~checked["photo_split"].isin(splits)
    other_block = checked["block_type"].isin(["practice", "catch"]) | other_split
    aborted = ~other_block & (checked["status"] == "aborted")
    blank = checked["correct"].isna()
    unanswered = ~other_block & ~aborted & blank & ~checked["status"].isin(["timeout", "cant_tell"])
    still_open = unanswered & checked["status"].isna() if "response_status" in trials else unanswered & False
    if (unanswered & ~still_open).any():
        refuse(trials, unanswered & ~still_open, "correct", "must be 0 or 1")
    dropped = {
        f"photos of another split than {', '.join(splits)}": int(other_split.sum()),
        "practice or catch trials": int((other_block & ~other_split).sum()),
        "aborted trials": int(aborted.sum()),
        "trials not yet answered": int(still_open.sum()),
    }
    return chosen(checked, ~(other_block | aborted | still_open)), dropped


def _one_mode(checked: pd.DataFrame, mode: str | None) -> tuple[pd.DataFrame, str | None, dict[str, int]]:
    """Return the rows of one mode; machines have no mode, but their previews never count either."""
    if "mode" not in checked:
        if mode is not None:
            raise TableError(f"mode {mode!r} was asked for, but the table has no column mode")
        return checked, None, {}
    preview = checked["mode"] == PREVIEW
    counted = chosen(checked, ~preview)
    modes = sorted(counted.loc[counted["human"], "mode"].astype(object).fillna("(blank)").unique())
    if mode is None and len(modes) > 1:
        raise TableError(f"the table mixes modes {', '.join(modes)}; choose one of them with mode (--mode)")
    if mode is not None and mode not in modes:
        raise TableError(f"mode {mode!r} was asked for, but people's rows hold {', '.join(modes) or 'none'}")
    asked = mode or (modes[0] if modes else None)
    other = counted["human"] & (counted["mode"].astype(object).fillna("(blank)") != asked)
    dropped = {"previews": int(preview.sum()), f"of another mode than {asked}": int(other.sum())}
    return chosen(counted, ~other), None if asked == "(blank)" else asked, dropped


def _scored(trials: pd.DataFrame) -> pd.DataFrame:
    """Score trials without an answer as wrong."""
    answered = ~trials["status"].isin(["timeout", "cant_tell"])
    correct = trials["correct"] if answered.all() else trials["correct"].where(answered, 0.0)
    return trials.assign(correct=correct, answered=answered).reset_index(drop=True)


def _cluster(trials: pd.DataFrame, item_id: pd.Series) -> pd.Series:
    """Return cluster names: photos of one source are one cluster, a photo without a source is its own.

    A source that any row of a photo names is that of all its rows.
    """
    if "source_id" not in trials:
        return item_id
    source = labels(blanked(trials["source_id"]))
    source_of_row, photo = source.cat.codes.to_numpy(), item_id.cat.codes.to_numpy()
    photos, sources = item_id.cat.categories, source.cat.categories
    of_photo = first_by_group(photo, source_of_row, len(photos))
    bad = (source_of_row != MISSING) & (source_of_row != of_photo[photo])
    if bad.any():
        refuse(
            trials, bad, "source_id", "differs from an earlier row of this item_id; a photo has one source"
        )
    names = [
        f"item {name}" if number == MISSING else f"source {sources[number]}"
        for name, number in zip(photos, of_photo, strict=True)
    ]
    return named(photo, names)


def _refuse_two_categories(trials: pd.DataFrame, items: pd.Series, categories: pd.Series) -> None:
    """Raise an error if one photo has two classes: two photos of one name would silently be averaged."""
    photo, category = (names.cat.codes.to_numpy() for names in (items, categories))
    bad = category != first_by_group(photo, category, len(items.cat.categories))[photo]
    if bad.any():
        refuse(trials, bad, "category", "differs from an earlier row of this item_id; make ids unique")
