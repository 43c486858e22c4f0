from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from attacker import Example, subject_maps
from attacker.attention import subject_cells
from attacker.attention.foreground import LEAST_PHOTOS, foreground, method_of
from attacker.attention.subject_cells import stands_out, unlike_border
from attacker.errors import DataError, NoMapError, SideError

PATCH = 24  # side of the planted subject, in photos of 96 pixels
SIDE = 96


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


def _planted(folder: Path, number: int) -> tuple[Example, tuple[int, int]]:
    """A square of one texture, off centre, on a background of any colour with a strip in from the border."""
    rng = np.random.default_rng(number)
    pixels = np.tile(rng.integers(30, 220, 3), (SIDE, SIDE, 1)) + rng.normal(0, 12, (SIDE, SIDE, 3))
    strip = rng.integers(0, SIDE - 16)
    pixels[strip : strip + 14, : SIDE * 2 // 3] = rng.integers(0, 255, 3)
    x, y = rng.integers(8, SIDE - PATCH - 8, 2)
    checks = np.indices((PATCH, PATCH)).sum(0) // 4 % 2
    pixels[y : y + PATCH, x : x + PATCH] = np.where(checks[..., None], (240, 220, 40), (90, 20, 120))
    path = folder / f"{number}.png"
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(path)
    return Example(path, 0, path.stem, 0, path.stem), (int(x), int(y))


@pytest.fixture(scope="module")
def planted_photos(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Example, tuple[int, int]]]:
    folder = tmp_path_factory.mktemp("planted")
    return [_planted(folder, number) for number in range(LEAST_PHOTOS + 4)]


def _shares_inside(maps: Sequence[np.ndarray], corners: Sequence[tuple[int, int]]) -> np.ndarray:
    """The share of each map that lies on the planted square, of maps with as many cells as pixels."""
    inside = [
        subject[y : y + PATCH, x : x + PATCH].sum() for subject, (x, y) in zip(maps, corners, strict=False)
    ]
    return np.array(inside) / np.array([subject.sum() for subject in maps])


@pytest.mark.thorough
def test_subjects_of_one_kind_are_learned_from_many_photos_whatever_their_order(
    planted_photos: list[tuple[Example, tuple[int, int]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject_cells, "ROUNDS", 2)  # for speed
    monkeypatch.setattr(subject_cells, "_MOST_SUBJECT_CELLS", 1000)
    photos, corners = zip(*planted_photos, strict=True)
    maps_of = partial(foreground, "efficientnet_lite0", image_size=SIDE, grid=SIDE)
    learned = maps_of(photos)
    assert learned.method == "foreground, learned on 64 photos"
    first_guess = maps_of(photos[:40])
    assert first_guess.method == "foreground, not learned: 40 photos"
    by_learning, by_guess = (_shares_inside(result.maps, corners) for result in (learned, first_guess))
    assert np.median(by_learning) > 3 * PATCH**2 / SIDE**2
    assert np.median(by_learning[:40]) > 1.2 * np.median(by_guess)
    assert np.array_equal(maps_of(photos[::-1]).maps[::-1], learned.maps)


@pytest.mark.thorough
def test_copies_of_a_photo_are_counted_once(tmp_path: Path) -> None:
    copies = [_figure(tmp_path / f"{number}.png", 120, 120) for number in range(3)]
    result = foreground("timm:test_resnet", copies, weights="random", image_size=48)
    assert result.method == method_of(1) == "foreground, not learned: 1 photo"
    assert np.array_equal(result.maps[0], result.maps[2])


@pytest.mark.thorough
def test_the_subject_is_where_the_figure_is(tmp_path: Path) -> None:
    places = [(60, 120), (180, 120), (120, 80), (120, 170)]
    photos = [_figure(tmp_path / f"{i}.png", *place) for i, place in enumerate(places)]
    maps = subject_maps("efficientnet_lite0", photos, image_size=224, grid=24)
    assert maps.shape == (4, 24, 24)
    assert maps.min() >= 0
    assert maps.max() <= 1
    rows, columns = np.mgrid[0:24, 0:24] * 10 + 5
    for (x, y), subject in zip(places, maps, strict=True):
        centre = [(subject * axis).sum() / subject.sum() for axis in (columns, rows)]
        assert np.hypot(centre[0] - x, centre[1] - y) < 40


@pytest.mark.thorough
def test_the_map_covers_a_wide_photos_own_extent(tmp_path: Path) -> None:
    photo = _figure(tmp_path / "wide.png", 340, 120, size=(480, 240))
    (subject,) = subject_maps("efficientnet_lite0", [photo], grid=24)
    assert subject[:, 14:].mean() > 2 * subject[:, :8].mean()


def test_what_resembles_the_border_is_not_the_subject() -> None:
    features = torch.full((1, 4, 8, 8), 0.1)
    features[0, 0] = 1.0
    features[0, 1, 3:5, :] = 3.0  # a road through the photo
    features[0, 2, 2:4, 4:6] = 5.0
    unlike = unlike_border(features).reshape(8, 8)
    assert unlike[2:4, 4:6].min() > 0.2
    assert unlike[4].max() < 0.01
    assert unlike[0].max() < 0.01


def test_what_stands_out_is_positive_and_flat_features_have_nothing() -> None:
    features = torch.full((2, 5, 6, 6), 0.1)
    features[0, :3, 2:4, 2:4] = 4.0
    guesses = stands_out(features, features)
    assert guesses[0, 2:4, 2:4].min() > 0.8
    assert guesses[0, 0].max() == 0
    assert guesses[1].max() == 0


def test_nothing_to_look_at_is_refused() -> None:
    with pytest.raises(DataError, match="no photos"):
        subject_maps("efficientnet_lite0", [])


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
