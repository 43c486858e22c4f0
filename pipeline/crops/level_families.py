"""The level families behind one interface: what a level hides of a photo.

A crop keeps one window; grey boxes keep the frame and cover cells of it. These two hide the same share of the
area at the same level. Levels by subject keep the same share of the subject, in windows of any size.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.crops.grey_boxes import Cover, choose_cover, cover_first, from_hex, random_order, rim_order
from pipeline.crops.subject_windows import (
    Sides,
    SubjectChoice,
    SubjectRule,
    centre_square,
    random_as_large,
    sides_allowed,
)
from pipeline.crops.trade_off import TradeOff, windows_between
from pipeline.crops.windows import (
    WHOLE,
    Choice,
    Map,
    Window,
    centre_window,
    choose_window,
    place,
    random_window,
    share_inside,
)
from study.models import Level, Stimulus
from study.models.studies import LevelFamily

Hiding = Choice | Cover
ONE_WINDOW = TradeOff(windows=1, most_subject=1.0)  # that of the rule: nothing is traded


@dataclass(frozen=True)
class Seen:
    """A lighter stimulus of a photo, and the attention that it drew, [h, w] over the stimulus."""

    stimulus: Stimulus
    attention: Map


def seen_by_item(lighter: Iterable[Stimulus], attention: NDArray[np.float32]) -> dict[int, list[Seen]]:
    """Return the lighter crops of each photo, light to heavy, each with the attention that it drew."""
    photos: dict[int, list[Seen]] = defaultdict(list)
    for stimulus, drawn in zip(lighter, attention, strict=True):
        photos[stimulus.item_id].append(Seen(stimulus, drawn.astype(float)))
    return photos


def choose(subject: Map, seen: Sequence[Seen], level: Level) -> Hiding:
    """Choose what a level hides, given the lighter stimuli of the photo, light to heavy, and their attention.

    Raises NoReadableWindowError if a level by subject has no window that shows enough of the subject.
    """
    return choose_several(subject, seen, level, ONE_WINDOW)[0]


def trade_off_of(level: Level) -> TradeOff:
    """Return how many windows of each photo are chosen at a level: several where people choose among them."""
    by_subject = level.number > 0 and level.study.level_family == LevelFamily.SUBJECT
    if not (by_subject and level.study.pilot):
        return ONE_WINDOW
    lighter = level.study.levels.get(number=level.number - 1)
    return TradeOff(level.study.pilot_candidates, most_subject=lighter.amount)


def choose_several(subject: Map, seen: Sequence[Seen], level: Level, trade_off: TradeOff) -> list[Hiding]:
    """Choose the windows of a photo, least attention first; the first is the rule's own.

    Only levels by subject have more than one: there, more of the subject may be kept for more attention.

    Raises NoReadableWindowError if a level by subject has no window that shows enough of the subject.
    """
    if level.study.level_family != LevelFamily.SUBJECT:
        return [_choose_by_photo(subject, seen[-1], level)]
    before, drawn = seen[-1].stimulus, drawn_attention(seen, level)
    return [*windows_between(subject, drawn, _size(before), _rule(level), trade_off, window_of(before))]


def sides_of(subject: Map, seen: Sequence[Seen], level: Level) -> Sides:
    """Return how large the crop of a photo is at a level by subject, and how large it may be.

    Raises NoReadableWindowError if the photo has no window that shows enough of the subject.
    """
    before, drawn = seen[-1].stimulus, drawn_attention(seen, level)
    return sides_allowed(subject, drawn, _size(before), _rule(level), window_of(before))


def drawn_attention(seen: Sequence[Seen], level: Level) -> Map:
    """Return the attention by which a level is cut, over the whole photo.

    At levels by subject it is that to all lighter crops together, else that to the next lighter one.
    """
    if level.study.level_family == LevelFamily.BOX:  # these keep the photo's frame
        return seen[-1].attention
    count = seen if level.study.level_family == LevelFamily.SUBJECT else seen[-1:]
    placed: Map = np.sum([place(crop.attention, window_of(crop.stimulus)) for crop in count], axis=0)
    return placed


def _choose_by_photo(subject: Map, seen: Seen, level: Level) -> Hiding:
    before, attention = seen.stimulus, seen.attention
    weight = level.study.attention_weight
    if level.study.level_family == LevelFamily.BOX:
        within = from_hex(before.covered)
        return choose_cover(subject, attention, side=level.amount, within=within, attention_weight=weight)
    window = window_of(before)
    placed = place(attention, window)
    return choose_window(subject, placed, side=level.amount, within=window, attention_weight=weight)


def hide_anywhere(rng: np.random.Generator, stimulus: Stimulus, subject: Map) -> Hiding | None:
    """Hide as much as a stimulus does, at random.

    Returns a control of equal area; at levels by subject, one that keeps as much of the subject too, None
    where the photo has none.
    """
    level = stimulus.level
    if level.study.level_family == LevelFamily.SUBJECT:
        in_sight = 1.0 - stimulus.subject_lost
        return random_as_large(rng, subject, _size(stimulus), _side_in_pixels(stimulus), in_sight)
    if level.study.level_family == LevelFamily.BOX:
        return _cover(random_order(rng), level)
    return _window(random_window(rng, level.amount))


def hide_rim(stimulus: Stimulus) -> Hiding:
    """Hide as much as a stimulus does, and keep the middle: a control of equal area."""
    level = stimulus.level
    if level.study.level_family == LevelFamily.SUBJECT:
        return _window(centre_square(_size(stimulus), _side_in_pixels(stimulus)))
    if level.study.level_family == LevelFamily.BOX:
        return _cover(rim_order(), level)
    return _window(centre_window(level.amount))


def measured(window: Window, subject: Map, drawn: Map, before: Stimulus, level: Level) -> Choice:
    """Return what a window that a researcher drew keeps, by the maps that the crop rule would use.

    `drawn` is the attention by which the level is cut, `before` the next lighter crop of the photo.
    """
    shares = share_inside(subject, window), share_inside(drawn, window)
    if level.study.level_family != LevelFamily.SUBJECT:
        return Choice(window, *shares)
    fill = shares[0] * float(subject.mean()) / (window.width * window.height)
    return SubjectChoice(window, *shares, subject_fill=fill, nested=window_of(before).contains(window))


def window_of(stimulus: Stimulus) -> Window:
    """Return the window of the photo that a stimulus shows."""
    return Window(stimulus.left, stimulus.top, stimulus.window_width, stimulus.window_height)


def _rule(level: Level) -> SubjectRule:
    return SubjectRule(level.amount, level.study.least_fill, level.least_pixels)


def _size(stimulus: Stimulus) -> tuple[int, int]:
    return stimulus.item.width, stimulus.item.height


def _side_in_pixels(stimulus: Stimulus) -> int:
    return round(stimulus.window_width * stimulus.item.width)


def _window(window: Window) -> Choice:
    return Choice(window, subject_kept=np.nan, attention_kept=np.nan)


def _cover(order: NDArray[np.intp], level: Level) -> Cover:
    return Cover(cover_first(order, level.amount), subject_kept=np.nan, attention_kept=np.nan)


UNTOUCHED = Choice(WHOLE, subject_kept=1.0, attention_kept=1.0)
