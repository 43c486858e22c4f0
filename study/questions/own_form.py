"""The researcher's own questionnaire: its questions as a design has them, and what answers mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

CHOICE, SEVERAL, SCALE, NUMBER, TEXT = "choice", "several", "scale", "number", "text"
KINDS = (CHOICE, SEVERAL, SCALE, NUMBER, TEXT)
WITH_ANSWERS = (CHOICE, SEVERAL, SCALE)
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_QUESTIONS, MOST_ANSWERS, LONGEST_TEXT = 40, 30, 1000

Given = int | float | str | list[int]


class FormQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A question of the researcher's own.

    Attributes
    ----------
    name
        What exports call it: small letters, digits and `_`.
    question
        Its words.
    kind
        One of several answers, any of them, a place on a scale, a number or a text.
    answers
        What can be chosen, or the words of the scale from its first place to its last.
    least, most
        Of a number.
    required
        Whether nobody goes on without an answer.
    consent
        A sentence to agree to beside the question; who does not agree leaves no answer.
    """

    name: str
    question: str
    kind: Literal["choice", "several", "scale", "number", "text"]
    answers: list[str] = []
    least: float | None = None
    most: float | None = None
    required: bool = False
    consent: str = ""

    @property
    def problem(self) -> str:
        """What is wrong with the question, or an empty text."""
        wants_answers, is_number = self.kind in WITH_ANSWERS, self.kind == NUMBER
        some_differ = 2 <= len(set(self.answers)) == len(self.answers) <= MOST_ANSWERS
        limited = self.least is not None or self.most is not None
        upside_down = self.least is not None and self.most is not None and self.least >= self.most
        problems = {
            "must be called by small letters, digits and _, at most 40": not NAME.fullmatch(self.name),
            "needs its words": not self.question.strip(),
            f"needs 2 to {MOST_ANSWERS} different answers": wants_answers and not some_differ,
            f"is a {self.kind} and has no answers to choose": bool(self.answers) and not wants_answers,
            "is no number and has neither least nor most": limited and not is_number,
            "needs a least number below the most": upside_down,
            "asks for consent, so that nobody must answer": bool(self.consent) and self.required,
        }
        return next((f"{self.name!r} {what}." for what, applies in problems.items() if applies), "")

    def words_of(self, given: Given) -> str:
        """Return an answer in words: of choices what was chosen, else what was written.

        Examples
        --------
        >>> FormQuestion("hand", "Which hand?", "choice", answers=["left", "right"]).words_of(2)
        'right'
        """
        if isinstance(given, list):
            return "; ".join(self.answers[code - 1] for code in given)
        if self.kind in WITH_ANSWERS and isinstance(given, int):
            return self.answers[given - 1]
        return f"{given:g}" if isinstance(given, float) else str(given)


def form_questions(stored: Any) -> list[FormQuestion]:
    """Read the questions as a researcher writes them. Raises ValueError: the message says what is wrong."""
    questions = msgspec.convert(stored, list[FormQuestion])
    if len(questions) > MOST_QUESTIONS:
        raise ValueError(f"At most {MOST_QUESTIONS} questions.")
    names = [question.name for question in questions]
    twice = sorted({name for name in names if names.count(name) > 1})
    problems = [question.problem for question in questions if question.problem]
    if twice or problems:
        raise ValueError(problems[0] if problems else f"Two questions are called {', '.join(twice)}.")
    return questions


def same_form(first: Sequence[FormQuestion], other: Sequence[FormQuestion]) -> bool:
    """Return whether two languages ask the same: names, kinds, limits, and as many answers."""
    shapes = [
        [(q.name, q.kind, len(q.answers), q.least, q.most, q.required, bool(q.consent)) for q in questions]
        for questions in (first, other)
    ]
    return shapes[0] == shapes[1]


def kept_answers(questions: Sequence[FormQuestion], given: Mapping[str, Any]) -> dict[str, Given]:
    """Return the answers to store, by the names of the questions: those that are given, and agreed to.

    `given` is what was sent, by the names of fields (`field_name`, `consent_name`).

    Examples
    --------
    >>> age = FormQuestion("age", "How old are you?", "number", consent="Store my age")
    >>> kept_answers([age], {"own_age": 31.0}), kept_answers([age], {"own_age": 31.0, "agree_age": True})
    ({}, {'age': 31.0})
    """
    stored = {}
    for question in questions:
        answer = given.get(field_name(question))
        agreed = not question.consent or given.get(consent_name(question))
        if answer not in (None, "", []) and agreed:
            stored[question.name] = _coded(question, answer)
    return stored


def _coded(question: FormQuestion, answer: Any) -> Given:
    """Return the answer as it is stored; of choices the places of those that are chosen, from 1."""
    if question.kind == SEVERAL:
        return sorted(map(int, answer))
    return int(answer) if question.kind in WITH_ANSWERS else answer


def field_name(question: FormQuestion) -> str:
    """Return the name of a question's field on the page."""
    return f"own_{question.name}"


def consent_name(question: FormQuestion) -> str:
    """Return the name of the field that agrees to a question."""
    return f"agree_{question.name}"
