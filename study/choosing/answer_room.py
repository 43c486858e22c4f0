"""Windows in which a photo and all answers fit, as far as names tell: an estimate for who designs a study.

The page itself measures the names (`answer_layout.js`); the numbers here are those of its tightest layout.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from math import ceil

from study.choosing.usual_windows import USUAL_WINDOWS, Window

LETTERS = 12.24  # px: the smallest letters
BUTTON, GAP, MOST_COLUMNS, WIDEST_BUTTON = 28, 4, 6, 256
LINE, PADDING, BORDER = 1.2, 0.6, 4
WIDE = ("W", "F")  # East Asian letters, which are as wide as they are high
NARROW, KEY_LABEL = 0.65, 2.6  # mean width of other bold letters, and what the label of a key takes
ABOVE_AND_BELOW = 48  # the link that stops, the progress, and the window's edge
WIDEST_PAGE = 960
QUESTION = 56  # two lines above the photo, where each trial has a question of its own
UNFILLED = 1.15  # words leave the ends of their lines empty; East Asian writing breaks anywhere


def too_small_windows(names: Sequence[str], least_photo: int) -> list[Window]:
    """Return the usual windows in which these answers and a photo of the least size hardly fit together."""
    return [window for window in USUAL_WINDOWS if not _is_enough(window, names, least_photo)]


def _is_enough(window: Window, names: Sequence[str], least_photo: int) -> bool:
    margin = min(32.0, max(8.0, 0.02 * window.width))
    width = min(WIDEST_PAGE, window.width - 2 * margin)
    height = window.height - ABOVE_AND_BELOW
    below = (tall + GAP + least_photo <= height for tall in _heights(names, width, window))
    beside = (
        max(tall, least_photo) <= height for tall in _heights(names, width - least_photo - 2 * GAP, window)
    )
    return least_photo <= width and (any(below) or any(beside))


def _heights(names: Sequence[str], width: float, window: Window) -> Iterator[float]:
    """Yield how high the answers stand in one column, in two, and so on, while columns are wide enough."""
    for columns in range(1, min(len(names), MOST_COLUMNS) + 1):
        column = min(WIDEST_BUTTON, (width - (columns - 1) * GAP) / columns)
        room = column - BORDER - LETTERS * (PADDING + (KEY_LABEL if window.has_keys else 0.0))
        if room < 2 * LETTERS:
            return
        lines = max(_lines(name, room) for name in names)
        row = max(BUTTON, lines * LINE * LETTERS + BORDER)
        yield ceil(len(names) / columns) * (row + GAP) - GAP


def _lines(name: str, room: float) -> int:
    """Return about how many lines a name takes; one that just fits takes one."""
    width = sum(map(_width, name)) * LETTERS
    words_break = any(unicodedata.east_asian_width(letter) in WIDE for letter in name)
    return 1 if width <= room else ceil((1.0 if words_break else UNFILLED) * width / room)


def _width(letter: str) -> float:
    """Return the width of a letter as a share of its size; marks above and below another take none."""
    if unicodedata.category(letter) == "Mn":
        return 0.0
    return 1.0 if unicodedata.east_asian_width(letter) in WIDE else NARROW
