"""Lengths on a screen in degrees, and how large photos are to be: by hand-made cases and known relations."""

from __future__ import annotations

from math import isclose

import pytest

from study.design import Design
from study.models import Study
from study.sizing.screen_measure import assumed_distance, is_due
from study.sizing.shown_sizes import area_at, longest_side
from study.sizing.visual_angle import degrees_of, pixels_of, pixels_per_degree


def test_one_centimetre_at_57_centimetres_is_one_degree() -> None:
    assert degrees_of(40, mm_per_px=0.25, distance_cm=57.29) == pytest.approx(1.0, abs=1e-3)


def test_a_photo_as_wide_as_twice_its_distance_covers_a_right_angle() -> None:
    assert degrees_of(1000, mm_per_px=1.0, distance_cm=50) == pytest.approx(90.0)


@pytest.mark.parametrize("angle", [0.1, 1.0, 12.0, 60.0])
def test_pixels_and_degrees_are_inverse(angle: float) -> None:
    pixels = pixels_of(angle, mm_per_px=0.08, distance_cm=32)
    assert degrees_of(pixels, mm_per_px=0.08, distance_cm=32) == pytest.approx(angle)


def test_twice_as_far_has_twice_the_pixels_for_each_degree() -> None:
    assert isclose(pixels_per_degree(0.2, 80), 2 * pixels_per_degree(0.2, 40))


@pytest.mark.parametrize(
    ("device", "window", "distance"),
    [
        ("touch", (390, 664), 32.0),
        ("touch", (750, 320), 32.0),
        ("touch", (820, 1180), 57.0),
        ("pointer", (320, 568), 57.0),
        ("keyboard", (1280, 800), 57.0),
    ],
    ids=["phone", "phone across", "tablet", "small window of a computer", "robot"],
)
def test_only_a_phone_is_held_in_the_hand(device: str, window: tuple[int, int], distance: float) -> None:
    assert assumed_distance(Design.of(Study()), device, *window) == distance


@pytest.mark.parametrize(
    ("asks", "known_by", "due"),
    [("never", "", False), ("offered", "", True), ("required", "", True), ("offered", "not_measured", False)],
)
def test_a_screen_is_measured_once_and_only_where_the_design_asks(
    asks: str, known_by: str, due: bool
) -> None:
    assert is_due(asks, known_by) is due


def test_the_longer_side_of_a_window_is_counted_in_pixels_of_its_photo() -> None:
    assert longest_side((0.5, 0.5), (640, 480)) == 320
    assert longest_side((0.3, 0.9), (640, 480)) == 432


def test_a_person_who_did_not_measure_sees_photos_as_large_as_fits() -> None:
    assert area_at(400, 40, None, None) == 0.0
    wanted = area_at(400, 40, mm_per_px=0.1, distance_cm=57)
    assert degrees_of(wanted, mm_per_px=0.1, distance_cm=57) == pytest.approx(10.0)
