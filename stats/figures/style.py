"""Colours, markers and fonts of all figures, and their conversion to reproducible SVG."""

from __future__ import annotations

import re
from io import StringIO
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))
CLIP_ID = re.compile(r"\bp[0-9a-f]{10}\b")

# Okabe & Ito (2008): distinct under every common colour blindness; markers and dashes repeat the distinction.
PEOPLE, MACHINE, SWEET = "#0072B2", "#D55E00", "#009E73"
LEVEL_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
STYLE: Any = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.fonttype": "none",  # text stays text: searchable, small, read by screen readers
    "svg.hashsalt": "sweetspot",  # the same numbers give the same bytes
}


def svg(figure: Figure) -> str:
    """Return the figure as SVG text; equal figures give equal bytes, without a date or random ids.

    Examples
    --------
    >>> svg(Figure()) == svg(Figure())
    True
    """
    buffer = StringIO()
    with mpl.rc_context(STYLE):
        figure.savefig(buffer, format="svg", metadata=NO_METADATA)
    names: dict[str, str] = {}
    return CLIP_ID.sub(lambda match: names.setdefault(match[0], f"clip{len(names)}"), buffer.getvalue())
