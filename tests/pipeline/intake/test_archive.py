"""Folders and zip files, read with suspicion."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from attacker.photos import class_folders
from attacker.photos.acceptance import PhotoRefusedError
from attacker.photos.class_folders import ClassFile, list_class_files
from pipeline.intake import archive as intake_archive
from pipeline.intake import archive_rules
from pipeline.intake.archive import open_source
from pipeline.intake.archive_rules import ArchiveRefusedError, SourceRefusedError


def zipped(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path / "photos.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path / "photos.zip"


@pytest.mark.parametrize("enclosing", ["", "my photos/", "./"])
def test_a_zip_file_reads_like_the_folder_it_was_made_of(tmp_path: Path, enclosing: str) -> None:
    names = ("dunk/a.jpg", "shoot/b.jpg", "sources.csv", "readme.txt", ".DS_Store")
    entries = {f"{enclosing}{name}": name.encode() for name in names} | {"__MACOSX/x": b""}
    source = open_source(zipped(tmp_path, entries))
    assert list_class_files(source).files == (
        ClassFile("dunk/a.jpg", "dunk"),
        ClassFile("shoot/b.jpg", "shoot"),
    )
    assert source.read("shoot/b.jpg") == b"shoot/b.jpg"
    assert source.read("sources.csv") == b"sources.csv"


@pytest.mark.parametrize(
    "name", ["../evil.jpg", "/etc/evil.jpg", "a/../../evil.jpg", "C:/evil.jpg", "..\\evil.jpg"]
)
def test_places_outside_the_zip_file_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceRefusedError, match="outside itself"):
        open_source(zipped(tmp_path, {"a/ok.jpg": b"x", name: b"x"}))


def test_symbolic_links_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("dunk/link.jpg")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(SourceRefusedError, match="symbolic link"):
        open_source(path)


def test_one_very_compressible_file_is_refused_by_itself_before_it_is_unpacked(tmp_path: Path) -> None:
    source = open_source(zipped(tmp_path, {"dunk/bomb.jpg": bytes(5_000_000), "dunk/a.jpg": b"a"}))
    with pytest.raises(PhotoRefusedError, match="over 100 times its size"):
        source.read("dunk/bomb.jpg")
    assert source.read("dunk/a.jpg") == b"a"


def test_one_file_that_is_too_large_is_refused_by_itself_in_a_folder_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "photos" / "dunk"
    folder.mkdir(parents=True)
    (folder / "large.jpg").write_bytes(b"largest")
    (folder / "a.jpg").write_bytes(b"a")
    for module in (intake_archive, class_folders):
        monkeypatch.setattr(module, "MAXIMUM_FILE_BYTES", 6)
    for source in (
        open_source(tmp_path / "photos"),
        open_source(zipped(tmp_path, {"dunk/large.jpg": b"largest", "dunk/a.jpg": b"a"})),
    ):
        with pytest.raises(PhotoRefusedError, match="save it smaller"):
            source.read("dunk/large.jpg")
        assert source.read("dunk/a.jpg") == b"a"


def test_too_many_files_are_refused_in_a_zip_file_and_in_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_rules, "MAXIMUM_FILES", 2)
    few = {"dunk/a.jpg": b"a", "dunk/b.jpg": b"b"}
    assert open_source(zipped(tmp_path, few)).files == ["dunk/a.jpg", "dunk/b.jpg"]
    with pytest.raises(SourceRefusedError, match="holds 3 files; at most 2"):
        open_source(zipped(tmp_path, few | {"shoot/c.jpg": b"c"}))
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.jpg").write_bytes(b"x")
    (tmp_path / "photos.zip").unlink()
    with pytest.raises(SourceRefusedError, match="The folder holds 3 files; at most 2"):
        open_source(tmp_path)


@pytest.mark.parametrize(("place", "value", "reason"), [("flag", 1, "password"), ("data", 255, "damaged")])
def test_one_entry_that_cannot_be_unpacked_is_refused_alone(
    tmp_path: Path, place: str, value: int, reason: str
) -> None:
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("dunk/a.jpg", b"A" * 50)
        archive.writestr("dunk/b.jpg", b"B")
    data = bytearray(path.read_bytes())
    if place == "flag":  # encrypted, in the header of the file and in the directory
        data[6] = data[data.index(b"PK\x01\x02") + 8] = value
    else:
        data[60] = value
    path.write_bytes(bytes(data))
    source = open_source(path)
    with pytest.raises(PhotoRefusedError, match=reason):
        source.read("dunk/a.jpg")
    assert source.read("dunk/b.jpg") == b"B"


def test_a_missing_path_and_a_wrong_file_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SourceRefusedError, match="one folder per class"):
        open_source(tmp_path / "nowhere")
    (tmp_path / "photo.jpg").write_bytes(b"x")
    with pytest.raises(ArchiveRefusedError, match="no zip file that can be read whole"):
        open_source(tmp_path / "photo.jpg")
