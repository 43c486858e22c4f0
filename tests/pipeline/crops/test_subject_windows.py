"""The crop rule of levels by subject, on maps whose right answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.crops.subject_windows import (
    KEPT_TOLERANCE,
    NESTED_COST,
    NoReadableWindowError,
    SubjectChoice,
    SubjectRule,
    candidates,
    centre_square,
    choose_among,
    random_as_large,
)
from pipeline.crops.windows import WHOLE, CropError, Map, Window, share_inside

PHOTO = (400, 400)
NOWHERE = np.zeros((20, 20))


def patch(left: int, top: int, right: int, bottom: int) -> Map:
    """A map of 20 x 20 cells that is 1 in a rectangle of them, 0 elsewhere."""
    values = np.zeros((20, 20))
    values[top:bottom, left:right] = 1
    return values


def rule(share: float = 0.5, fill: float = 0.0, pixels: int = 20) -> SubjectRule:
    return SubjectRule(share, fill, pixels)


def choose_by_subject(
    subject: Map, attention: Map, photo: tuple[int, int], wanted: SubjectRule, within: Window = WHOLE
) -> SubjectChoice:
    """The window of the rule among all that are tried."""
    return choose_among(candidates(subject, attention, photo, wanted.least_pixels, within), wanted, within)


def sides(choice: SubjectChoice, photo: tuple[int, int]) -> tuple[int, int]:
    left, top, right, bottom = choice.window.pixels(*photo)
    return right - left, bottom - top


def test_what_is_attended_beside_the_subject_is_left_out() -> None:
    """A ball at the player's right: the crop keeps the whole player, and not the ball."""
    player, ball = patch(6, 4, 10, 16), patch(13, 8, 15, 10)
    choice = choose_by_subject(player, ball, PHOTO, rule(0.9))
    assert choice.subject_kept >= 0.9
    assert choice.attention_kept < 0.05


def test_the_attended_part_of_the_subject_goes_first() -> None:
    body, hands = patch(6, 4, 10, 16), patch(6, 4, 10, 7)
    choice = choose_by_subject(body, hands, PHOTO, rule(0.6))
    assert choice.subject_kept >= 0.6
    assert choice.attention_kept < 0.05
    assert choice.window.top > 0.3


def test_of_equals_the_smallest_window_is_taken() -> None:
    choice = choose_by_subject(patch(8, 8, 12, 12), NOWHERE, PHOTO, rule(1.0))
    assert choice.subject_kept == pytest.approx(1)
    assert choice.window.width < 0.28, "the subject is .2 wide"


@pytest.mark.thorough
@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 2**32 - 1),
    width=st.integers(60, 700),
    height=st.integers(60, 700),
    share=st.floats(0.05, 0.95),
    pixels=st.integers(1, 60),
)
def test_every_crop_keeps_its_share_is_square_and_lies_in_the_photo(
    seed: int, width: int, height: int, share: float, pixels: int
) -> None:
    rng = np.random.default_rng(seed)
    subject, attention = rng.random((13, 13)) ** 6, rng.random((7, 7))
    within = Window(0.1, 0.2, 0.6, 0.7)
    try:
        choice = choose_by_subject(subject, attention, (width, height), rule(share, 0.05, pixels), within)
    except NoReadableWindowError:
        return
    assert choice.subject_kept >= share - 1e-9
    assert choice.subject_kept == pytest.approx(share_inside(subject, choice.window))
    assert choice.attention_kept == pytest.approx(share_inside(attention, choice.window))
    assert choice.subject_fill >= 0.05
    across, down = sides(choice, (width, height))
    assert across == down >= pixels
    assert Window(0, 0, 1, 1).contains(choice.window)
    assert choice.nested == within.contains(choice.window)


def test_a_window_is_square_in_pixels_of_a_wide_photo() -> None:
    choice = choose_by_subject(patch(8, 0, 12, 20), NOWHERE, (800, 300), rule(0.9))
    across, down = sides(choice, (800, 300))
    assert across == down
    assert choice.window.width == pytest.approx(choice.window.height * 300 / 800)


