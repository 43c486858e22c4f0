"""Fonts of this computer for letters that the figures' own font lacks, such as Chinese and Devanagari."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.font_manager import findSystemFonts, fontManager
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

OWN = "DejaVu Sans"  # comes with matplotlib, so every installation draws and prints the same letters
UPRIGHT = (
    "Regular",
    "Book",
    "Medium",
    "Roman",
    "Normal",
)  # styles of fonts that are neither bold nor slanted
LESS_LIKE_OWN = ("Serif", "Mono", "Condensed", "Display", "UI", "Naskh", "Nastaliq", "Kufi")  # words of names
NEVER_DRAWN = {"Cc", "Cf", "Zl", "Zp"}  # as Unicode calls ends of lines, joiners and signs of direction
BOXES = "LastResort"  # a font of some systems that holds a box for every character there is


class Face(NamedTuple):
    """A font in a file that may hold several."""

    family: str
    path: str
    number: int  # in its file


def faces_for(text: str) -> tuple[Face, ...]:
    """Return fonts of this computer that together hold the letters of a text which the own font lacks.

    The font that holds most of them comes first; of fonts that hold as many, the one most like the own font.

    Parameters
    ----------
    text
        Any text; characters that are never drawn, such as ends of lines, do not count.

    Examples
    --------
    >>> faces_for("Größe φ ≤ κ")
    ()
    """
    return _covering(frozenset(_drawn(text) - _held(_own())))


def lacking(text: str) -> list[str]:
    """Return the characters of a text for which no font of this computer has a letter, in Unicode's order.

    Parameters
    ----------
    text
        Any text; characters that are never drawn, such as ends of lines, do not count.

    Examples
    --------
    >>> [hex(ord(character)) for character in lacking("a" + chr(0xE123))]
    ['0xe123']
    """
    held = _held(_own()).union(*map(_held, faces_for(text)))
    return sorted(_drawn(text) - held)


def letter(figure: Figure) -> None:
    """Let the texts of a figure use fonts of this computer for letters that the own font lacks.

    Parameters
    ----------
    figure
        Changed in place; texts whose letters the own font has stay as they are.
    """
    for text in figure.findobj(Text):
        assert isinstance(text, Text)  # as it was asked for
        faces = faces_for(text.get_text())
        if faces:
            text.set_fontfamily([OWN, *map(_known_to_matplotlib, faces)])


def _known_to_matplotlib(face: Face) -> str:
    if face.path not in {entry.fname for entry in fontManager.ttflist}:
        fontManager.addfont(face.path)
    return face.family


def _drawn(text: Iterable[str]) -> set[str]:
    return {character for character in text if unicodedata.category(character) not in NEVER_DRAWN}


@lru_cache(maxsize=64)
def _covering(characters: frozenset[str]) -> tuple[Face, ...]:
    """Choose fonts until every character is held or no font holds more of them."""
    chosen: list[Face] = []
    while characters:
        most = max(_candidates(), key=lambda face: len(characters & _held(face)), default=_own())
        if not characters & _held(most):
            break
        chosen.append(most)
        characters -= _held(most)
    return tuple(chosen)


@lru_cache(maxsize=1)
def _candidates() -> list[Face]:
    """Return the fonts installed now, those that look most like the own font first.

    matplotlib keeps its list of fonts in a file for ever, so it does not know what was installed later.
    """
    faces = [face for path in findSystemFonts() for face in _faces_in(path)]
    return [face for _, face in sorted(faces)]


def _faces_in(path: str) -> Iterator[tuple[tuple[int, bool], Face]]:
    """Give each font of a file that can be enlarged, with how little it looks like the own font."""
    for number in range(FT2Font(path).num_faces):
        font = FT2Font(path, face_index=number)
        if font.scalable and BOXES not in font.family_name.replace(" ", ""):
            words = font.family_name.split()
            unlike = sum(word in words for word in LESS_LIKE_OWN) + 2 * (font.style_name not in UPRIGHT)
            yield (unlike, "Noto Sans" not in font.family_name), Face(font.family_name, path, number)


@lru_cache(maxsize=2048)
def _held(face: Face) -> frozenset[str]:
    return frozenset(map(chr, FT2Font(face.path, face_index=face.number).get_charmap()))


def _own() -> Face:
    return Face(OWN, str(Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"), 0)
