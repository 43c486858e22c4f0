"""The crop rule, on maps whose right answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.crops.windows import (
    LEAST_SUBJECT,
    WHOLE,
    CropError,
    Window,
    cell_shares,
    centre_window,
    choose_window,
    place,
    random_window,
    share_inside,
)

FLAT = np.ones((28, 28))


def blob(row: float, column: float, spread: float = 0.08, size: int = 28) -> np.ndarray:
    """A bump of mass around a place given in shares of the photo."""
    cells = (np.arange(size) + 0.5) / size
    return np.exp(-((cells[:, None] - row) ** 2 + (cells[None, :] - column) ** 2) / (2 * spread**2))


def test_a_window_keeps_the_subject_when_nothing_is_attended() -> None:
    choice = choose_window(blob(0.3, 0.7), np.zeros((7, 7)), side=0.4)
    assert choice.window.left < 0.7 < choice.window.right
    assert choice.window.top < 0.3 < choice.window.bottom
    assert choice.subject_kept > 0.95
    assert choice.attention_kept == 0.0


def test_attended_parts_of_the_subject_are_lost() -> None:
    """A body of two parts, the machine looks at the upper one: the lower one is kept."""
    subject = blob(0.3, 0.5) + blob(0.7, 0.5)
    choice = choose_window(subject, blob(0.3, 0.5), side=0.4)
    assert choice.window.top > 0.4
    assert choice.attention_kept < 0.05
    assert choice.subject_kept > 0.4


def test_empty_sky_is_never_preferred_to_an_attended_subject() -> None:
    """With lambda below one, a window on the subject beats one on nothing, however attended."""
    choice = choose_window(blob(0.5, 0.5), blob(0.5, 0.5), side=0.3, attention_weight=0.5)
    assert choice.subject_kept > 0.7


def test_a_subject_that_draws_all_attention_is_not_traded_for_a_scrap_of_it() -> None:
    """The body is attended wherever it is, its faint shadow nowhere: lambda alone prefers the shadow."""
    body, shadow = blob(0.3, 0.3), 0.2 * blob(0.8, 0.8)
    choice = choose_window(body + shadow, body, side=0.4, attention_weight=1.0)
    best = choose_window(body + shadow, body, side=0.4, attention_weight=0.0)
    assert choice.subject_kept >= LEAST_SUBJECT * best.subject_kept
    assert choice.attention_kept < best.attention_kept, "within that bound, attention is still lost"


def test_the_kept_shares_are_those_of_the_window() -> None:
    subject, attention = blob(0.4, 0.6), blob(0.2, 0.2, size=15)
    choice = choose_window(subject, attention, side=0.45)
    assert choice.subject_kept == pytest.approx(share_inside(subject, choice.window))
    assert choice.attention_kept == pytest.approx(share_inside(attention, choice.window))


def test_a_flat_map_keeps_the_share_of_the_area() -> None:
    assert share_inside(FLAT, Window(0.13, 0.29, 0.5, 0.5)) == pytest.approx(0.25)


@given(
    side=st.floats(0.05, 0.44),
    left=st.floats(0, 0.5),
    top=st.floats(0, 0.5),
    seed=st.integers(0, 2**32 - 1),
)
def test_a_heavier_crop_lies_inside_the_lighter_one(side: float, left: float, top: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    parent = Window(left, top, 0.45, 0.45)
    chosen = choose_window(rng.random((15, 15)), rng.random((7, 7)), side=side, within=parent).window
    for window in (chosen, centre_window(side, parent), random_window(rng, side, parent)):
        assert parent.contains(window)
        assert window.width == side


@given(
    width=st.integers(1, 5000),
    height=st.integers(1, 5000),
    side=st.floats(0.02, 1),
    corner=st.floats(0, 1),
)
def test_pixels_stay_in_the_photo_and_are_never_empty(
    width: int, height: int, side: float, corner: float
) -> None:
    left, top, right, bottom = Window(corner * (1 - side), corner * (1 - side), side, side).pixels(
        width, height
    )
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height


def test_a_map_of_a_crop_comes_back_to_its_place() -> None:
    window = Window(0.25, 0.5, 0.5, 0.5)
    placed = place(np.array([[0.0, 0.0], [0.0, 1.0]]), window, size=8)
    assert placed.sum() == 4
    assert placed[6:8, 4:6].all()


def test_the_exhaustive_search_agrees() -> None:
    """Against a plain double loop over the same positions."""
    rng = np.random.default_rng(3)
    subject, attention = rng.random((28, 28)), rng.random((7, 7))
    best = max(
        share_inside(subject, window) - 0.7 * share_inside(attention, window)
        for left in np.linspace(0, 0.7, 40)
        for top in np.linspace(0, 0.7, 40)
        for window in [Window(left, top, 0.3, 0.3)]
    )
    choice = choose_window(subject, attention, side=0.3, attention_weight=0.7)
    assert choice.subject_kept - 0.7 * choice.attention_kept == pytest.approx(best)


@pytest.mark.parametrize("broken", [np.zeros((0, 3)), np.ones(4), -np.ones((2, 2)), np.full((2, 2), np.nan)])
def test_a_broken_map_is_refused(broken: np.ndarray) -> None:
    with pytest.raises(CropError, match="subject map must be"):
        choose_window(broken, FLAT, side=0.5)


def test_a_window_larger_than_the_level_before_is_refused() -> None:
    with pytest.raises(CropError, match="from light to heavy"):
        choose_window(FLAT, FLAT, side=0.7, within=Window(0, 0, 0.6, 0.6))
    assert choose_window(FLAT, FLAT, side=1.0).window == WHOLE


def test_the_shares_of_cells_are_those_of_windows_as_large_as_cells() -> None:
    values = np.random.default_rng(0).random((28, 20))
    shares = cell_shares(values, 14, "attention")
    windows = [[Window(x / 14, y / 14, 1 / 14, 1 / 14) for x in range(14)] for y in range(14)]
    expected = [[share_inside(values, window) for window in row] for row in windows]
    np.testing.assert_allclose(shares, expected, atol=1e-12)
    assert shares.sum() == pytest.approx(1.0)
    assert (cell_shares(np.zeros((28, 20)), 14, "attention") == 0).all()
