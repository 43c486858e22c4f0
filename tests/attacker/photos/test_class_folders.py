"""Which files of a folder are photos of a class, by their place and name alone, and how they are read."""

from __future__ import annotations

import io
from pathlib import Path
from threading import Event

import pytest
from PIL import Image

from attacker.errors import StoppedError
from attacker.photos.acceptance import PhotoRefusedError
from attacker.photos.class_folders import ClassFile, ClassFoldersError, FolderListing, list_class_files
from attacker.photos.class_photos import ClassPhotos, read_class_photos


def written(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x")
    return root


def photo(width: int = 150, shade: int = 0) -> bytes:
    stored = io.BytesIO()
    Image.new("L", (width, 150), shade).save(stored, "PNG")
    return stored.getvalue()


def read(root: Path) -> ClassPhotos[tuple[int, int]]:
    listing = FolderListing(root)
    return read_class_photos(listing, list_class_files(listing), lambda _name, _data, picture: picture.size)


def test_the_uppermost_folder_is_the_class_and_deeper_folders_belong_to_it(tmp_path: Path) -> None:
    root = written(tmp_path, "Jump shot/a.jpg", "Jump shot/game 1/b.jpg", "扣篮/c.jpg")
    assert list_class_files(FolderListing(root)).files == (
        ClassFile("Jump shot/a.jpg", "Jump shot"),
        ClassFile("Jump shot/game 1/b.jpg", "Jump shot"),
        ClassFile("扣篮/c.jpg", "扣篮"),
    )


def test_accents_that_systems_write_differently_name_one_class(tmp_path: Path) -> None:
    composed, decomposed = "Fu\u00dfball \u00e9", "Fu\u00dfball e\u0301"
    root = written(tmp_path, f"{composed}/a.jpg", f"{decomposed}/b.jpg", "other/c.jpg")
    assert {file.category for file in list_class_files(FolderListing(root)).files} == {composed, "other"}


def test_hidden_files_litter_and_tables_are_passed_over_silently(tmp_path: Path) -> None:
    litter = (".hidden/d.jpg", "a/.e.jpg", "a/Thumbs.db", "b/desktop.ini", "__MACOSX/a/f.jpg")
    tables = ("sources.csv", "landmarks.csv", "boxes.csv", "manifest.json")
    root = written(tmp_path, "a/1.jpg", "b/2.jpg", *litter, *tables)
    listed = list_class_files(FolderListing(root))
    assert [file.name for file in listed.files] == ["a/1.jpg", "b/2.jpg"]
    assert listed.left_out == ()


def test_what_can_be_in_no_class_is_named_with_the_reason(tmp_path: Path) -> None:
    long = "c" * 121
    root = written(tmp_path, "a/1.jpg", "b/2.jpg", "loose.jpg", "b/boxes.csv", f"{long}/3.jpg")
    (root / "linked class").symlink_to(root / "a")
    assert dict(list_class_files(FolderListing(root)).left_out) == {
        "b/boxes.csv": "a table about photos; put it next to the class folders",
        f"{long}/3.jpg": "the class name has over 120 characters",
        "linked class": "a symbolic link, which is not followed",
        "loose.jpg": "is not in a class folder",
    }


def test_one_class_is_no_choice_and_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ClassFoldersError, match=r"fewer than two classes found; .* one folder per class"):
        list_class_files(FolderListing(written(tmp_path, "a/1.jpg", "2.jpg")))
    with pytest.raises(ClassFoldersError, match="nowhere: no such folder"):
        FolderListing(tmp_path / "nowhere")


def test_every_accepted_photo_is_read_and_every_other_file_has_a_reason(tmp_path: Path) -> None:
    root = written(tmp_path, "a/0.txt")
    for name, data in {"a/1.png": photo(), "b/2": photo(200), "b/3.png": photo(200)}.items():
        (written(root, name) / name).write_bytes(data)
    photos = read(root)
    assert photos.classes == ("a", "b")
    assert [(accepted.name, accepted.made) for accepted in photos.photos] == [
        ("a/1.png", (150, 150)),
        ("b/2", (200, 150)),
    ]
    assert dict(photos.left_out) == {
        "a/0.txt": "not a photo that can be read; use JPEG, PNG, WEBP, TIFF, BMP, AVIF or HEIF",
        "b/3.png": "the same file as b/2",
    }


def test_a_photo_in_two_classes_is_named_in_both_and_used_in_none(tmp_path: Path) -> None:
    root = written(tmp_path, "notes.txt")
    files = {"a/1.png": photo(), "a/2.png": photo(200), "b/3.png": photo(), "b/4.png": photo(220)}
    for name, data in files.items():
        (written(root, name) / name).write_bytes(data)
    photos = read(root)
    assert [accepted.name for accepted in photos.photos] == ["a/2.png", "b/4.png"]
    reasons = dict(photos.left_out)
    assert reasons["a/1.png"] == "the same file as b/3.png: which class is right, 'a' or 'b'?"
    assert reasons["b/3.png"] == "the same file as a/1.png: which class is right, 'b' or 'a'?"


def test_a_class_of_which_nothing_can_be_used_is_an_error(tmp_path: Path) -> None:
    root = written(tmp_path, "empty/notes.txt")
    for number, name in enumerate(("a/1.png", "b/2.png")):
        (written(root, name) / name).write_bytes(photo(shade=number))
    with pytest.raises(
        ClassFoldersError, match=r"class 'empty' can be used.*\(empty/notes.txt: not a photo that"
    ):
        read(root)


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    listing = FolderListing(written(tmp_path, "a/1.jpg"))
    (tmp_path / "a" / "1.jpg").unlink()
    with pytest.raises(PhotoRefusedError, match=r"cannot be read \(No such file or directory\)"):
        listing.read("a/1.jpg")


@pytest.mark.thorough
def test_reading_stops_at_the_next_photo(tmp_path: Path) -> None:
    """The threads that read ahead wait here until the caller has stopped; what is queued is never read."""
    names = [f"{number % 2}/{number}.png" for number in range(400)]
    for number, name in enumerate(names):
        (written(tmp_path, name) / name).write_bytes(photo(150 + number))
    stopped = Event()
    read_names: list[str] = []

    def make(name: str, _data: bytes, _picture: Image.Image) -> None:
        if name != "0/0.png":  # the first by path
            stopped.wait(60)
        read_names.append(name)

    def stop(_: float) -> None:
        stopped.set()
        raise StoppedError

    listing = FolderListing(tmp_path)
    with pytest.raises(StoppedError):
        read_class_photos(listing, list_class_files(listing), make, stop)
    assert len(read_names) < 100
