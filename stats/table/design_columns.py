"""Columns that some designs have beside those of every table of trials, each declared once."""

from __future__ import annotations

from stats.table.column import Column
from stats.table.schema import BY_NAME, COUNTS

GROUP = Column(
    "person_group",
    "Group that the person belongs to, such as expert or novice",
    missing="machine",
    derivation="the same in all rows of a person",
    read_as="text",
)
CONDITION = Column(
    "trial_condition",
    "Condition beside the level, such as mask on or off",
    missing="machine",
    derivation="may differ within a person",
    read_as="text",
)
PARENT = Column(
    "parent_id",
    "Crop that this one was cut from, in a search for smaller ones",
    missing="the whole photo",
    derivation="an item_id; each crop of a search has one of its own",
    read_as="text",
)
CHANCE = Column(
    "chance",
    "Accuracy of guessing in the trial",
    "number",
    "share",
    missing="as many answers as classes, all alike",
    derivation="of unequal foils, a none-of-these or ratings; in all rows of a kind of observer or none",
    read_as="number",
)
PREDICTOR = Column(
    "predictor",
    "Continuous property of the trial in place of levels, such as visibility or size",
    "number",
    missing="trials without a value",
    derivation="known before the answer",
    read_as="number",
)
RESPONSE_TEXT = Column(
    "response_text",
    "Answer as it was typed",
    missing="machine, or nothing was typed",
    derivation="response is the class that a stated rule gives it, or the text itself",
)
TEXT_RULE = Column(
    "text_rule",
    "How a typed answer was given its class",
    levels=("class", "synonym", "phrase", "spelling", "ambiguous", "no class", "blank"),
    missing="machine, or the trial ended without an answer",
    derivation="the first step that finds a class",
)

DESIGNS = (GROUP, CONDITION, PARENT, CHANCE, PREDICTOR, RESPONSE_TEXT, TEXT_RULE)

# What is left of a published table of items: nobody knows who answered.
PHOTO_COUNTS = (
    *(BY_NAME[name] for name in ("agent_type", "item_id", "category", "crop_level")),
    *(column for column in COUNTS if column.name in {"n_correct", "n"}),
)
