"""Names in zip files: UTF-8 is seen whether stated or not, another encoding is asked about, never guessed."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from pipeline.intake.archive import open_source
from pipeline.intake.name_encodings import UnknownNamesError
from tests.pipeline.intake.odd_zip import zipped_bytes


def test_utf8_is_seen_though_the_file_does_not_state_it(tmp_path: Path) -> None:
    names = ["Fußball/1.jpg", "Tänzer/2.jpg"]
    assert open_source(zipped_bytes(tmp_path, [name.encode() for name in names])).files == names


def test_another_encoding_is_asked_about_with_what_each_would_read(tmp_path: Path) -> None:
    path = zipped_bytes(tmp_path, [name.encode("cp932") for name in ("走る/1.jpg", "泳ぐ/2.jpg")])
    with pytest.raises(UnknownNamesError, match="Choose the one that reads them rightly") as asked:
        open_source(path)
    assert asked.value.readings["cp932"] == ["泳ぐ", "走る"]
    assert open_source(path, "cp932").files == ["走る/1.jpg", "泳ぐ/2.jpg"]


def test_an_encoding_that_cannot_read_the_names_is_refused(tmp_path: Path) -> None:
    path = zipped_bytes(tmp_path, [name.encode("cp932") for name in ("走る/1.jpg", "泳ぐ/2.jpg")])
    with pytest.raises(UnknownNamesError):
        open_source(path, "utf-8")


def test_names_that_the_file_states_need_no_choice(tmp_path: Path) -> None:
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("走る/1.jpg", b"x")
        archive.writestr("Fußball/2.jpg", b"x")
    assert open_source(path, "cp1252").files == ["走る/1.jpg", "Fußball/2.jpg"]


def test_the_unicode_name_that_info_zip_writes_beside_an_old_one_counts(tmp_path: Path) -> None:
    old, name = "Fu?ball/1.jpg".encode("cp850").replace(b"?", b"\xe1"), "Fußball/1.jpg"
    field = struct.pack("<BL", 1, zlib.crc32(old)) + name.encode()
    extra = struct.pack("<HH", 0x7075, len(field)) + field
    assert open_source(zipped_bytes(tmp_path, [old], extra)).files == [name]
