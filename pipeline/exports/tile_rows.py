"""Rows of tiles.csv: one per photo of a grid, never mixed into trials.csv."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pipeline.exports.closed_trials import ClosedTrial, ClosedTrials, batches
from pipeline.exports.csv_lines import Row
from pipeline.exports.stimulus_columns import stimulus_columns
from pipeline.exports.trial_rows import person_columns, trial_columns
from stats.table.column import names_of
from stats.table.tile_columns import TILES
from study.exclusions import exclusions_of
from study.models import Participant, StudyVersion, Tile, Trial
from study.plan import plan_of

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
    begun = participants.select_related("session__assignment").prefetch_related("session__parts")
    people = begun.order_by("pk").iterator(chunk_size=500)
    grids, names = ClosedTrials(Trial.objects.filter(stimulus=None)), version.frozen.class_names
    for some in batches(people):
        trials, tiles = grids.of(some), _tiles_of(some)
        for person in some:
            closed = trials[person.session.pk]
            excluded = exclusions_of(person.session, closed, version.design, person.ruling)
            for grid in closed:
                part = plan_of(version).part_of(grid.block_id, grid.attempt)
                of_grid = {
                    **person_columns(version, person, part),
                    **trial_columns(version, grid),
                    "grid_solved": _zero_or_one(grid.correct),
                    "target": names[grid.target_id] if grid.target_id else None,
                    **excluded.columns(grid),
                }
                for tile in tiles[grid.pk]:
                    row = of_grid | stimulus_columns(tile.stimulus, version.renumbered_by)
                    row |= _tile_columns(grid, tile, version.renumbered_by)
                    yield {name: cell for name, cell in row.items() if name in COLUMNS}


def _tiles_of(people: Iterable[Participant]) -> dict[int, list[Tile]]:
    sessions = [person.session.pk for person in people]
    shown = Tile.objects.filter(trial__session__in=sessions).order_by("trial_id", "position")
    tiles: dict[int, list[Tile]] = defaultdict(list)
    for tile in shown.prefetch_related("stimulus__item__category", "stimulus__level"):
        tiles[tile.trial_id].append(tile)
    return tiles


def _tile_columns(grid: ClosedTrial, tile: Tile, renumbered_by: int) -> Row:
    """Return what was asked and done; a grid that was not submitted says nothing about its tiles."""
    is_target = tile.stimulus.item.category_id == grid.target_id
    judged = tile.selected is not None
    return {
        "tile_id": f"g{tile.pk - renumbered_by}",
        "position": tile.position,
        "is_target": int(is_target),
        "selected": _zero_or_one(tile.selected),
        "correct": int(is_target == tile.selected) if judged else None,
        "outcome": OUTCOMES[is_target, bool(tile.selected)] if judged else None,
    }


def _zero_or_one(value: bool | None) -> int | None:
    return None if value is None else int(value)
