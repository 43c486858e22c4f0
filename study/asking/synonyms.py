"""The researcher's table of words that name a class, by language."""

from __future__ import annotations

from typing import Any

import msgspec

from study.choosing.answer_labels import LANGUAGE

Synonyms = dict[str, dict[str, list[str]]]  # language -> class -> words
LONGEST_WORD = 80


def synonym_table(stored: Any) -> Synonyms:
    """Read a table as a researcher writes it.

    Raises ValueError: the message says what is wrong.

    Examples
    --------
    >>> synonym_table({"en": {"dunk": ["slam", "slam dunk"]}})
    {'en': {'dunk': ['slam', 'slam dunk']}}
    """
    table = msgspec.convert(stored, Synonyms)
    for language, classes in table.items():
        if not LANGUAGE.fullmatch(language):
            raise ValueError(f"{language!r} is no code of a language, such as en or pt-br.")
        for name, words in classes.items():
            if any(not word.strip() or len(word) > LONGEST_WORD for word in words):
                raise ValueError(f"Each word for {name} must have 1 to {LONGEST_WORD} letters.")
    return table


def words_in(table: Synonyms, language: str) -> dict[str, list[str]]:
    """Return the words for each class in a language, else in its base language; empty where there are none.

    Examples
    --------
    >>> words_in({"pt": {"dunk": ["enterrada"]}}, "pt-br")
    {'dunk': ['enterrada']}
    """
    return table.get(language) or table.get(language.partition("-")[0]) or {}