@pytest.mark.parametrize("pixels", [40, 97, 200])
def test_the_least_side_is_respected(pixels: int) -> None:
    choice = choose_by_subject(patch(9, 9, 11, 11), NOWHERE, PHOTO, rule(0.3, pixels=pixels))
    assert sides(choice, PHOTO) == (pixels, pixels)


def test_the_subject_fills_at_least_the_stated_share_of_the_crop() -> None:
    """Attention beside the subject would push the window off it, to its edge."""
    subject, attention = patch(8, 8, 12, 12), patch(9, 9, 11, 11)
    loose = choose_by_subject(subject, attention, PHOTO, rule(0.1))
    strict = choose_by_subject(subject, attention, PHOTO, rule(0.1, fill=0.9))
    assert loose.subject_fill < 0.9 <= strict.subject_fill


@pytest.mark.parametrize(
    ("subject", "demanded"),
    [
        (patch(0, 0, 1, 20) + patch(19, 0, 20, 20), rule(0.8, fill=0.5)),
        (patch(8, 8, 12, 12), rule(0.5, pixels=401)),
        (NOWHERE, rule(0.5)),
    ],
)
def test_a_photo_without_such_a_window_is_refused_with_advice(subject: Map, demanded: SubjectRule) -> None:
    with pytest.raises(NoReadableWindowError, match="Lower the least size or fill, or give a box"):
        choose_by_subject(subject, NOWHERE, PHOTO, demanded)


def test_a_window_inside_the_lighter_crop_is_preferred_at_a_small_cost() -> None:
    """Two like halves of a subject; the lighter crop shows the left one, which is slightly more attended."""
    subject = patch(2, 8, 6, 12) + patch(14, 8, 18, 12)
    left_half = Window(0.0, 0.2, 0.5, 0.5)
    attended = patch(2, 8, 6, 12) * NESTED_COST / 2 + patch(10, 0, 11, 1) * 16
    choice = choose_by_subject(subject, attended, PHOTO, rule(0.4), left_half)
    assert choice.nested
    assert choice.window.right <= 0.5


def test_a_lighter_crop_that_holds_the_attention_is_left() -> None:
    subject = patch(2, 8, 6, 12) + patch(14, 8, 18, 12)
    choice = choose_by_subject(subject, patch(2, 8, 6, 12), PHOTO, rule(0.4), Window(0.0, 0.2, 0.5, 0.5))
    assert not choice.nested
    assert choice.attention_kept < 0.05


def test_a_random_window_is_as_large_and_keeps_as_much_of_the_subject() -> None:
    subject = patch(5, 5, 15, 15)
    windows = [random_as_large(np.random.default_rng(seed), subject, PHOTO, 160, 0.4) for seed in range(20)]
    for drawn in windows:
        assert drawn is not None
        assert sides(drawn, PHOTO) == (160, 160)
        assert abs(share_inside(subject, drawn.window) - 0.4) <= KEPT_TOLERANCE
    assert len({drawn.window for drawn in windows if drawn}) > 10


def test_where_no_other_window_keeps_as_much_there_is_no_control() -> None:
    rng = np.random.default_rng(0)
    assert random_as_large(rng, patch(0, 0, 20, 20), PHOTO, 40, 0.9) is None
    assert random_as_large(rng, patch(0, 0, 20, 20), (400, 39), 40, 0.1) is None


def test_the_centre_is_a_square_of_pixels() -> None:
    window = centre_square((800, 400), 200)
    assert window == Window(0.375, 0.25, 0.25, 0.5)
    assert centre_square((800, 400), 500) == Window(0.25, 0.0, 0.5, 1.0)


@pytest.mark.parametrize("broken", [np.zeros((0, 3)), np.ones(4), -np.ones((2, 2)), np.full((2, 2), np.nan)])
def test_a_broken_map_is_refused(broken: Map) -> None:
    with pytest.raises(CropError, match="attention map must be"):
        choose_by_subject(patch(5, 5, 15, 15), broken, PHOTO, rule())
