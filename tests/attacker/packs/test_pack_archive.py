"""A pack gives away pixels and nothing else."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from attacker.errors import DataError
from attacker.example import Example
from attacker.packs.manifest import Manifest, PackError
from attacker.packs.pack_archive import file_of, manifest_of, unpack, write_pack
from attacker.packs.pack_key import PackKey, pack_photos, read_key
from tests.attacker import planted


@pytest.fixture
def photos(tmp_path: Path) -> list[Example]:
    """Photos whose files say in every place that they can what they show."""
    examples = []
    for label, name in enumerate(planted.CLASSES):
        for number in range(4):
            noted = PngImagePlugin.PngInfo()
            noted.add_text("class", name)
            path = tmp_path / f"{name}-{number}.png"
            planted.photo(label, number, shape=(130, 130)).save(path, pnginfo=noted)
            examples.append(Example(path, label, path.name, 0, f"group of {name} {number}"))
    return examples


def packed(photos: list[Example], path: Path) -> PackKey:
    return pack_photos({"validation": photos[::2], "test": photos[1::2]}, planted.CLASSES, "Colour?", path)


def test_neither_names_times_order_nor_metadata_tell_a_class(photos: list[Example], tmp_path: Path) -> None:
    key = packed(photos, tmp_path / "pack.zip")
    with zipfile.ZipFile(tmp_path / "pack.zip") as archive:
        infos = archive.infolist()
        contents = {info.filename: archive.read(info) for info in infos}
    stimuli = [info.filename for info in infos if info.filename.startswith("stimuli/")]
    assert stimuli == sorted(stimuli)
    assert len(stimuli) == 12
    assert {(info.date_time, info.external_attr, info.comment) for info in infos} == {
        ((2020, 1, 1, 0, 0, 0), infos[0].external_attr, b"")
    }
    for name in stimuli:
        assert _chunks(contents[name]) == {b"IHDR", b"IDAT", b"IEND"}
    manifest = json.loads(contents["manifest.json"])
    assert manifest.keys() == {
        "pack", "question", "choices", "stimuli", "format", "may_leave", "examples", "examples_seed",
    }  # fmt: skip
    assert manifest["examples"] == [], "nobody's label is given away unless somebody asks for examples"
    assert manifest["may_leave"] is False, "photos leave only where somebody says so"
    assert {frozenset(stimulus) for stimulus in manifest["stimuli"]} == {frozenset({"name", "sha256"})}
    assert [key.photos[Path(name).stem].label for name in stimuli] != sorted(
        photo.label for photo in key.photos.values()
    )


@pytest.mark.thorough
def test_another_pack_of_the_same_photos_has_other_names(photos: list[Example], tmp_path: Path) -> None:
    first, second = (packed(photos, tmp_path / name) for name in ("a.zip", "b.zip"))
    assert not first.photos.keys() & second.photos.keys()
    assert first.pack != second.pack


def test_the_pixels_are_those_of_the_photos(photos: list[Example], tmp_path: Path) -> None:
    key = packed(photos, tmp_path / "pack.zip")
    unpack(tmp_path / "pack.zip", tmp_path / "out")
    for name, photo in key.photos.items():
        with Image.open(tmp_path / "out" / f"{name}.png") as there, Image.open(tmp_path / photo.item) as here:
            assert np.array_equal(np.asarray(there), np.asarray(here))


def test_a_damaged_pack_is_refused(photos: list[Example], tmp_path: Path) -> None:
    packed(photos, tmp_path / "pack.zip")
    manifest = manifest_of(tmp_path / "pack.zip")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("manifest.json", manifest.json())
        for stimulus in manifest.stimuli:
            archive.writestr(file_of(stimulus), b"another photo")
    with pytest.raises(PackError, match="is damaged; take the pack again"):
        unpack(tmp_path / "other.zip", tmp_path / "out")
    for content in (b"no zip", b""):
        (tmp_path / "no.zip").write_bytes(content)
        with pytest.raises(PackError, match="not a whole prediction pack"):
            manifest_of(tmp_path / "no.zip")


def test_a_manifest_whose_names_leave_the_folder_is_refused(tmp_path: Path) -> None:
    content = (
        Manifest("p", "?", ("a",), ())
        .json()
        .replace(b'"stimuli": []', b'"stimuli": [{"name": "../../x", "sha256": "0"}]')
    )
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr("manifest.json", content)
    with pytest.raises(PackError, match="not a manifest of the format"):
        manifest_of(tmp_path / "bad.zip")


def test_a_photo_that_changed_after_freezing_is_never_packed(photos: list[Example], tmp_path: Path) -> None:
    packed(photos, tmp_path / "pack.zip")
    manifest = manifest_of(tmp_path / "pack.zip")
    with pytest.raises(PackError, match="has changed since the pack was frozen"):
        write_pack(tmp_path / "late.zip", manifest, lambda _: b"cut again")
    assert not (tmp_path / "late.zip").exists()


def test_a_key_belongs_to_one_pack(photos: list[Example], tmp_path: Path) -> None:
    packed(photos, tmp_path / "a.zip").write(tmp_path / "a.json")
    packed(photos, tmp_path / "b.zip")
    manifest = manifest_of(tmp_path / "a.zip")
    assert read_key(tmp_path / "a.json", manifest).photos.keys() == {each.name for each in manifest.stimuli}
    with pytest.raises(PackError, match="is the key of pack"):
        read_key(tmp_path / "a.json", manifest_of(tmp_path / "b.zip"))


def test_an_empty_pack_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="needs photos and a question"):
        pack_photos({"test": []}, planted.CLASSES, "Colour?", tmp_path / "pack.zip")


def _chunks(png: bytes) -> set[bytes]:
    """Return the kinds of parts that a PNG file has."""
    stream, kinds = io.BytesIO(png), set()
    stream.seek(8)
    while head := stream.read(8):
        kinds.add(head[4:])
        stream.seek(int.from_bytes(head[:4], "big") + 4, io.SEEK_CUR)
    return kinds
