"""Which rows count, and are they usable: the checked table of trials that every analysis starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from stats.errors import TableError
from stats.table.parse import binary, flag, number, one_of, refuse, text
from stats.table.schema import (
    AGENT_TYPES,
    BLOCK_TYPES,
    FLAGS,
    PREVIEW,
    REQUIRED,
    RESPONSE_STATUSES,
    SPLITS,
    TRAINED_THROUGH,
)


@dataclass(frozen=True)
class Tidy:
    """A checked table.

    Attributes
    ----------
    trials
        One row per trial of the test blocks, excluded ones included, with columns `human` (bool), `agent_id`,
        `item_id`, `cluster_id` (source where known, else item), `category`, `crop_level` (float), `correct`
        (float, 0 for a timeout), `answered` (bool), `excluded` (bool), and the optional columns as they came.
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
        """Return the rows of the primary analysis: those that no frozen rule excludes."""
        return self.trials.loc[~self.trials["excluded"]]


def tidy(trials: pd.DataFrame, mode: str | None = None, splits: Sequence[str] = ("test",)) -> Tidy:
    """Check a table of trials and keep its test trials.

    Parameters
    ----------
    trials
        The tidy table (see `columns`); other columns are ignored.
    mode
        The mode of the human rows to analyse, needed only when the table holds several.
    splits
        Photos to keep, where the table says which split a photo belongs to.

    Raises
    ------
    TableError
        When a column is missing, a value is not one the column may take, or several modes are mixed.
    """
    require_columns(trials)
    if trials.empty:
        raise TableError("the table holds no trials")
    checked = _checked(trials)
    kept, dropped = _test_trials(checked, trials, splits)
    kept, mode, others = _one_mode(kept, mode)
    rows = _finished(kept)
    dropped |= others
    if rows.empty:
        raise TableError(f"no test trial is left: {_spell(dropped)}")
    return Tidy(rows, mode, dropped, "source_id" in trials, "response_status" in trials)


def require_columns(trials: pd.DataFrame, origin: str = "the table") -> None:
    """Refuse a table that lacks a required column.

    Raises
    ------
    TableError
        Naming every missing column.
    """
    missing = [name for name in REQUIRED if name not in trials]
    if missing:
        raise TableError(
            f"{origin}: missing column {', '.join(missing)}; a table of trials needs {', '.join(REQUIRED)}"
        )


def _spell(dropped: dict[str, int]) -> str:
    return ", ".join(f"{count} rows are {reason}" for reason, count in dropped.items() if count) or "no rows"


def _checked(trials: pd.DataFrame) -> pd.DataFrame:
    """Return the typed columns; `correct` may still be missing."""
    texts = {name: text(trials, name) for name in ("agent_id", "item_id", "category")}
    agent_type = one_of(trials, "agent_type", AGENT_TYPES, optional=False)
    status = one_of(trials, "response_status", RESPONSE_STATUSES)
    checked = pd.DataFrame(
        {
            "human": agent_type == "human",
            **texts,
            "cluster_id": _cluster(trials, texts["item_id"]),
            "crop_level": number(trials, "crop_level", optional=False),
            "correct": binary(trials),
            "status": status,
            "block_type": one_of(trials, "block_type", BLOCK_TYPES),
            "photo_split": one_of(trials, "split", SPLITS),
            "excluded": np.logical_or.reduce([flag(trials, name) for name in FLAGS]),
        }
    )
    _refuse_two_categories(trials, checked)
    for name in ("rt_ms", "crop_fraction", TRAINED_THROUGH):
        if name in trials:
            checked[name] = number(trials, name)
    passed_on = [name for name in trials if str(name) not in checked and name != "source_id"]
    return checked.join(trials[passed_on].reset_index(drop=True))


def _test_trials(
    checked: pd.DataFrame, trials: pd.DataFrame, splits: Sequence[str]
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Keep test blocks and ended trials; a trial that ended must be right or wrong."""
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
    return checked.loc[~(other_block | aborted | still_open)], dropped


def _one_mode(checked: pd.DataFrame, mode: str | None) -> tuple[pd.DataFrame, str | None, dict[str, int]]:
    """Keep one mode of the human rows; machines have no mode, but their previews never count either."""
    if "mode" not in checked:
        if mode is not None:
            raise TableError(f"mode {mode!r} was asked for, but the table has no column mode")
        return checked, None, {}
    preview = checked["mode"] == PREVIEW
    kept = checked.loc[~preview]
    found = sorted(kept.loc[kept["human"], "mode"].fillna("(blank)").unique())
    if mode is None and len(found) > 1:
        raise TableError(f"the table mixes modes {', '.join(found)}; choose one of them with mode (--mode)")
    if mode is not None and mode not in found:
        raise TableError(f"mode {mode!r} was asked for, but people's rows hold {', '.join(found) or 'none'}")
    chosen = mode or (found[0] if found else None)
    other = kept["human"] & (kept["mode"].fillna("(blank)") != chosen)
    dropped = {"previews": int(preview.sum()), f"of another mode than {chosen}": int(other.sum())}
    return kept.loc[~other], None if chosen == "(blank)" else chosen, dropped


def _finished(kept: pd.DataFrame) -> pd.DataFrame:
    """Score trials without an answer as wrong."""
    unanswered = kept["status"].isin(["timeout", "cant_tell"])
    return kept.assign(
        correct=kept["correct"].where(~unanswered, 0.0).astype(float), answered=~unanswered
    ).reset_index(drop=True)


def _cluster(trials: pd.DataFrame, item_id: pd.Series) -> pd.Series:
    """Photos of one source are one cluster; a photo without a known source is its own."""
    if "source_id" not in trials:
        return item_id
    source = trials["source_id"].reset_index(drop=True).astype(object)
    known = source.notna() & (source != "")
    return ("source " + source.astype(str)).where(known, "item " + item_id)


def _refuse_two_categories(trials: pd.DataFrame, checked: pd.DataFrame) -> None:
    """A photo has one right answer; two photos of one name would silently be averaged."""
    first = checked.groupby("item_id", sort=False)["category"].transform("first")
    bad = checked["category"] != first
    if bad.any():
        refuse(trials, bad, "category", "differs from an earlier row of this item_id; make ids unique")
