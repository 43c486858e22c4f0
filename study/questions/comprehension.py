"""Questions about the instructions: the standard ones, or the researcher's own, and their right answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

STANDARD_RIGHT = {"task": "action", "unsure": "guess"}
MOST_QUESTIONS = 10


class OwnQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question of the researcher's own; `right` is the place of its right answer, from 0."""

    question: str
    answers: list[str]
    right: int


def own_questions(stored: Any) -> list[OwnQuestion]:
    """Read questions as a researcher writes them. Raises ValueError: the message says what is wrong."""
    questions = msgspec.convert(stored, list[OwnQuestion])
    if len(questions) > MOST_QUESTIONS:
        raise ValueError(f"At most {MOST_QUESTIONS} questions.")
    for asked in questions:
        if not asked.question.strip() or len(set(asked.answers)) < max(2, len(asked.answers)):
            raise ValueError("Each question needs its words and at least two different answers.")
        if not 0 <= asked.right < len(asked.answers):
            raise ValueError(f"right must be the place of an answer of {asked.question!r}, from 0.")
    return questions


def right_answers(questions: Sequence[OwnQuestion]) -> dict[str, str]:
    """Return the right answers by the names of their fields; without own questions the standard ones'."""
    if not questions:
        return dict(STANDARD_RIGHT)
    return {f"question_{place}": str(asked.right) for place, asked in enumerate(questions)}
