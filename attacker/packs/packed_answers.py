"""Answers of a machine to the stimuli of a pack, whatever form they came in."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum

import msgspec
import numpy as np

from attacker.packs.table_statement import TableStatement

DIGITS = 5  # of stored logits, as those of networks that are trained here
LEAST_SHARE = 1e-7  # 0 has no logarithm


class Form(StrEnum):
    """What a table says of each stimulus."""

    LABEL = "label"
    PROBABILITIES = "probabilities"
    LOGITS = "logits"
    TEXT = "text"


class State(StrEnum):
    """How an answer ended; all but the first count as wrong."""

    ANSWERED = "answered"
    REFUSED = "refused"
    OFF_LIST = "off-list"  # a text in which none of the choices stands
    SEVERAL = "several"  # a text that names more than one
    EMPTY = "empty"  # nothing was written, or nothing came


class Answer(msgspec.Struct, frozen=True):
    """One machine's answer to one stimulus.

    Attributes
    ----------
    stimulus : its name in the pack
    state : how it ended
    choice : place of the answer among the choices; None unless it is an answer
    logits : one for each choice; empty where the table holds none
    text : what the machine wrote, where that is the form
    seconds, cost : what it took, in the currency of whoever says so; None where it is not known
    """

    stimulus: str
    state: State = State.ANSWERED
    choice: int | None = None
    logits: tuple[float, ...] = ()
    text: str = ""
    seconds: float | None = None
    cost: float | None = None


class AnswerTable(msgspec.Struct, frozen=True):
    """A whole table of answers, which was checked: exactly one for each stimulus of its pack."""

    form: Form
    answers: tuple[Answer, ...]
    stated: TableStatement = TableStatement()

    @property
    def states(self) -> dict[State, int]:
        """How many answers ended how; those that none ended in are left out."""
        counts = Counter(answer.state for answer in self.answers)
        return {state: counts[state] for state in State if counts[state]}

    @property
    def seconds_known(self) -> int:
        """How many answers say how long they took."""
        return sum(answer.seconds is not None for answer in self.answers)

    @property
    def costs_known(self) -> int:
        """How many answers say what they cost."""
        return sum(answer.cost is not None for answer in self.answers)

    def per_choice(self, choices: tuple[str, ...]) -> dict[str, int]:
        """Return how often each choice was answered."""
        counts = Counter(answer.choice for answer in self.answers)
        return {name: counts[place] for place, name in enumerate(choices)}


def of_logits(stimulus: str, logits: list[float]) -> Answer:
    """Return an answer from logits; a tie goes to the first.

    Examples
    --------
    >>> of_logits("0a", [0.25, 1.0, 1.0]).choice
    1
    """
    rounded = tuple(round(value, DIGITS) for value in logits)
    return Answer(stimulus, choice=int(np.argmax(rounded)), logits=rounded)


def of_probabilities(stimulus: str, shares: list[float]) -> Answer:
    """Return an answer from probabilities, which are kept as their logarithms.

    Examples
    --------
    >>> of_probabilities("0a", [0.1, 0.9]).logits
    (-2.30259, -0.10536)
    """
    return of_logits(stimulus, np.log(np.maximum(shares, LEAST_SHARE)).tolist())
