"""Columns of every exported table, in the order of the file.

Columns that the statistics read are declared in `stats.table`; the others are declared here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import get_args

from pipeline.models import AttackerRun, Job
from stats.table.column import Column, Type, names_of
from stats.table.schema import (
    ARCHITECTURE,
    BY_NAME,
    MACHINE,
    ROUND,
    SEED,
    SPLIT,
    TRAINED,
    TRIALS,
    YES_NO,
    probability_column,
)
from stats.table.tile_columns import TILES
from study.models import Item, Session, Stimulus

PERSON = replace(BY_NAME["agent_id"], label="Participant")

PREDICTIONS = (*TRIALS, *MACHINE[:-1], replace(SPLIT, levels=("validation", "test")))
PARTICIPANTS = (
    PERSON,
    BY_NAME["mode"],
    Column("language", "Language of the pages", derivation="code such as en or de"),
    Column("consented_at", "Moment of consent", "date-time", "UTC", derivation="the server's clock"),
    Column("consent_sha256", "Hash of the text that was agreed to", derivation="SHA-256"),
)
SESSIONS = (
    replace(BY_NAME["session_id"], label="Session"),
    PERSON,
    BY_NAME["mode"],
    replace(BY_NAME["list_id"], missing="no list was assigned"),
    Column("status", "How far the session came", levels=tuple(Session.Status.values)),
    Column("status_reason", "Why it ended early", missing="not ended early"),
    Column("started_at", "Start", "date-time", "UTC", derivation="the server's clock"),
    Column(
        "completed_at", "End", "date-time", "UTC", missing="not completed", derivation="the server's clock"
    ),
    Column("practice_round", "Rounds of practice begun", "integer", derivation="from 1"),
    replace(BY_NAME["browser"], missing="not reported"),
    replace(BY_NAME["os"], missing="not reported"),
    Column(
        "input_device",
        "Main pointer of the device",
        levels=("pointer", "touch", "keyboard"),
        missing="not reported",
        derivation="from the device check; keyboard: a robot, which has none",
    ),
    Column(
        "inputs_used",
        "What the answers were given with",
        missing="no answer, or not reported",
        derivation="from response_input of all trials, the most frequent first, separated by |",
    ),
    replace(BY_NAME["viewport_w"], missing="not reported"),
    replace(BY_NAME["viewport_h"], missing="not reported"),
    replace(BY_NAME["dpr"], missing="not reported"),
    replace(BY_NAME["refresh_hz"], missing="not reported"),
    Column(
        "clock_grain_ms",
        "Smallest step of the browser's clock",
        "number",
        "ms",
        missing="not reported",
        derivation="device check: no response time is known better",
    ),
    Column(
        "onset_known_by",
        "How the onset of photos is known",
        levels=tuple(Session.OnsetKnownBy.values),
        missing="not reported",
        derivation="both are the time of the next frame: the photo may stand up to one frame earlier",
    ),
    Column(
        "forced_colours",
        "The system replaced the page's colours",
        "integer",
        levels=YES_NO,
        missing="not reported",
    ),
    Column("answers", "Answers to the closing questionnaire", derivation="JSON"),
)
STIMULI = (
    BY_NAME["stimulus_id"],
    BY_NAME["stim_sha256"],
    BY_NAME["item_id"],
    BY_NAME["source_id"],
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
        "Another person of like size is in the photo",
        "integer",
        levels=YES_NO,
        derivation="at least .6 of the area of the one taken",
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
    "trials.csv": TRIALS,
    "predictions.csv": PREDICTIONS,
    "tiles.csv": TILES,
    "participants.csv": PARTICIPANTS,
    "sessions.csv": SESSIONS,
    "stimuli.csv": STIMULI,
    "runs.csv": RUNS,
    "codebook.csv": CODEBOOK,
    "model_vs_human.csv": MODEL_VS_HUMAN,
    "pilot_trials.csv": PILOT_TRIALS,
    "pilot_windows.csv": PILOT_WINDOWS,
}
WITH_PROBABILITIES = {"trials.csv", "predictions.csv"}


def header(file: str, categories: Iterable[str]) -> list[str]:
    """Return the names of a file's columns; some files end with a probability per class.

    Parameters
    ----------
    file
        Name of the exported file.
    categories
        Names of the study's classes, in their order.
    """
    probabilities = map(probability_column, categories if file in WITH_PROBABILITIES else ())
    return [*names_of(TABLES[file]), *names_of(probabilities)]
