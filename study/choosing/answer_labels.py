"""What an answer's button says: the class's label in the person's language, else its folder's name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
LONGEST = 120
FALLBACK = "en"


@dataclass(frozen=True)
class AnswerLabel:
    """The words on a button, and their language; empty where nobody has said which it is."""

    text: str
    language: str = ""


def label_in(name: str, labels: Mapping[str, str], language: str) -> AnswerLabel:
    """Return the label of a class in a language, in its base language, in English, or its name in words.

    Examples
    --------
    >>> label_in("sumo_wrestling", {"de": "Sumoringen"}, "de-at")
    AnswerLabel(text='Sumoringen', language='de')
    >>> label_in("sumo_wrestling", {}, "de").text
    'sumo wrestling'
    """
    for code in (language, language.partition("-")[0], FALLBACK):
        if code in labels:
            return AnswerLabel(labels[code], code)
    return AnswerLabel(name.replace("_", " "))


def longest_label(name: str, labels: Mapping[str, str]) -> str:
    """Return the longest of the texts that the buttons of a class may carry."""
    return max([name.replace("_", " "), *labels.values()], key=len)


def label_problem(labels: Any) -> str:
    """Return what is wrong with a class's labels, or an empty text."""
    if not isinstance(labels, dict):
        return 'Labels by language, as in {"en": "Dunk", "de": "Dunking"}.'
    for code, text in labels.items():
        if not LANGUAGE.fullmatch(code):
            return f"{code!r} is no code of a language, such as en or pt-br."
        if not isinstance(text, str) or not text.strip() or len(text) > LONGEST:
            return f"The label for {code} must be a text of at most {LONGEST} letters."
    return ""
