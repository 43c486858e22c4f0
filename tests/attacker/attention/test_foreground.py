from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from attacker import Example, subject_maps
from attacker.attention.foreground import foreground, within_photo
from attacker.errors import NoMapError, SideError


def _figure(path: Path, x: int, y: int, size: tuple[int, int] = (240, 240)) -> Example:
    """A person, roughly, on grass under a sky."""
    image = Image.new("RGB", size, (120, 170, 220))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, size[1] // 2, *size), fill=(60, 120, 50))
    draw.ellipse((x - 10, y - 50, x + 10, y - 28), fill=(220, 170, 140))
    draw.rectangle((x - 14, y - 28, x + 14, y + 15), fill=(200, 30, 40))
    draw.rectangle((x - 12, y + 15, x - 3, y + 55), fill=(25, 25, 60))
    draw.rectangle((x + 3, y + 15, x + 12, y + 55), fill=(25, 25, 60))
    image.save(path)
    return Example(path, 0, path.stem, 0, path.stem)


def test_the_subject_is_where_the_figure_is(tmp_path: Path) -> None:
    places = [(60, 120), (180, 120), (120, 80), (120, 170)]
    photos = [_figure(tmp_path / f"{i}.png", *place) for i, place in enumerate(places)]
    maps = subject_maps("efficientnet_lite0", photos, image_size=224, grid=24)
    assert maps.shape == (4, 24, 24)
    assert maps.min() >= 0
    assert maps.max() <= 1
    rows, columns = np.mgrid[0:24, 0:24] * 10 + 5
    for (x, y), subject_map in zip(places, maps, strict=True):
        centre = [(subject_map * axis).sum() / subject_map.sum() for axis in (columns, rows)]
        assert np.hypot(centre[0] - x, centre[1] - y) < 40


def test_the_map_covers_a_wide_photos_own_extent(tmp_path: Path) -> None:
    photo = _figure(tmp_path / "wide.png", 400, 120, size=(480, 240))
    (subject_map,) = subject_maps("efficientnet_lite0", [photo], grid=24)
    assert subject_map[:, 16:].mean() > 2 * subject_map[:, :8].mean()


def test_the_bars_around_a_wide_photo_are_not_its_background() -> None:
    features = torch.full((5, 8, 8), 0.01)  # bars, quieter than anything in the photo
    features[:, 2:6] = 1.0
    features[:3, 3:5, 5:7] = 4.0
    subject = within_photo(features, (200, 100))
    assert subject[3:5, 5:7].min() > 0.99
    assert subject[:, :5].max() == 0


def test_the_foreground_is_positive_and_flat_features_have_none() -> None:
    features = torch.full((2, 5, 6, 6), 0.1)
    features[0, :3, 2:4, 2:4] = 4.0
    subject = foreground(features)
    assert subject[0, 2:4, 2:4].min() > 0.99
    assert subject[0, 0].max() == 0
    assert subject[1].max() == 0


def test_a_network_without_a_map_is_refused(held_out: list[Example]) -> None:
    with pytest.raises(NoMapError, match="spatial feature map"):
        subject_maps("timm:test_vit_relpos", held_out[:2], weights="random", image_size=160)


def test_a_network_of_one_size_looks_for_the_subject_at_that_size(held_out: list[Example]) -> None:
    fixed = "timm:vit_tiny_patch16_224"
    assert subject_maps(fixed, held_out[:2], weights="random", grid=10).shape == (2, 10, 10)
    with pytest.raises(SideError, match="its own 224"):
        subject_maps(fixed, held_out[:2], weights="random", image_size=320)


def test_a_vision_transformer_has_a_subject_for_every_patch(held_out: list[Example]) -> None:
    maps = subject_maps("timm:test_vit", held_out[:2], weights="random", image_size=160, grid=10)
    assert maps.shape == (2, 10, 10)
    assert (maps.std((1, 2)) > 0).all()
