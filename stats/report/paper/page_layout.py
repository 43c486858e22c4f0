"""Measures of a page, and what its letters and figures need of it."""

from __future__ import annotations

import re
import unicodedata

from stats.letters import faces_for
from stats.report.blocks import Cell

MARGIN, FIGURE_WIDTH, FIGURE_HEIGHT = 18.0, 174.0, 250.0  # mm on A4; below a figure its caption has room
SIZE_IN_POINTS = re.compile(r'<svg[^>]* width="(?P<width>[\d.]+)pt" height="(?P<height>[\d.]+)pt"')
POINT = 25.4 / 72  # mm
NO_BREAK = "\N{NO-BREAK SPACE}"
RUNS_LEFT = {"R", "AL"}  # as Unicode calls such letters


def needs_shaping(text: str) -> bool:
    """Return whether letters stand in another order or shape than they are written in."""
    runs_left = any(unicodedata.bidirectional(character) in RUNS_LEFT for character in text)
    return runs_left or bool(faces_for(text))


def figure_size(svg: str) -> tuple[float, float, float]:
    """Return width, height, and what a point of the drawing measures, all in mm.

    Letters are as large as they were drawn, if the page holds them.
    """
    size = SIZE_IN_POINTS.search(svg)
    if not size:
        return FIGURE_WIDTH, FIGURE_WIDTH / 2, POINT
    scale = min(POINT, FIGURE_WIDTH / float(size["width"]), FIGURE_HEIGHT / float(size["height"]))
    return float(size["width"]) * scale, float(size["height"]) * scale, scale


def unbroken(cell: Cell) -> str:
    """Return a cell's text; intervals and products of numbers stay on one line."""
    return cell.text.replace(" ", NO_BREAK) if cell.numeric else cell.text
