"""The languages in which participants' pages are offered, each with who made and who checked its texts.

A language is offered once its catalogue is compiled, and it is compiled only when it is complete: never half
a page. The catalogue itself says whether a person has checked it.
"""

from __future__ import annotations

import gettext
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf.locale import LANG_INFO
from django.utils.translation import to_language

CATALOGUES = Path(__file__).resolve().parent.parent / "locale"
ORIGINAL = "en"
RESEARCHERS = ("en", "de")  # languages of the researchers' pages, whose longer texts are English in each
CHECKED_BY = "X-Checked-By"  # of a catalogue's header


@dataclass(frozen=True)
class Language:
    """A language by its code, with the person who has checked its texts; empty: only a machine made them."""

    code: str
    checked_by: str = ""

    @property
    def name(self) -> str:
        """The language's name in English."""
        return str(LANG_INFO[self.code]["name"])

    @property
    def own_name(self) -> str:
        """The language's name in itself, as those who read it look for it."""
        name = str(LANG_INFO[self.code]["name_local"])
        return name[:1].upper() + name[1:]

    @property
    def is_right_to_left(self) -> bool:
        """Whether it is written from right to left."""
        return bool(LANG_INFO[self.code]["bidi"])

    @property
    def state(self) -> str:
        """Who answers for the texts, in a few words."""
        if self.code == ORIGINAL:
            return "the original"
        return f"checked by {self.checked_by}" if self.checked_by else "machine-made, checked by nobody"


@cache
def offered(folder: Path = CATALOGUES) -> tuple[Language, ...]:
    """Return English, and every language that has a compiled catalogue.

    Examples
    --------
    >>> offered()[0]
    Language(code='en', checked_by='')
    """
    compiled = sorted(folder.glob("*/LC_MESSAGES/django.mo"))
    return (Language(ORIGINAL), *map(_of_catalogue, compiled))


def language_of(code: str) -> Language | None:
    """Return the offered language with this code, or the one that it is a variety of."""
    by_code = {language.code: language for language in offered()}
    return by_code.get(code.lower()) or by_code.get(code.lower().partition("-")[0])


def offered_among(codes: Sequence[str]) -> list[Language]:
    """Return the offered languages with these codes, or all if a study names none of them."""
    return [language for language in offered() if language.code in codes] or list(offered())


def spoken(wanted: str, codes: Sequence[str], own: str) -> str:
    """Return the language for a reader: the wanted one if the study offers it, else its own, else its first.

    Examples
    --------
    >>> spoken("de", ["en", "de"], own="en"), spoken("fr", ["en", "de"], own="de")
    ('de', 'de')
    """
    known = [language.code for language in offered_among(codes)]
    return next((code for code in (wanted, own) if code in known), known[0])


def _of_catalogue(compiled: Path) -> Language:
    with compiled.open("rb") as stored:
        header = gettext.GNUTranslations(stored).info()
    return Language(to_language(compiled.parent.parent.name), header.get(CHECKED_BY.lower(), ""))
