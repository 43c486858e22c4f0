"""The researcher's own texts in one more language, beside those of the design."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from study.questions.comprehension import OwnQuestion
from study.questions.own_form import FormQuestion


class OwnTexts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Texts in one language; empty where the researcher gave none. The names are those of the design."""

    title: str = ""
    institution: str = ""
    contact: str = ""
    pay: str = ""
    information: str = ""
    consent: str = ""
    instructions: str = ""
    debrief: str = ""
    comprehension: list[OwnQuestion] = []
    own_form: list[FormQuestion] = []


@dataclass(frozen=True)
class Passage:
    """A text on a page, and its language; empty where that is the page's own, or nobody has said which."""

    text: str
    language: str = ""


def same_answers_are_right(first: Sequence[OwnQuestion], other: Sequence[OwnQuestion]) -> bool:
    """Return whether questions in two languages have as many answers, and the same of them right."""
    keys = [[(len(asked.answers), asked.right) for asked in questions] for questions in (first, other)]
    return keys[0] == keys[1]
