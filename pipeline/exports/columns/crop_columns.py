"""Columns of photos at a level, and of the windows that a pilot tried."""

from __future__ import annotations

from dataclasses import replace

from stats.table.column import YES_NO, Column
from stats.table.columns.machine_columns import SPLIT
from stats.table.schema import BY_NAME, TRIALS
from study.models import Item, Stimulus

STIMULI = (
    BY_NAME["stimulus_id"],
    BY_NAME["stim_sha256"],
    BY_NAME["item_id"],
    BY_NAME["source_id"],
    Column("source_name", "Name of the photo's file as it was imported", derivation="with its folders"),
    BY_NAME["category"],
    replace(SPLIT, levels=tuple(Item.Split.values), missing="never"),
    BY_NAME["crop_level"],
    BY_NAME["crop_fraction"],
    Column("left", "Left edge of the window", "number", "share", derivation="of the photo's width"),
    Column("top", "Upper edge of the window", "number", "share", derivation="of the photo's height"),
    Column("window_width", "Width of the window", "number", "share", derivation="of the photo's width"),
    Column("window_height", "Height of the window", "number", "share", derivation="of the photo's height"),
    Column(
        "covered",
        "Cells covered by grey boxes",
        missing="no grey boxes",
        derivation="14 x 14 cells, one bit each, hexadecimal",
    ),
    Column("width_px", "Width of the stimulus", "integer", "px"),
    Column("height_px", "Height of the stimulus", "integer", "px"),
    BY_NAME["subject_kept"],
    BY_NAME["attention_kept"],
    BY_NAME["subject_share"],
    Column(
        "subject_source",
        "Evidence of where the subject is",
        levels=tuple(Stimulus.SubjectSource.values),
        missing="cut without a subject map",
    ),
    Column("subject_detail", "Details of that evidence", missing="no details"),
    Column(
        "subject_people",
        "People that the detector saw in the photo",
        "integer",
        missing="no detector was asked",
        derivation="0: the next evidence located the subject",
    ),
    Column(
        "people_alike",
        "Another person or part of like size is in the photo",
        "integer",
        levels=YES_NO,
        derivation="a person of .6 of the area of the one taken; a part of .3 of the weight of the heaviest",
    ),
    Column(
        "nested",
        "The window lies inside the photo's next lighter crop",
        "integer",
        levels=YES_NO,
        missing="level 0, levels by photo, or drawn by hand and not measured yet",
    ),
    Column("made_by", "Attacker runs whose attention was used", missing="none", derivation="separated by ,"),
    Column("by_hand", "A researcher chose the window", "integer", levels=YES_NO),
    Column("review", "Outcome of the review", levels=tuple(Stimulus.Review.values)),
)
CANDIDATE = Column(
    "candidate",
    "Which window of the photo at this level",
    "integer",
    derivation="from 1, least attention first; 0 is a whole photo of a practice or catch trial",
)
WINDOW = tuple(
    column for column in STIMULI if column.name in ("left", "top", "window_width", "window_height")
)
OF_A_WINDOW = (
    Column("answers_counted", "Answers that count", "integer", derivation="after the rules of exclusion"),
    Column("answers_right", "Right answers among them", "integer", derivation="a timeout is wrong"),
    Column(
        "probability",
        "Posterior probability that more people than the pilot's floor recognise it",
        "number",
        "share",
        derivation="Beta(1 + right, 1 + wrong) above the floor",
    ),
    Column("passed", "The frozen rule accepts it", "integer", levels=YES_NO),
    Column("taken", "It is the photo's crop at this level", "integer", levels=YES_NO),
)
PILOT_TRIALS = (*TRIALS, CANDIDATE, *WINDOW)
PILOT_WINDOWS = (
    BY_NAME["item_id"],
    BY_NAME["category"],
    BY_NAME["stimulus_id"],
    BY_NAME["stim_sha256"],
    BY_NAME["crop_level"],
    CANDIDATE,
    *WINDOW,
    BY_NAME["subject_kept"],
    BY_NAME["attention_kept"],
    *OF_A_WINDOW,
)
