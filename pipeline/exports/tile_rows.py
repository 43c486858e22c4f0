"""Rows of tiles.csv: one per photo of a grid, never mixed into trials.csv."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from pipeline.exports.csv_lines import Row
from pipeline.exports.stimulus_columns import stimulus_columns
from pipeline.exports.trial_rows import human_columns
from stats.table.column import names_of
from stats.table.tile_columns import TILES
from study.exclusions import exclusions_of
from study.models import Session, StudyVersion, Tile, Trial

COLUMNS = frozenset(names_of(TILES))
OUTCOMES = {
    (True, True): "hit",
    (True, False): "miss",
    (False, True): "false_alarm",
    (False, False): "correct_rejection",
}


def tile_rows(version: StudyVersion, mode: str) -> Iterator[Row]:
    """Iterate over the tiles of every grid that people closed; practice and excluded rows stay, flagged."""
    participants = version.participants.filter(mode=mode, withdrawn_at=None, session__isnull=False)
    begun = (
        participants.select_related("session__assignment").prefetch_related("session__parts").order_by("pk")
    )
    for participant in begun.iterator(chunk_size=500):
        grids = list(_closed_grids(participant.session))
        excluded = exclusions_of(participant.session, grids, version.design, participant.ruling)
        for grid in grids:
            of_grid = human_columns(version, participant, grid) | {"grid_solved": _zero_or_one(grid.correct)}
            for tile in grid.tiles.all():
                row = (
                    of_grid
                    | stimulus_columns(tile.stimulus, version.renumbered_by)
                    | _tile_columns(grid, tile)
                )
                row["tile_id"] = f"g{tile.pk - version.renumbered_by}"
                yield {name: row[name] for name in row if name in COLUMNS} | excluded.columns(grid)


def _closed_grids(session: Session) -> QuerySet[Trial]:
    """Return closed grids with their tiles, in few queries."""
    tiles = "tiles__stimulus__item__category", "tiles__stimulus__level"
    closed = session.trials.answered().filter(stimulus=None)
    return closed.select_related("target").prefetch_related(*tiles)


def _tile_columns(grid: Trial, tile: Tile) -> Row:
    """Return what was asked and done; a grid that was not submitted says nothing about its tiles."""
    is_target = tile.stimulus.item.category_id == grid.target_id
    judged = tile.selected is not None
    return {
        "position": tile.position,
        "target": grid.target.name if grid.target else None,
        "is_target": int(is_target),
        "selected": _zero_or_one(tile.selected),
        "correct": int(is_target == tile.selected) if judged else None,
        "outcome": OUTCOMES[is_target, bool(tile.selected)] if judged else None,
    }


def _zero_or_one(value: bool | None) -> int | None:
    return None if value is None else int(value)
