"""Colours, markers and fonts of all figures, and their conversion to reproducible SVG."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO, StringIO
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stats.letters import letter

WIDEST = 6.8  # inches: what a page of A4 holds, so that no letter is printed smaller than it is drawn
TALLEST = 9.6  # inches: the same, with a caption below
PRINTED = 200  # dots an inch
NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # no file of XML may hold them
CLIP_ID = re.compile(r"\bp[0-9a-f]{10}\b")

# Okabe & Ito (2008): distinct under every common colour blindness; markers and dashes repeat the distinction.
PEOPLE, MACHINE, SWEET = "#0072B2", "#D55E00", "#009E73"
LEVEL_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
STYLE: Any = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.parse_math": False,  # a class may be called "$x$"
    "svg.fonttype": "none",  # text stays text: searchable, small, read by screen readers
    "svg.hashsalt": "sweetspot",  # the same numbers give the same bytes
}


@contextmanager
def panel(width: float, height: float) -> Iterator[tuple[Figure, Axes]]:
    """Open a figure of one panel; what is drawn inside has the style of all figures.

    Parameters
    ----------
    width, height
        In inches.

    Examples
    --------
    >>> with panel(6.4, 4.0) as (figure, axes):
    ...     lines = axes.plot([0, 1], [0.9, 0.6])
    >>> figure.axes == [axes]
    True
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        yield figure, figure.subplots()


def svg(figure: Figure) -> str:
    """Return the figure as SVG text; equal figures give equal bytes, without a date or random ids.

    Examples
    --------
    >>> svg(Figure()) == svg(Figure())
    True
    """
    buffer = StringIO()
    letter(figure)
    with mpl.rc_context(STYLE):
        figure.savefig(buffer, format="svg", metadata=NO_METADATA)
    names: dict[str, str] = {}
    text = CONTROL.sub("\N{REPLACEMENT CHARACTER}", buffer.getvalue())
    return CLIP_ID.sub(lambda match: names.setdefault(match[0], f"clip{len(names)}"), text)


def drawn(figure: Figure, kind: str) -> bytes:
    """Return the figure as a file of this kind: "svg", "pdf" or "png", which has 200 dots an inch.

    Examples
    --------
    >>> drawn(Figure(), "png")[1:4], drawn(Figure(), "pdf")[:4]
    (b'PNG', b'%PDF')
    """
    if kind == "svg":
        return svg(figure).encode()
    buffer = BytesIO()
    letter(figure)
    with mpl.rc_context(STYLE):
        figure.savefig(
            buffer, format=kind, dpi=PRINTED, metadata={"CreationDate": None} if kind == "pdf" else None
        )
    return buffer.getvalue()
