"""Copies of one scene are one group, whatever was done to them; different scenes are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageOps

from attacker import near_duplicate_groups
from attacker.errors import DataError, PhotoError
from attacker.photos.duplicates import close_pairs, clusters


def _scene(seed: int) -> Image.Image:
    """Smooth random shapes, as unlike each other as photos are."""
    noise = np.random.default_rng(seed).normal(size=(6, 8, 3))
    coarse = np.uint8(255 * (noise - noise.min()) / np.ptp(noise))
    return Image.fromarray(coarse).resize((200, 150), Image.Resampling.BICUBIC)


def _variants(image: Image.Image) -> list[Image.Image]:
    small = image.resize((90, 68))
    return [
        image,
        small,
        ImageEnhance.Brightness(image).enhance(1.2),
        ImageOps.mirror(image),
        image.crop((4, 3, 196, 147)),
    ]


@pytest.mark.thorough
def test_copies_join_and_scenes_stay_apart(tmp_path: Path) -> None:
    paths, truth = [], []
    for scene in range(12):
        for number, variant in enumerate(_variants(_scene(scene))):
            path = tmp_path / f"{scene}-{number}.jpg"
            variant.save(path, quality=60 + 8 * number)
            paths.append(path)
            truth.append(scene)
    assert near_duplicate_groups(paths) == truth


def test_groups_are_numbered_in_order_of_appearance_whatever_the_order(tmp_path: Path) -> None:
    paths = []
    for scene in (3, 1, 3, 2):
        paths.append(tmp_path / f"{len(paths)}.png")
        _scene(scene).save(paths[-1])
    assert near_duplicate_groups(paths) == [0, 1, 0, 2]


def test_chains_of_duplicates_are_one_cluster() -> None:
    bits = np.random.default_rng(0).random(63) < 0.5
    chain = np.stack([bits ^ (np.arange(63) < 8 * step) for step in range(4)])
    far = np.stack([~chain, ~chain], 1)
    hashes = np.stack([chain, np.roll(far[:, 0], 5, axis=1)], 1)
    assert clusters(4, close_pairs(hashes, 8)) == [0, 0, 0, 0]
    assert clusters(4, close_pairs(hashes, 7)) == [0, 1, 2, 3]


def test_many_photos_are_compared_in_blocks() -> None:
    hashes = np.random.default_rng(1).random((1300, 2, 63)) < 0.5
    hashes[1250] = hashes[3]
    numbers = clusters(1300, close_pairs(hashes, 0))
    assert numbers[1250] == 3
    assert len(set(numbers)) == 1299


def test_no_photos_no_groups_and_a_broken_photo_is_named(tmp_path: Path) -> None:
    assert near_duplicate_groups([]) == []
    (tmp_path / "broken.jpg").write_bytes(b"no photo")
    with pytest.raises(PhotoError, match=r"broken\.jpg"):
        near_duplicate_groups([tmp_path / "broken.jpg"])


def test_sources_of_other_photos_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="2 sources for 1 photos"):
        near_duplicate_groups([tmp_path / "one.png"], sources=["a", "b"])


def test_parts_of_one_picture_are_one_cluster_where_the_source_is_known(tmp_path: Path) -> None:
    """Two halves of a picture share no pixel; a near duplicate of one of them joins as well."""
    paths = []
    for scene in range(3):
        whole = _scene(scene)
        for number, part in enumerate((whole.crop((0, 0, 100, 150)), whole.crop((100, 0, 200, 150)))):
            paths.append(tmp_path / f"{scene}-{number}.png")
            part.save(paths[-1])
    paths.append(tmp_path / "copy.jpg")
    Image.open(paths[3]).save(paths[-1], quality=80)
    assert near_duplicate_groups(paths) == [0, 1, 2, 3, 4, 5, 3]
    sources = ["a", "a", "b", "b", None, None, None]
    assert near_duplicate_groups(paths, sources=sources) == [0, 0, 1, 1, 2, 3, 1]
