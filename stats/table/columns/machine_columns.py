"""Columns of a machine that answered: network, recipe, and machines from outside."""

from __future__ import annotations

from stats.table.column import YES_NO, Column

SPLITS = ("train", "validation", "test", "design")
PROBABILITY = "prob_"
# Attackers that differ in architecture, round or recipe are different machines, not seeds of one. Where a
# table tells `trained_through`, the primary analysis takes the rows in which both levels agree; the others
# belong to the attack matrix.
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
SEARCHED = Column(
    "searched",
    "Recipe that a search for a stronger attack found",
    missing="people, machines from outside, and networks by the study's own recipe",
    derivation="name of the recipe; found on validation photos",
    read_as="text",
)
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
MACHINE = (SEED, TRAINED, ROUND, SEARCHED, BROUGHT_AS, ANSWER_STATE, ANSWER_SECONDS, ANSWER_COST, SPLIT)


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
