"""The level families behind one interface: what to hide of a photo, and the photo with it hidden.

A crop keeps one window; grey boxes keep the frame and cover cells of it. Both take the same two maps and hide
the same share of the area at the same level.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.crops.grey_boxes import (
    Cover,
    choose_cover,
    cover,
    cover_first,
    from_hex,
    random_order,
    rim_order,
)
from pipeline.crops.windows import (
    WHOLE,
    Choice,
    Map,
    Window,
    centre_window,
    choose_window,
    place,
    random_window,
)
from study.models import Level, Stimulus
from study.models.studies import LevelFamily

Hiding = Choice | Cover


def choose(subject: Map, attention: Map, before: Stimulus, level: Level) -> Hiding:
    """Choose what a level hides, given the stimulus of the level before, on which attention was computed."""
    weight = level.study.attention_weight
    if level.study.level_family == LevelFamily.BOX:
        within = from_hex(before.covered)
        return choose_cover(subject, attention, side=level.side, within=within, attention_weight=weight)
    window = window_of(before)
    placed = place(attention, window)
    return choose_window(subject, placed, side=level.side, within=window, attention_weight=weight)


def hide(photo: Image.Image, hiding: Hiding) -> Image.Image:
    """Return the photo with its hidden part cut off or covered, at its own resolution."""
    if isinstance(hiding, Cover):
        return cover(photo, hiding.cells)
    return photo.crop(hiding.window.pixels(photo.width, photo.height))


def hide_anywhere(rng: np.random.Generator, level: Level) -> Hiding:
    """Hide as much as a level does, at random: a control of equal area."""
    if level.study.level_family == LevelFamily.BOX:
        return _cover(random_order(rng), level)
    return _window(random_window(rng, level.side))


def hide_rim(level: Level) -> Hiding:
    """Hide as much as a level does, and keep the middle: a control of equal area."""
    if level.study.level_family == LevelFamily.BOX:
        return _cover(rim_order(), level)
    return _window(centre_window(level.side))


def window_of(stimulus: Stimulus) -> Window:
    """Return the window of the photo that a stimulus shows."""
    return Window(stimulus.left, stimulus.top, stimulus.window_width, stimulus.window_height)


def _window(window: Window) -> Choice:
    return Choice(window, subject_kept=np.nan, attention_kept=np.nan)


def _cover(order: NDArray[np.intp], level: Level) -> Cover:
    return Cover(cover_first(order, level.side), subject_kept=np.nan, attention_kept=np.nan)


UNTOUCHED = Choice(WHOLE, subject_kept=1.0, attention_kept=1.0)
