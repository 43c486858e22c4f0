"""The window that a crop was cut from: where its size or place goes with the class, that is caught."""

from __future__ import annotations

from math import nan
from pathlib import Path

import numpy as np
import pytest

from attacker import Example, LeakError
from attacker.errors import DataError
from attacker.evaluation.baseline_classifier import BaselineResult
from attacker.evaluation.window_baseline import WindowFacts, window_baseline

PHOTOS, CLASSES = 240, 3


def _photos(first: int, count: int = PHOTOS) -> list[Example]:
    numbers = range(first, first + count)
    return [Example(Path("unread"), n % CLASSES, str(n), level=1, group=str(n)) for n in numbers]


def _window(
    rng: np.random.Generator, side: float, *, in_sight: float = nan, share: float = nan
) -> WindowFacts:
    left, top = rng.uniform(0, 1 - side, 2)
    return WindowFacts(left, top, side, side, round((side * 224) ** 2), in_sight, share)


def _baseline(
    windows: dict[int, list[WindowFacts]], train: list[Example], test: list[Example]
) -> BaselineResult:
    return window_baseline(train, windows[0], test, windows[1])


def test_sizes_that_go_with_the_class_are_caught() -> None:
    """Players of one class stand nearer to the camera, so their windows are larger; sizes overlap."""
    rng, train, test = np.random.default_rng(0), _photos(0), _photos(PHOTOS)
    windows = {
        number: [_window(rng, rng.uniform(0.2, 0.5) + 0.15 * photo.label) for photo in role]
        for number, role in enumerate((train, test))
    }
    result = _baseline(windows, train, test)
    assert result.is_above_chance(0.001)
    assert 0.5 < result.accuracy < 0.8, "a cue that overlaps does not tell every photo"
    assert result.low > result.chance


@pytest.mark.thorough
def test_sizes_of_one_distribution_pass_however_much_they_vary() -> None:
    train, test = _photos(0), _photos(PHOTOS)
    significant = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        windows = {
            number: [
                _window(rng, rng.uniform(0.1, 0.9), in_sight=rng.uniform(0.35, 0.6), share=rng.random())
                for _ in role
            ]
            for number, role in enumerate((train, test))
        }
        significant += _baseline(windows, train, test).is_above_chance()
    assert significant <= 6, "two of forty are expected; more than six in 1.4 % of all draws"


@pytest.mark.parametrize("cue", ["middle", "in_sight", "share"])
def test_place_and_subject_are_caught_as_well(cue: str) -> None:
    rng, train, test = np.random.default_rng(1), _photos(0), _photos(PHOTOS)

    def planted(label: int) -> WindowFacts:
        strength = label / CLASSES
        if cue == "middle":  # one class left and right of the middle alike, another within it
            place = 0.35 + rng.choice([-1, 1]) * (0.02 + 0.1 * label)
            return WindowFacts(place, rng.uniform(0, 0.7), 0.3, 0.3, 4500)
        return _window(rng, 0.3, **{cue: strength + rng.normal(0, 0.05)})

    windows = {number: [planted(photo.label) for photo in role] for number, role in enumerate((train, test))}
    assert _baseline(windows, train, test).accuracy > 0.9


def test_what_is_not_known_of_a_window_tells_no_class() -> None:
    """Windows drawn by hand no longer say what they keep: that alone must not look like a cue."""
    rng, train, test = np.random.default_rng(2), _photos(0), _photos(PHOTOS)
    windows = {
        number: [_window(rng, 0.3, in_sight=nan if photo.label == 0 else 0.5) for photo in role]
        for number, role in enumerate((train, test))
    }
    assert not _baseline(windows, train, test).is_above_chance(0.01)


def test_photos_without_a_window_in_training_and_test_or_of_both_roles_are_refused() -> None:
    rng, train, test = np.random.default_rng(3), _photos(0, 6), _photos(6, 6)
    windows = [_window(rng, 0.3) for _ in train]
    with pytest.raises(DataError, match="give one for each"):
        window_baseline(train, windows, test, windows[:-1])
    with pytest.raises(DataError, match="some of both"):
        window_baseline(train, windows, [], [])
    with pytest.raises(LeakError):
        window_baseline(train, windows, train, windows)
