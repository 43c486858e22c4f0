"""The tile-grid task as tidy tables: one row per tile, and one per level; never mixed into trials.csv."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline.exports.trial_rows import Row, human_columns, stimulus_columns
from study.exclusions import Exclusions, exclusions_of
from study.models import StudyVersion, Tile, Trial

COLUMNS = [
    "tile_id", "study_id", "study_version", "config_hash", "agent_type", "agent_id", "session_id", "mode",
    "list_id", "block_id", "block_type", "trial_id", "trial_index", "attempt", "position", "target",
    "item_id", "source_id", "stimulus_id", "stim_sha256", "crop_level", "crop_fraction", "category",
    "is_target", "selected", "correct", "outcome", "grid_solved", "response_status", "confidence", "rt_ms",
    "stimulus_ms_achieved", "frame_ms", "dropped_frames", "focus_lost", "fullscreen", "onset_utc",
    "received_utc", "excluded_trial", "excluded_participant", "exclusion_reason",
]  # fmt: skip
OUTCOMES = {
    (True, True): "hit",
    (True, False): "miss",
    (False, True): "false_alarm",
    (False, False): "correct_rejection",
}


def tile_rows(version: StudyVersion, mode: str) -> Iterator[Row]:
    """Every tile of every grid that people closed; practice and excluded rows stay, flagged."""
    people = version.participants.filter(mode=mode, withdrawn_at=None, session__isnull=False)
    for participant in people.select_related("session__assignment").order_by("pk"):
        grids = list(_grids(participant.session))
        excluded = exclusions_of(participant.session, grids, version.design)
        for grid in grids:
            yield from _rows_of(grid, human_columns(version, participant, grid), excluded)


def _grids(session: Any) -> Any:
    """Closed grids with their tiles, in few queries."""
    tiles = "tiles__stimulus__item__category", "tiles__stimulus__level"
    closed = session.trials.answered().filter(target__isnull=False)
    return closed.select_related("target").prefetch_related(*tiles)


def _rows_of(grid: Trial, shared: Row, excluded: Exclusions) -> Iterator[Row]:
    grid_columns = {"grid_solved": _flag(grid.correct), **excluded.columns(grid)}
    for tile in grid.tiles.all():
        yield shared | grid_columns | stimulus_columns(tile.stimulus) | _tile_columns(grid, tile)


def _tile_columns(grid: Trial, tile: Tile) -> Row:
    """What was asked and done; a grid that was not submitted says nothing about its tiles."""
    is_target = tile.stimulus.item.category_id == grid.target_id
    judged = tile.selected is not None
    return {
        "tile_id": f"g{tile.pk}",
        "position": tile.position,
        "target": grid.target.name if grid.target else None,
        "is_target": int(is_target),
        "selected": _flag(tile.selected),
        "correct": int(is_target == tile.selected) if judged else None,
        "outcome": OUTCOMES[is_target, bool(tile.selected)] if judged else None,
    }


def _flag(value: bool | None) -> int | None:
    return None if value is None else int(value)
