"""Columns of a table of trials, each declared once.

The readers and checks of this package, the order of exported columns, the codebook and the data dictionary
are derived from these declarations.
"""

from __future__ import annotations

from stats.table.column import YES_NO, Column, names_of
from stats.table.columns.machine_columns import (
    ARCHITECTURE,
    MACHINE,
    NETWORK,
    ROUND,
    SEARCHED,
    TRAINED,
    TRAINED_ON,
)
from stats.table.columns.photo_columns import STIMULUS
from stats.table.columns.screen_columns import DEVICE, DISPLAY, DURATIONS, SIZES, TIMESTAMPS

AGENT_TYPES = ("human", "model")
BLOCK_TYPES = ("practice", "test", "catch")
RESPONSE_STATUSES = ("answered", "timeout", "cant_tell", "aborted")
PREVIEW = "preview"

STUDY = (
    Column("study_id", "Study", derivation="the code in the participants' link", read_as="text"),
    Column("study_version", "Frozen version", "integer", read_as="text"),
    Column(
        "config_hash", "Hash of the frozen design", derivation="SHA-256 of its canonical JSON", read_as="text"
    ),
)

OBSERVER = (
    Column("agent_type", "Who answered", levels=AGENT_TYPES, read_as="choice", required=True),
    Column(
        "agent_id",
        "Participant, or network and seed",
        read_as="text",
        required=True,
        aliases=(
            "subj",
            "participant",
            "participant_id",
            "subject",
            "subject_id",
            "PROLIFIC_PID",
            "workerId",
            "worker_id",
            "jatosStudyResultId",
            "run_id",
        ),
    ),
    Column("session_id", "Session or attacker run"),
    Column("mode", "How the session came about", levels=("live", PREVIEW, "simulated"), read_as="text"),
    Column("list_id", "Row of the Latin square", "integer", missing="machine"),
    Column("part", "Part of a session on several days", "integer", missing="machine", derivation="from 1"),
    Column("block_id", "Block in the session", "integer", missing="machine"),
    Column("block_type", "Kind of trial", levels=BLOCK_TYPES, read_as="choice"),
    Column("trial_id", "Trial or prediction", read_as="text"),
    Column("trial_index", "Position in the session", "integer", missing="machine", derivation="from 1"),
    Column("attempt", "Attempt at the trial", "integer", missing="machine"),
)


CHOICES = (
    Column("choices", "Classes to choose from", derivation="separated by |"),
    Column("choice_positions", "Order of the answer buttons", missing="machine", derivation="separated by |"),
)

RESPONSE = Column("response", "Class answered", missing="no answer in time", read_as="text")
RESPONSE_STATUS = Column("response_status", "How the trial ended", levels=RESPONSE_STATUSES, read_as="choice")
CORRECT = Column(
    "correct",
    "Right answer",
    "integer",
    levels=YES_NO,
    missing="aborted trials",
    derivation=(
        "no answer in time counts as wrong; a machine's answer is its largest logit, without class offsets"
    ),
    read_as="score",
    required=True,
)
REACTION = (
    Column("confidence", "Confidence", "integer", levels=("1-4",), missing="not asked, or machine"),
    Column(
        "rt_ms",
        "Response time",
        "number",
        "ms",
        missing="no answer, or machine",
        derivation="event minus painted onset",
        read_as="number",
    ),
    Column(
        "response_input",
        "What the answer was given with",
        levels=("key", "mouse", "touch", "pen", "assistive"),
        missing="no answer, not reported, or machine",
        derivation="of a grid, its submission; assistive: a screen reader or a switch",
    ),
)

EXCLUSION = (
    Column(
        "excluded_trial",
        "Trial is excluded",
        "integer",
        levels=YES_NO,
        derivation="rules of the frozen version",
        read_as="flag",
    ),
    Column(
        "excluded_participant",
        "Participant is excluded",
        "integer",
        levels=YES_NO,
        derivation="the same",
        read_as="flag",
    ),
    Column(
        "exclusion_reason",
        "Why",
        missing="not excluded",
        derivation="separated by |; of a trial: late, too_fast, interrupted, preload_failed, or not shown as "
        "planned: focus_lost, duration, dropped_frames",
    ),
)


TRIALS = (
    Column("row_id", "Row", derivation="t + trial, p + prediction"),
    *STUDY,
    *OBSERVER,
    *STIMULUS,
    *CHOICES,
    RESPONSE,
    RESPONSE_STATUS,
    CORRECT,
    *REACTION,
    *DURATIONS,
    *DISPLAY,
    *SIZES,
    *TIMESTAMPS,
    *DEVICE,
    *EXCLUSION,
    *NETWORK,
)
TIDY = (*TRIALS, *MACHINE)  # what a table may hold that the statistics read; see also `probability_column`
BY_NAME = {column.name: column for column in TIDY}

# What a table of counts holds instead, where the single trials are not at hand.
COUNTS = (
    *(BY_NAME[name] for name in ("agent_type", "agent_id", "category", "crop_level")),
    Column("n_correct", "Right answers", "integer", read_as="number", required=True),
    Column("n", "Answers", "integer", read_as="number", required=True),
)

REQUIRED = names_of(column for column in TIDY if column.required)
IDENTITY = names_of(STUDY)
RECIPE = names_of((ARCHITECTURE, ROUND, SEARCHED))
TRAINED_THROUGH = TRAINED.name
TRAINED_ON_LEVEL = TRAINED_ON.name
