"""A researcher's words for the classes: by language, of some letters, and refused in words of their own."""

from __future__ import annotations

import pytest

from study.asking.synonyms import LONGEST_WORD, synonym_table, words_in

WORDS = {"pt": {"dunk": ["enterrada"]}, "pt-br": {"dunk": ["enterradinha"]}}


@pytest.mark.parametrize(
    ("stored", "why"),
    [
        ({"english": {"dunk": ["slam"]}}, "'english' is no code of a language"),
        ({"en": {"dunk": [" "]}}, "Each word for dunk must have 1 to 80 letters"),
        ({"en": {"dunk": ["s" * (LONGEST_WORD + 1)]}}, "Each word for dunk must have 1 to 80 letters"),
        ({"en": ["slam"]}, "Expected `object`"),
    ],
)
def test_what_is_no_table_of_words_is_refused(stored: object, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        synonym_table(stored)


def test_a_language_has_its_own_words_else_those_of_its_base() -> None:
    table = synonym_table(WORDS)
    assert words_in(table, "pt-br") == {"dunk": ["enterradinha"]}
    assert words_in(table, "pt-pt") == {"dunk": ["enterrada"]}
    assert words_in(table, "de") == {}
