"""Words inside SVG figures that need several fonts, shaping or both directions, taken out to be set apart.

fpdf2 writes the text of an SVG letter by letter in a single font. What it sets itself on a page may change
the font inside a word and runs in both directions, so such words are set there, over the figure.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import NamedTuple

TEXT = re.compile(r'<text style="(?P<style>[^"]*)"(?P<place>[^>]*)>(?P<words>[^<]*)</text>')
SIZE = re.compile(r"font(?:-size)?: ([\d.]+)px")
ANCHOR = re.compile(r"text-anchor: (start|middle|end)")
MOVED = re.compile(r"translate\((?P<x>[-\d.e]+) (?P<y>[-\d.e]+)\)(?: rotate\((?P<turn>[-\d.e]+)\))?")
TURNED = re.compile(
    r'x="(?P<x>[-\d.e]+)" y="(?P<y>[-\d.e]+)"(?: transform="rotate\((?P<turn>[-\d.e]+) [^)]*\)")?'
)
SHIFT = {"start": 0.0, "middle": 0.5, "end": 1.0}  # share of its width by which a word begins further left


class Words(NamedTuple):
    """A line of text in a figure: place and size in the figure's points, turn in degrees, clockwise."""

    text: str
    x: float
    y: float
    size: float
    turn: float
    shift: float


def set_apart(svg: str, apart: Callable[[str], bool]) -> tuple[str, list[Words]]:
    """Return a figure without the lines of text that `apart` names, and those lines.

    Parameters
    ----------
    svg
        A figure as matplotlib writes it.
    apart
        Whether a line of text is to be taken out.

    Examples
    --------
    >>> svg = '<text style="font: 9px sans; text-anchor: end" x="3" y="4">a</text>'
    >>> set_apart(svg, str.isupper) == (svg, [])
    True
    >>> set_apart(svg, str.islower)
    ('', [Words(text='a', x=3.0, y=4.0, size=9.0, turn=0.0, shift=1.0)])
    """
    taken: list[Words] = []

    def take(text: re.Match[str]) -> str:
        if not apart(unescape(text["words"])):
            return text[0]
        taken.append(_words(text))
        return ""

    return TEXT.sub(take, svg), taken


def _words(text: re.Match[str]) -> Words:
    place = MOVED.search(text["place"]) or TURNED.search(text["place"])
    size, anchor = SIZE.search(text["style"]), ANCHOR.search(text["style"])
    assert place  # as matplotlib writes every text
    assert size
    return Words(
        unescape(text["words"]),
        float(place["x"]),
        float(place["y"]),
        float(size[1]),
        float(place["turn"] or 0),
        SHIFT[anchor[1] if anchor else "start"],
    )
