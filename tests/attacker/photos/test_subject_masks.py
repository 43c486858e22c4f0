"""Masks beside photos: whose they are, what of a picture counts as the subject, and what is refused."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attacker.photos.class_folders import ClassFoldersError, FolderListing, list_class_files
from attacker.photos.subject_masks import list_masks, mask_map, read_mask

SIZE = (40, 30)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("dunk/1.jpg", "dunk/2.jpg", "shoot/1.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.new("RGB", SIZE).save(tmp_path / name)
    return tmp_path


def masks_in(folder: Path) -> dict[str, str]:
    listing = FolderListing(folder)
    return list_masks(listing, list_class_files(listing))


def left_half(mode: str, value: object) -> Image.Image:
    picture = Image.new(mode, SIZE)
    picture.paste(value, (0, 0, SIZE[0] // 2, SIZE[1]))
    return picture


def test_a_mask_is_no_photo_and_belongs_to_the_photo_of_its_name(folder: Path) -> None:
    left_half("L", 255).save(folder / "dunk" / "1.mask.png")
    listed = list_class_files(FolderListing(folder))
    assert [file.name for file in listed.files] == ["dunk/1.jpg", "dunk/2.jpg", "shoot/1.png"]
    assert listed.left_out == ()
    assert masks_in(folder) == {"dunk/1.jpg": "dunk/1.mask.png"}


def test_a_mask_without_its_photo_is_refused(folder: Path) -> None:
    left_half("L", 255).save(folder / "shoot" / "2.mask.png")
    with pytest.raises(ClassFoldersError, match=r"shoot/2\.mask\.png: there is no photo beside this mask"):
        masks_in(folder)


def test_a_mask_that_two_photos_could_have_is_refused(folder: Path) -> None:
    Image.new("RGB", SIZE).save(folder / "dunk" / "1.png")
    left_half("L", 255).save(folder / "dunk" / "1.mask.png")
    with pytest.raises(ClassFoldersError, match=r"could belong to dunk/1\.jpg or dunk/1\.png; rename one"):
        masks_in(folder)


@pytest.mark.parametrize(
    "picture",
    [
        left_half("1", 1),
        left_half("L", 255),
        left_half("L", 1),  # ones and zeros look black, and are common
        left_half("P", 3),  # a numbered instance
        left_half("I;16", 40_000),
        left_half("RGB", (255, 255, 255)),
        left_half("RGBA", (0, 0, 0, 255)),  # a black subject, cut out
    ],
    ids=lambda picture: picture.mode,
)
def test_whatever_way_a_mask_is_painted_the_subject_is_what_stands_out(
    picture: Image.Image, tmp_path: Path
) -> None:
    picture.save(tmp_path / "1.mask.png")
    mask = read_mask(FolderListing(tmp_path), "1.mask.png", SIZE)
    assert (mask[:, :20].min(), mask[:, 20:].max(), mask.shape) == (255, 0, (30, 40))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (left_half("L", 255).resize((30, 40)), r"30 x 40 pixels, but its photo has 40 x 30 as seen upright"),
        (Image.new("L", SIZE), "the mask is empty; paint the subject white"),
        (b"not a picture", "no mask that can be read"),
    ],
)
def test_a_mask_that_says_nothing_about_its_photo_is_refused(
    content: Image.Image | bytes, reason: str, tmp_path: Path
) -> None:
    stored = io.BytesIO(content if isinstance(content, bytes) else b"")
    if isinstance(content, Image.Image):
        content.save(stored, "PNG")
    (tmp_path / "1.mask.png").write_bytes(stored.getvalue())
    with pytest.raises(ClassFoldersError, match=rf"1\.mask\.png: {reason}"):
        read_mask(FolderListing(tmp_path), "1.mask.png", SIZE)


def test_a_damaged_mask_is_refused(tmp_path: Path) -> None:
    left_half("L", 255).save(tmp_path / "whole.png")
    (tmp_path / "1.mask.png").write_bytes((tmp_path / "whole.png").read_bytes()[:60])
    with pytest.raises(ClassFoldersError, match="no mask that can be read"):
        read_mask(FolderListing(tmp_path), "1.mask.png", SIZE)


def test_the_map_of_a_mask_keeps_its_area_and_place() -> None:
    mask = np.zeros((90, 130), np.uint8)
    mask[:30, 65:] = 255
    covered = mask_map(mask, 28)
    assert covered.mean() == pytest.approx(1 / 6, abs=1e-3)
    assert covered[:9, 14:].min() == pytest.approx(1)
    assert covered[:, :13].max() == pytest.approx(0)
