"""The tile-grid task: hits, false alarms, d' and solved grids per crop level, apart from the verdict."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from stats.errors import TableError
from stats.psychophysics.hits_and_alarms import Rate, YesNo, detection, rate_of
from stats.table.arrays import Answers, encode
from stats.table.parse import flag
from stats.table.tidy import tidy

NEEDED = ("trial_id", "target", "is_target", "grid_solved")


@dataclass(frozen=True)
class TileLevel:
    """What people did with the grids of one crop level.

    Attributes
    ----------
    crop_level : the level
    hit, false_alarm : share of targets, and of other tiles, that were selected in submitted grids; None where
        no such tile was shown
    sensitivity : d' and criterion of both
    solved : share of grids without any error; a grid that was not submitted in time is unsolved
    timeouts : grids that were not submitted in time
    """

    crop_level: float
    hit: Rate | None
    false_alarm: Rate | None
    sensitivity: YesNo | None
    solved: Rate
    timeouts: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


def tile_levels(tiles: pd.DataFrame, alpha: float = 0.05, mode: str | None = None) -> tuple[TileLevel, ...]:
    """Analyse the table of tiles, level by level.

    Parameters
    ----------
    tiles
        `tiles.csv`: one row per tile with the columns of a table of trials, and `trial_id`, `target`,
        `is_target` and `grid_solved`. Excluded rows, practice and catch grids are left out.
    alpha
        Two-sided error rate of the intervals.
    mode
        Which people to analyse when the table holds several modes.

    Raises
    ------
    TableError
        If a column is missing, a value is not one it may take, or nothing is left.

    References
    ----------
    Macmillan & Creelman (2005), Detection theory: a user's guide, 2nd ed.

    Examples
    --------
    Two people look for dunks in one grid of four photos; the second of them misses one.

    >>> import pandas as pd
    >>> photos = pd.DataFrame({"item_id": list("abcd"), "category": ["dunk", "dunk", "shoot", "shoot"]})
    >>> photos = photos.assign(agent_type="human", crop_level=0, target="dunk", is_target=[1, 1, 0, 0])
    >>> ada = photos.assign(agent_id="ada", trial_id="ada-1", correct=[1, 1, 1, 1], grid_solved=1)
    >>> bea = photos.assign(agent_id="bea", trial_id="bea-1", correct=[1, 0, 1, 1], grid_solved=0)
    >>> (level,) = tile_levels(pd.concat([ada, bea]))
    >>> level.hit.estimate, level.false_alarm.estimate, level.solved.estimate
    (0.75, 0.0, 0.5)
    """
    missing = [name for name in NEEDED if name not in tiles]
    if missing:
        raise TableError(f"missing column {', '.join(missing)}; this is not a table of tiles (tiles.csv)")
    flags = {name: flag(tiles, name) for name in ("is_target", "grid_solved")}
    rows = tidy(tiles.assign(**flags), mode).primary.reset_index(drop=True)
    if rows.empty:
        raise TableError("every tile is excluded; nothing is left to analyse")
    _refuse_twice(rows)
    levels = np.sort(rows["crop_level"].unique()).tolist()
    return tuple(_level(level, rows.loc[rows["crop_level"] == level], alpha) for level in levels)


def _refuse_twice(rows: pd.DataFrame) -> None:
    twice = rows[rows.duplicated(["agent_id", "trial_id", "item_id"])]
    if len(twice):
        tile = twice.sort_values(["trial_id", "item_id"]).iloc[0]
        raise TableError(
            f"photo {tile['item_id']} stands twice in grid {tile['trial_id']}; was the file given twice?"
        )


def _level(level: float, rows: pd.DataFrame, alpha: float) -> TileLevel:
    submitted = rows[rows["answered"]]
    hit, false_alarm, sensitivity = _selections(submitted, alpha) if len(submitted) else (None, None, None)
    timeouts = rows.loc[~rows["answered"], "trial_id"].nunique()
    return TileLevel(level, hit, false_alarm, sensitivity, _solved(rows, alpha), timeouts)


def _selections(rows: pd.DataFrame, alpha: float) -> tuple[Rate | None, Rate | None, YesNo | None]:
    """Return hit rate, false-alarm rate and d'; None for a rate of tiles that were never shown."""
    coded = encode(rows)
    is_target = rows["is_target"].to_numpy(dtype=bool)
    hits, others = coded.human[0].where(is_target), coded.human[0].where(~is_target)
    alarms = replace(others, correct=others.trials - others.correct)  # a wrong answer is a false alarm
    hit, false_alarm = (
        rate_of(part, coded.categories, alpha) if part.n_trials else None for part in (hits, alarms)
    )
    return hit, false_alarm, detection(hits, alarms, alpha) if hit and false_alarm else None


def _solved(rows: pd.DataFrame, alpha: float) -> Rate:
    """Return the share of solved grids; photos are mixed anew for everybody, so people are the units."""
    grids = rows.drop_duplicates(["agent_id", "trial_id", "target", "grid_solved"])
    twice = grids.duplicated(["agent_id", "trial_id"], keep=False)
    if twice.any():
        name = sorted(grids.loc[twice, "trial_id"])[0]
        raise TableError(f"the tiles of grid {name} differ in target or grid_solved; export the tiles again")
    classes, names = pd.factorize(grids["target"], sort=True)
    own = np.arange(len(grids))
    solved = grids["grid_solved"].to_numpy(dtype=np.float64)
    agents = pd.factorize(grids["agent_id"])[0]
    answers = Answers(agents, own, own, classes, solved, np.ones(len(grids)), photos_unknown=True)
    return rate_of(answers, tuple(str(name) for name in names), alpha)
