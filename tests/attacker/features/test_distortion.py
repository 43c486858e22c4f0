"""Distorted and widely zoomed views depend on photo and number, and have their own names in the cache."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from attacker.features.augmentation import ViewSet
from attacker.features.distortion import distorted
from attacker.photos.decoding import fit
from tests.attacker import planted

PIXELS = fit(planted.photo(0, 1), 32)


def test_a_distorted_view_depends_on_photo_and_number_alone() -> None:
    views = [distorted(PIXELS, "a" * 64, number) for number in range(8)]
    again = [distorted(PIXELS, "a" * 64, number) for number in range(8)]
    assert all(np.array_equal(*pair) for pair in zip(views, again, strict=True))
    assert np.array_equal(views[0], PIXELS)
    assert sum(not np.array_equal(view, PIXELS) for view in views) >= 5
    other = [distorted(PIXELS, "b" * 64, number) for number in range(8)]
    assert any(not np.array_equal(*pair) for pair in zip(views, other, strict=True))


def test_drawing_a_distortion_leaves_the_numbers_of_a_training_alone() -> None:
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    distorted(PIXELS, "a" * 64, 1)
    assert torch.equal(torch.rand(1), expected)


def test_a_wide_zoom_shows_less_than_the_usual_one_and_never_leaves_the_photo() -> None:
    wide = ViewSet("augmented", 40, smallest=0.15)
    views = [wide.of("c" * 64, number, (32, 32)) for number in range(1, 40)]
    assert min(min(view.side) for view in views) < 0.3
    assert all(
        abs(place) + side <= 1 + 1e-9
        for view in views
        for place, side in zip(view.centre, view.side, strict=True)
    )


@pytest.mark.parametrize(
    ("views", "name"),
    [
        (ViewSet("augmented", 4), "augmented-4"),  # the cache of earlier versions goes on
        (ViewSet("augmented", 4, smallest=0.3), "augmented-4-from-0.3"),
        (ViewSet("augmented", 4, distorted=True), "augmented-4-distorted"),
    ],
)
def test_other_views_have_other_names_in_the_cache(views: ViewSet, name: str) -> None:
    assert views.name == name
