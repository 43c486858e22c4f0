"""What tells a window's side: sharpness, which must not, is told apart from what the picture shows."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks._size_readers import Crops, Smaller, named, read

PHOTOS = 600


@pytest.fixture
def rng() -> np.random.Generator:
    """Numbers of each test's own: drawn from one row by all, they would depend on who came first."""
    return np.random.default_rng(0)


def crops(rng: np.random.Generator, shift: float = 0.0) -> Crops:
    """Sides of three classes, each `shift` larger than the one before."""
    category = np.arange(PHOTOS) % 3
    return Crops(rng.normal(4.0 + shift * category, 0.3), category, np.arange(PHOTOS))


def seen(rng: np.random.Generator, content: np.ndarray, sharpness: np.ndarray) -> np.ndarray:
    noise = rng.normal(0, 0.1, (len(content), 6))
    return noise + np.column_stack([content, sharpness, content + sharpness, *[np.zeros(len(content))] * 3])


def reading_of(
    rng: np.random.Generator, *, by_content: float, by_sharpness: float
) -> tuple[Crops, float, float, float]:
    """Read planted pictures: content goes with the side of the photo, sharpness with the side now."""
    planted = crops(rng)
    of = np.repeat(np.arange(100), 2)
    smaller = Smaller(of, planted.side[of] - rng.uniform(0, 0.7, 200))
    before = seen(rng, by_content * planted.side, by_sharpness * planted.side)
    after = seen(rng, by_content * planted.side[of], by_sharpness * smaller.side)
    reading = read(planted, smaller, before, after)
    assert reading.low < reading.explained < reading.high
    return planted, reading.explained, reading.follows_smaller, reading.by_sharpness


def test_a_side_that_sharpness_tells_follows_when_the_photo_is_made_smaller(rng: np.random.Generator) -> None:
    _, explained, follows, share = reading_of(rng, by_content=0, by_sharpness=1)
    assert min(explained, follows, share) > 0.8


def test_a_side_that_the_content_tells_stays_when_the_photo_is_made_smaller(rng: np.random.Generator) -> None:
    _, explained, follows, share = reading_of(rng, by_content=1, by_sharpness=0)
    assert explained > 0.8
    assert abs(follows) < 0.1
    assert share < 0.05


def test_a_side_that_nothing_tells_is_not_told(rng: np.random.Generator) -> None:
    _, explained, _, share = reading_of(rng, by_content=0, by_sharpness=0)
    assert explained < 0.05
    assert share < 0.05


@pytest.mark.parametrize(("known", "low", "high"), [(1.0, 0.6, 0.8), (0.3, 0.4, 0.6), (0.0, 0.3, 0.37)])
def test_a_class_is_named_by_a_side_as_far_as_the_side_is_known(
    rng: np.random.Generator, known: float, low: float, high: float
) -> None:
    assert low < named(crops(rng, shift=0.5), known, rng) < high


def test_sides_that_are_alike_in_all_classes_name_none(rng: np.random.Generator) -> None:
    assert named(crops(rng), 1.0, rng) == pytest.approx(1 / 3, abs=0.06)
