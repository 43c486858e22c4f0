"""Columns of a table of trials, each declared once.

The readers and checks of this package, the order of exported columns, the codebook and the data dictionary
are derived from these declarations.
"""

from __future__ import annotations

from stats.table.column import YES_NO, Column, names_of
from stats.table.screen_columns import DEVICE, DISPLAY, DURATIONS, SIZES, TIMESTAMPS

AGENT_TYPES = ("human", "model")
BLOCK_TYPES = ("practice", "test", "catch")
RESPONSE_STATUSES = ("answered", "timeout", "cant_tell", "aborted")
SPLITS = ("train", "validation", "test", "design")
PREVIEW = "preview"
PROBABILITY = "prob_"

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

STIMULUS = (
    Column(
        "item_id",
        "Source photo",
        "integer",
        derivation="the same at every level",
        read_as="text",
        required=True,
        aliases=("item", "imagename", "image", "stimulus", "photo"),
    ),
    Column(
        "source_id",
        "Cluster of near-duplicates and parts of one picture",
        derivation="perceptual hash, keypoints, sources.csv",
        read_as="text",
    ),
    Column("stimulus_id", "Photo at a level", "integer"),
    Column("stim_sha256", "Hash of the pixels' file", derivation="SHA-256", read_as="text"),
    Column(
        "crop_level",
        "Crop level",
        "integer",
        derivation="0 is the whole photo",
        read_as="number",
        required=True,
        aliases=("level", "condition"),
    ),
    Column(
        "level_probability",
        "Chance with which the photo's level was drawn for this person",
        "number",
        "share",
        missing="machine, practice and catch trials, or levels by a Latin square",
        derivation="adaptive levels; people's accuracies weigh answers by its inverse",
        read_as="number",
    ),
    Column(
        "crop_fraction",
        "Share of the area cut away",
        "number",
        "share",
        derivation="levels by photo: 1 - side squared; by subject: 1 - area of the stimulus' window",
        read_as="number",
    ),
    Column(
        "subject_kept",
        "Share of the subject map left visible",
        "number",
        "share",
        missing="cut without a subject map",
        read_as="number",
    ),
    Column(
        "attention_kept",
        "Share of the attention map left visible",
        "number",
        "share",
        missing="cut without an attention map",
    ),
    Column(
        "subject_share",
        "Share of the crop that the subject fills",
        "number",
        "share",
        missing="level 0, levels by photo, or cut by hand",
        derivation="mean of the subject map inside the window",
        read_as="number",
    ),
    Column(
        "category", "True class", read_as="text", required=True, aliases=("true_category", "label", "class")
    ),
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

# Attackers that differ in architecture or round are different machines, not seeds of one. Where a table tells
# `trained_through`, the primary analysis takes the rows in which both levels agree; the others belong to the
# attack matrix.
ARCHITECTURE = Column("architecture", "Network", missing="people", read_as="text")
TRAINED_ON = Column(
    "trained_on_level",
    "Crops of this level were among its training photos",
    "integer",
    levels=YES_NO,
    missing="people",
    read_as="score",
)
SEED = Column("seed", "Training seed", "integer", missing="people")
TRAINED = Column(
    "trained_through",
    "Heaviest level trained on",
    "integer",
    missing="people, and machines from outside whose owner does not say",
    read_as="number",
)
ROUND = Column("round", "Retraining round", "integer", missing="people", read_as="text")
SPLIT = Column("split", "Role of the photo", levels=SPLITS, missing="people", read_as="choice")
BROUGHT_AS = Column(
    "brought_as",
    "Kind of attack of a machine from outside, as its owner says",
    levels=("zero-shot", "few-shot", "transfer", "adaptive", "unknown"),
    missing="people, and networks that were trained here",
    read_as="text",
)
ANSWER_STATE = Column(
    "answer_state",
    "How a machine's answer ended",
    levels=("answered", "refused", "off-list", "several", "empty"),
    missing="people",
    derivation="all but answered count as wrong; off-list, several: no choice, or more than one, was named",
    read_as="text",
)
ANSWER_SECONDS = Column(
    "answer_seconds",
    "Time that the machine's answer took",
    "number",
    "s",
    missing="people, and machines of which it is not known",
    derivation="as its owner says; behind an endpoint: until the reply was there, repeats added up",
    read_as="number",
)
ANSWER_COST = Column(
    "answer_cost",
    "Price of the machine's answer",
    "number",
    "currency of its owner",
    missing="people, and machines of which it is not known",
    derivation="as its owner says; behind an endpoint: of all requests about the photo",
    read_as="number",
)
NETWORK = (ARCHITECTURE, TRAINED_ON)
MACHINE = (SEED, TRAINED, ROUND, BROUGHT_AS, ANSWER_STATE, ANSWER_SECONDS, ANSWER_COST, SPLIT)

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
RECIPE = names_of((ARCHITECTURE, ROUND))
TRAINED_THROUGH = TRAINED.name
TRAINED_ON_LEVEL = TRAINED_ON.name


def probability_column(category: str) -> Column:
    """Return the column of the probability that a network gives to one class.

    Examples
    --------
    >>> probability_column("dunk").name
    'prob_dunk'
    """
    return Column(
        f"{PROBABILITY}{category}",
        f"Probability of {category}",
        "number",
        "share",
        missing="people",
        derivation="softmax of logits",
    )
