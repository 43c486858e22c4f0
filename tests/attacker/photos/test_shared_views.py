"""Parts of one picture are found, wherever they lie; pictures that only have something in common are not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from attacker import near_duplicate_groups
from attacker.errors import StoppedError
from attacker.photos import fingerprints
from attacker.photos.fingerprints import sketch
from attacker.photos.shared_views import parts_of_one_picture

SIDE = 240


def _picture(seed: int) -> Image.Image:
    """Patches of all sizes: as many details as a photo has."""
    random, picture = np.random.default_rng(seed), np.zeros((SIDE, SIDE, 3))
    for cells in (6, 15, 40):
        patches = Image.fromarray(random.integers(0, 255, (cells, cells, 3), dtype=np.uint8))
        picture += np.asarray(patches.resize((SIDE, SIDE), Image.Resampling.BICUBIC)) / 3
    return Image.fromarray(picture.astype(np.uint8))


def _part(picture: Image.Image, side: float, place: tuple[float, float]) -> Image.Image:
    left, top = (round((1 - side) * at * SIDE) for at in place)
    return picture.crop((left, top, left + round(side * SIDE), top + round(side * SIDE)))


def _pairs(pictures: Sequence[Image.Image]) -> set[tuple[int, int]]:
    first, second = parts_of_one_picture([sketch(picture) for picture in pictures])
    return set(zip(first.tolist(), second.tolist(), strict=True))


@pytest.mark.thorough
@pytest.mark.parametrize("side", [0.9, 0.7, 0.5, 0.4])
def test_a_crop_is_found_at_any_place(side: float) -> None:
    pictures = [_picture(seed) for seed in range(8)]
    places = [(0, 0), (1, 0), (0.5, 0.5), (0.2, 0.9)]
    crops = [_part(pictures[number], side, place) for number, place in enumerate(places)]
    assert _pairs([*pictures, *crops]) == {(number, 8 + number) for number in range(4)}


@pytest.mark.thorough
def test_two_crops_that_overlap_are_found_without_the_whole() -> None:
    pictures = [_picture(seed) for seed in range(4)]
    crops = [_part(picture, 0.6, place) for picture in pictures for place in ((0.1, 0), (0.6, 0.5))]
    assert _pairs(crops) == {(0, 1), (2, 3), (4, 5), (6, 7)}


def test_a_crop_squeezed_into_another_shape_recoloured_and_recompressed_is_found(tmp_path: Path) -> None:
    crop = _part(_picture(0), 0.7, (0.3, 0.6)).resize((200, 150))
    Image.eval(crop, lambda value: 40 + value // 2).save(tmp_path / "crop.jpg", quality=50)
    assert _pairs([_picture(0), _picture(1), Image.open(tmp_path / "crop.jpg")]) == {(0, 2)}


@pytest.mark.thorough
def test_one_thing_in_front_of_different_backgrounds_makes_no_picture_of_two() -> None:
    """A watermark, a logo, the same ball: many keypoints in common, but around them all is different."""
    pictures = [_picture(seed) for seed in range(4)]
    for number, picture in enumerate(pictures):
        ImageDraw.Draw(picture).text((40 + 20 * number, 60), "STOCK PHOTO", "white", font_size=24)
    assert _pairs(pictures) == set()


@pytest.mark.thorough
def test_one_logo_on_white_paper_makes_no_picture_of_two() -> None:
    cards = []
    for number in range(4):
        cards.append(Image.new("RGB", (SIDE, SIDE), "white"))
        thing = _picture(number).resize((60, 60))
        cards[-1].paste(thing, (30 + 40 * number, 40 + 30 * number))
        ImageDraw.Draw(cards[-1]).text((20, 190), "STOCK PHOTO", "black", font_size=24)
    assert _pairs(cards) == set()


@pytest.mark.thorough
def test_copies_do_not_hide_a_crop(tmp_path: Path) -> None:
    """Among many copies, the nearest to a keypoint are its own copies."""
    paths = []
    for number, picture in enumerate([_picture(0)] * 6 + [_part(_picture(0), 0.6, (0.2, 0.7))] * 6):
        paths.append(tmp_path / f"{number}.png")
        picture.save(paths[-1])
    assert near_duplicate_groups(paths) == [0] * 12


def test_a_picture_of_equal_dots_is_no_burden() -> None:
    """SIFT keeps all that are as strong as the last one that was asked for: thousands, here."""
    x, y = np.meshgrid(np.arange(256), np.arange(256))
    dots = Image.fromarray(np.uint8(255 * ((x % 8 - 4) ** 2 + (y % 8 - 4) ** 2 < 6)))
    assert len(sketch(dots).places) == 200


def test_plain_and_tiny_pictures_have_nothing_to_be_found_by() -> None:
    plain = [Image.new("RGB", size, colour) for size in ((50, 40), (1, 1)) for colour in ("grey", "white")]
    assert _pairs([*plain, _picture(0)]) == set()
    assert _pairs([]) == set()


@pytest.mark.thorough
def test_crops_of_one_picture_are_one_group_and_the_same_one_each_time(tmp_path: Path) -> None:
    paths = []
    for number in range(3):
        for part in ((1.0, (0, 0)), (0.55, (0.9, 0.2)), (0.45, (0.1, 0.8))):
            paths.append(tmp_path / f"{len(paths)}.png")
            _part(_picture(number), *part).save(paths[-1])
    shares: list[float] = []
    groups = near_duplicate_groups(paths, on_progress=shares.append)
    assert groups == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert near_duplicate_groups(paths) == groups
    assert shares == sorted(shares)
    assert shares[-1] == 1


@pytest.mark.thorough
def test_looking_stops_at_the_next_photo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.png"
    _picture(0).resize((800, 800)).save(path)

    def stop(_: float) -> None:
        raise StoppedError

    looked_at: list[Path] = []
    monkeypatch.setattr(fingerprints, "read_bytes", lambda path: looked_at.append(path) or path.read_bytes())
    with pytest.raises(StoppedError):
        near_duplicate_groups([path] * 400, on_progress=stop)
    assert len(looked_at) < 40
