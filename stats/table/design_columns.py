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
ASKED = Column(
    "asked",
    "Class that a yes-no question asks about",
    missing="tasks without such a question",
    derivation="the photo shows it, or not: then category differs",
    read_as="text",
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
    read_as="text",
)
TEXT_RULE = Column(
    "text_rule",
    "How a typed answer was given its class",
    levels=("class", "synonym", "phrase", "spelling", "ambiguous", "no class", "blank"),
    missing="machine, or the trial ended without an answer",
    derivation="the first step that finds a class",
    read_as="text",
)
FIRST_KEY = Column(
    "first_key_ms",
    "When the first letter of a typed answer was typed",
    "number",
    "ms",
    missing="machine, or nothing was typed",
    derivation="event minus painted onset; 0: before the photo",
)

PAIR_QUESTION = Column(
    "pair_question",
    "What is asked about two photos",
    levels=("which", "same"),
    missing="trials of one photo",
    derivation="which: which of them shows category, as item_id does; same: whether they show the same class",
    read_as="choice",
)
BESIDE_ITEM = Column(
    "beside_item_id", "The other photo of the pair", missing="trials of one photo", read_as="text"
)
BESIDE_CATEGORY = Column(
    "beside_category", "Class of the other photo", missing="trials of one photo", read_as="text"
)
PHOTO_PLACE = Column(
    "photo_place",
    "Place of item_id, from 0: left or above",
    "integer",
    levels=("0", "1"),
    missing="trials of one photo",
    read_as="number",
)
PAIRS = (PAIR_QUESTION, BESIDE_ITEM, BESIDE_CATEGORY, PHOTO_PLACE)

DESIGNS = (GROUP, CONDITION, PARENT, CHANCE, ASKED, PREDICTOR, RESPONSE_TEXT, TEXT_RULE, *PAIRS)

# What is left of a published table of items: nobody knows who answered.
PHOTO_COUNTS = (
    *(BY_NAME[name] for name in ("agent_type", "item_id", "category", "crop_level")),
    *(column for column in COUNTS if column.name in {"n_correct", "n"}),
)
