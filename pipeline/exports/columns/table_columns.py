"""The columns of every exported table.

Columns that the statistics read are declared in `stats.table`; the others are declared in this room.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import get_args

from pipeline.exports.columns.comparison_columns import MACHINE_PAIRS, MACHINES
from pipeline.exports.columns.crop_columns import (
    PILOT_TRIALS,
    PILOT_WINDOWS,
    STIMULI,
)
from pipeline.exports.columns.people_columns import OF_TASKS, PARTICIPANTS, PREDICTIONS, QUESTIONNAIRE
from pipeline.exports.columns.session_columns import SESSIONS
from pipeline.models import AttackerRun, Job
from stats.table.column import Column, Type, names_of
from stats.table.columns.machine_columns import (
    ARCHITECTURE,
    ROUND,
    SEARCHED,
    SEED,
    TRAINED,
    probability_column,
)
from stats.table.schema import BY_NAME, TRIALS
from stats.table.tile_columns import TILES

OFFSETS = Column(
    "offsets",
    "Class offsets of the logits",
    unit="logits",
    missing="untrained runs",
    derivation=(
        "JSON, in the classes' order; refitted on validation photos of the run's own level; a record: the "
        "secondary bias-corrected accuracy refits its own with equal weight per class"
    ),
)
RUNS = (
    Column("run_id", "Attacker run", derivation="run + number"),
    Column("role", "What the run is for", levels=tuple(AttackerRun.Role.values)),
    replace(ARCHITECTURE, missing="never"),
    replace(SEED, missing="never"),
    replace(TRAINED, missing="never"),
    replace(ROUND, missing="never"),
    replace(SEARCHED, missing="runs by the study's own recipe"),
    Column("recipe_from", "How its recipe was found", missing="runs by the study's own recipe"),
    Column("warm_from", "Run whose weights it began with", missing="trained from the first weights on"),
    Column("state", "State of its job", levels=tuple(Job.State.values)),
    Column(
        "validation_accuracy",
        "Balanced accuracy on validation photos of its own level",
        "number",
        "share",
        missing="untrained runs",
    ),
    Column(
        "corrected_accuracy",
        "The same with class offsets refitted on other validation photos",
        "number",
        "share",
        missing="untrained runs",
    ),
    Column("calibration_error", "Expected calibration error", "number", "share", missing="untrained runs"),
    OFFSETS,
    Column("seconds", "Time of training", "number", "s", missing="untrained runs"),
    Column("device", "Device that trained it", missing="untrained runs"),
    Column("checkpoint_sha256", "Hash of the weights' file", missing="untrained runs", derivation="SHA-256"),
    Column("config", "Recipe of the training", derivation="JSON"),
)
CODEBOOK = (
    Column("name", "Name of the column"),
    Column("files", "Files that have it", derivation="separated by |"),
    Column("label", "Meaning in a few words"),
    Column("type", "Type of the values", levels=get_args(Type)),
    Column("unit", "Unit of the values", missing="no unit"),
    Column("levels", "Values that the column may take", missing="not a choice", derivation="separated by |"),
    Column("missing", "Rows whose cell is blank"),
    Column("derivation", "How the value is found", missing="the label says it"),
)
MODEL_VS_HUMAN = (
    Column("subj", "Participant, or network and seed", derivation="agent_id; subject- before a participant"),
    Column("session", "Session or attacker run", derivation="session_id"),
    Column("trial", "Position in the session", derivation="trial_index; trial_id of a machine's answer"),
    Column("rt", "Response time", "number", "s", missing="no answer, or machine", derivation="rt_ms / 1000"),
    Column(
        "object_response",
        "Class answered",
        derivation="response; na without an answer in time, blank where a class is called na",
    ),
    BY_NAME["category"],
    Column("condition", "Crop level", "integer", derivation="crop_level"),
    Column("imagename", "Source photo", derivation="item + item_id"),
)

TABLES = {
    "trials.csv": (*TRIALS, *OF_TASKS),
    "predictions.csv": PREDICTIONS,
    "tiles.csv": TILES,
    "participants.csv": PARTICIPANTS,
    "sessions.csv": SESSIONS,
    "questionnaire.csv": QUESTIONNAIRE,
    "stimuli.csv": STIMULI,
    "runs.csv": RUNS,
    "machines.csv": MACHINES,
    "machine_pairs.csv": MACHINE_PAIRS,
    "codebook.csv": CODEBOOK,
    "model_vs_human.csv": MODEL_VS_HUMAN,
    "pilot_trials.csv": PILOT_TRIALS,
    "pilot_windows.csv": PILOT_WINDOWS,
}
WITH_PROBABILITIES = {"trials.csv", "predictions.csv"}


def header(file: str, categories: Iterable[str]) -> list[str]:
    """Return the names of a file's columns; some files end with a probability per class."""
    probabilities = map(probability_column, categories if file in WITH_PROBABILITIES else ())
    return [*names_of(TABLES[file]), *names_of(probabilities)]
