"""The crop rule, on maps whose right answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.crops.windows import (
    LEAST_SUBJECT,
    STEPS,
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


@pytest.mark.thorough
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


@pytest.mark.thorough
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


@pytest.mark.parametrize(
    ("window", "box"),
    [
        (Window(0.25, 0.5, 0.5, 0.3), (50, 50, 150, 80)),
        (Window(0.0, 0.0, 1.0, 1.0), (0, 0, 200, 100)),
        (Window(0.7, 0.76, 0.3, 0.25), (140, 75, 200, 100)),  # a pixel too far down: moved, not made smaller
        (Window(-0.01, 0.2, 0.003, 0.004), (0, 20, 1, 21)),
        (Window(0.999, 0.999, 0.001, 0.001), (199, 99, 200, 100)),
    ],
)
def test_the_pixels_are_those_of_the_window_to_the_nearest(
    window: Window, box: tuple[int, int, int, int]
) -> None:
    assert window.pixels(200, 100) == box


@pytest.mark.parametrize("edge", ["left", "top", "right", "bottom"])
def test_what_sticks_out_by_more_than_rounding_on_any_side_is_not_inside(edge: str) -> None:
    parent = Window(0.2, 0.3, 0.5, 0.4)
    assert parent.contains(parent, tolerance=0.0)
    sign = -1 if edge in ("left", "top") else 1
    for beyond, inside in ((1e-10, True), (1e-8, False)):
        left, top = (sign * beyond * (edge in pair) for pair in (("left", "right"), ("top", "bottom")))
        moved = Window(parent.left + left, parent.top + top, parent.width, parent.height)
        assert parent.contains(moved) == inside


def test_the_control_window_is_the_middle_across_and_down() -> None:
    window = centre_window(0.2, Window(0.1, 0.3, 0.6, 0.4))
    assert (window.left, window.top) == pytest.approx((0.3, 0.4))
    assert (window.width, window.height) == (0.2, 0.2)


def test_random_windows_use_all_the_room_there_is_across_and_down_apart() -> None:
    rng, parent = np.random.default_rng(0), Window(0.1, 0.3, 0.6, 0.5)
    corners = np.array([(w.left, w.top) for w in (random_window(rng, 0.2, parent) for _ in range(2000))])
    assert corners.min(axis=0) == pytest.approx((0.1, 0.3), abs=0.002)
    assert corners.max(axis=0) == pytest.approx((0.5, 0.6), abs=0.002)
    assert corners.mean(axis=0) == pytest.approx((0.3, 0.45), abs=0.01)
    assert abs(np.corrcoef(corners.T)[0, 1]) < 0.08


@pytest.mark.parametrize(("row", "column"), [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_the_first_and_the_last_window_that_is_tried_touch_the_border(row: int, column: int) -> None:
    parent, corner = Window(0.1, 0.2, 0.8, 0.7), np.zeros((100, 100))
    y, x = (20, 89)[row], (10, 89)[column]
    corner[y, x] = 1.0
    window = choose_window(corner, np.zeros((2, 2)), side=0.3, within=parent).window
    assert (window.left, window.top) == pytest.approx(((0.1, 0.6)[column], (0.2, 0.6)[row]))


def test_a_map_of_a_crop_comes_back_to_its_place() -> None:
    window = Window(0.25, 0.5, 0.5, 0.5)
    placed = place(np.array([[0.0, 0.0], [0.0, 1.0]]), window, size=8)
    assert placed.sum() == 4
    assert placed[6:8, 4:6].all()


def test_a_map_that_is_no_square_and_one_whose_edge_meets_a_centre_come_back_to_their_places() -> None:
    placed = place(np.array([[1.0, 2.0, 3.0, 4.0]]), WHOLE)
    assert placed.shape == (56, 56)
    assert placed[[0, 55, 0], [0, 13, 14]].tolist() == [1.0, 1.0, 2.0]
    first_centre = 1 / 16  # of eight cells; that of the fifth lies on the other edge, and so outside
    assert place(np.ones((2, 2)), Window(first_centre, first_centre, 0.5, 0.5), size=8).sum() == 16


def test_a_window_that_reaches_beyond_the_photo_has_the_share_of_its_part_inside() -> None:
    assert share_inside(FLAT, Window(-0.5, 0.0, 1.0, 1.0)) == pytest.approx(0.5)
    assert share_inside(FLAT, Window(0.0, 0.75, 1.0, 1.0)) == pytest.approx(0.25)


def test_as_many_places_are_tried_down_as_across() -> None:
    rng = np.random.default_rng(1)
    windows = [choose_window(rng.random((28, 28)), rng.random((7, 7)), side=0.3).window for _ in range(8)]
    steps = np.array([(window.left, window.top) for window in windows]) * (STEPS - 1) / 0.7
    assert steps == pytest.approx(steps.round(), abs=1e-9)


def test_attention_weighs_half_of_the_subject_where_nothing_else_is_said() -> None:
    rng = np.random.default_rng(2)
    subject, attention = rng.random((28, 28)), rng.random((7, 7))
    weighed = {w: choose_window(subject, attention, side=0.3, attention_weight=w) for w in (0.0, 0.5, 1.5)}
    assert choose_window(subject, attention, side=0.3) == weighed[0.5]
    assert len(set(weighed.values())) == 3


@pytest.mark.thorough
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
    with pytest.raises(CropError, match="attention map must be"):
        choose_window(FLAT, broken, side=0.5)
    with pytest.raises(CropError, match="subject map must be"):
        cell_shares(broken, 4, "subject")


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
    in_a_corner = np.zeros((6, 6))
    in_a_corner[5, 5] = 3.0
    assert cell_shares(in_a_corner, 2, "attention").tolist() == [[0.0, 0.0], [0.0, 1.0]]


def test_a_map_without_mass_has_no_share_anywhere_and_decides_nothing() -> None:
    nothing = np.zeros((5, 5))
    assert share_inside(nothing, WHOLE) == 0.0
    choice = choose_window(nothing, nothing, side=0.5)
    assert (choice.subject_kept, choice.attention_kept) == (0.0, 0.0)
    assert choose_window(nothing, blob(0.2, 0.2), side=0.5).attention_kept < 0.01


@pytest.mark.parametrize("side", [0.0, -0.1, 0.6 + 1e-8])
def test_a_side_that_no_window_can_have_is_refused(side: float) -> None:
    for cut in (centre_window, lambda side, within: random_window(np.random.default_rng(0), side, within)):
        with pytest.raises(CropError, match=r"does not fit into 0\.6 x 0\.7"):
            cut(side, Window(0.0, 0.0, 0.6, 0.7))
    assert centre_window(0.6 + 1e-10, Window(0.0, 0.0, 0.6, 0.7)).width == pytest.approx(0.6)
