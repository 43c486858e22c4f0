"""Columns of a table of tiles: one row per photo of a grid that a participant closed."""

from __future__ import annotations

from stats.table.column import YES_NO, Column
from stats.table.columns.photo_columns import STIMULUS
from stats.table.columns.screen_columns import ACHIEVED_DURATION, DISPLAY, TIMESTAMPS
from stats.table.schema import CORRECT, EXCLUSION, OBSERVER, REACTION, RESPONSE_STATUS, STUDY

TILES = (
    Column("tile_id", "Photo of a grid"),
    *STUDY,
    *OBSERVER,
    Column("position", "Place in the grid", "integer", derivation="row by row, from 0"),
    Column("target", "Class to select all photos of", read_as="text", required=True),
    *STIMULUS,
    Column(
        "is_target", "The photo is of that class", "integer", levels=YES_NO, read_as="flag", required=True
    ),
    Column("selected", "The photo was selected", "integer", levels=YES_NO, missing="grid not submitted"),
    CORRECT,
    Column(
        "outcome",
        "What the selection was",
        levels=("hit", "miss", "false_alarm", "correct_rejection"),
        missing="grid not submitted",
        derivation="is_target and selected",
    ),
    Column(
        "grid_solved",
        "No tile was wrong",
        "integer",
        levels=YES_NO,
        missing="aborted",
        derivation="0 without submission",
        read_as="flag",
        required=True,
    ),
    RESPONSE_STATUS,
    *REACTION,
    ACHIEVED_DURATION,
    *DISPLAY,
    *TIMESTAMPS,
    *EXCLUSION,
)
