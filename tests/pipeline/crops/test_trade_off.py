"""Windows between least attention and more of the subject, on maps whose right answer is known."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.crops.subject_windows import NoReadableWindowError, SubjectRule, candidates, choose_among
from pipeline.crops.trade_off import LEAST_GAIN, TradeOff, windows_between
from pipeline.crops.windows import Map

PHOTO = (400, 400)
RULE = SubjectRule(0.35, 0.1, 40)


def player_with_a_ball() -> tuple[Map, Map]:
    """A tall player, whose hands at the top hold what the machine looks at."""
    subject, attention = np.zeros((20, 20)), np.zeros((20, 20))
    subject[2:18, 8:12] = 1
    attention[2:5, 8:12] = 4
    attention[5:18, 8:12] = 0.1
    return subject, attention


def test_the_first_is_the_rules_own_and_further_ones_keep_more_for_more_attention() -> None:
    subject, attention = player_with_a_ball()
    windows = windows_between(subject, attention, PHOTO, RULE, TradeOff(3, 0.8))
    assert windows[0] == choose_among(candidates(subject, attention, PHOTO, 40), RULE, windows[0].window)
    assert len(windows) == 3
    for less, more in pairwise(windows):
        assert more.subject_kept >= less.subject_kept + LEAST_GAIN
        assert more.attention_kept >= less.attention_kept
    assert [round(window.subject_kept, 1) for window in windows] == [0.4, 0.5, 0.7]


def test_no_window_shows_as_much_as_the_lighter_level_promises() -> None:
    subject, attention = player_with_a_ball()
    for most in (0.5, 0.6, 0.8):
        windows = windows_between(subject, attention, PHOTO, RULE, TradeOff(3, most))
        assert all(window.subject_kept < most for window in windows[1:])


def test_one_window_is_the_rules_own() -> None:
    subject, attention = player_with_a_ball()
    (only,) = windows_between(subject, attention, PHOTO, RULE, TradeOff(1, 0.8))
    assert only == windows_between(subject, attention, PHOTO, RULE, TradeOff(3, 0.8))[0]


def test_windows_that_would_be_the_same_question_are_asked_once() -> None:
    dot = np.zeros((20, 20))
    dot[9:11, 9:11] = 1  # any window that fits the least size keeps all of it, or a part
    windows = windows_between(dot, np.zeros((20, 20)), PHOTO, SubjectRule(0.9, 0.0, 40), TradeOff(3, 0.95))
    assert len(windows) == 1


@pytest.mark.thorough
@settings(max_examples=30)
@given(st.integers(0, 10_000), st.floats(0.2, 0.5), st.floats(0.55, 1.0))
def test_every_window_fulfils_the_rule_of_its_level(seed: int, share: float, most: float) -> None:
    rng = np.random.default_rng(seed)
    subject, attention = rng.random((2, 12, 12)) ** 6
    rule = SubjectRule(share, 0.05, 60)
    for window in windows_between(subject, attention, (300, 400), rule, TradeOff(3, most)):
        left, top, right, bottom = window.window.pixels(300, 400)
        assert window.subject_kept >= share - 1e-6
        assert window.subject_fill >= 0.05
        assert right - left == bottom - top >= 60


def test_a_photo_without_a_window_has_no_candidates() -> None:
    subject, attention = player_with_a_ball()
    with pytest.raises(NoReadableWindowError):
        windows_between(subject, attention, PHOTO, SubjectRule(0.9, 0.9, 40), TradeOff(3, 1.0))
