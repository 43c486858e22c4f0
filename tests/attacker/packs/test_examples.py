"""Labelled examples of a pack: training photos, drawn by a seed, never of a group that is asked about."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from attacker.__main__ import main
from attacker.errors import DataError, LeakError
from attacker.example import Example
from attacker.packs.example_draw import Candidate, Draw, draw_examples
from attacker.packs.manifest import Manifest, PackedExample, PackedStimulus, PackError, read_manifest
from attacker.packs.pack_archive import manifest_of, opened
from attacker.packs.pack_key import pack_photos
from attacker.photos.decoding import content_hash
from attacker.photos.folder import read_folder
from tests.attacker import planted
from tests.attacker.commands.test_shell import folder, places

__all__ = ["folder", "places"]
CLASSES = ("dunk", "shoot")
NAME, OTHER = "00000000000000aa", "00000000000000bb"


def candidates(groups: int, copies: int = 1) -> list[Candidate]:
    return [
        Candidate(f"{name}-{group}-{copy}", label, f"{name}-{group}")
        for label, name in enumerate(CLASSES)
        for group in range(groups)
        for copy in range(copies)
    ]


def read(manifest: Manifest) -> Manifest:
    return read_manifest(manifest.json(), Path("pack.zip"))


def pixels_of(folder: Path, photos: tuple[Example, ...]) -> dict[str, int]:
    """Return the labels of photos by the hash under which a pack holds them."""
    pack_photos({"test": photos}, planted.CLASSES, "?", folder / "all.zip").write(folder / "all.json")
    key = json.loads((folder / "all.json").read_text())["photos"]
    return {each.sha256: key[each.name]["label"] for each in manifest_of(folder / "all.zip").stimuli}


@pytest.mark.thorough
def test_examples_are_training_photos_with_their_labels(folder: Path, tmp_path: Path) -> None:
    pack = tmp_path / "pack.zip"
    assert main(["pack", str(folder), "--out", str(pack), "--examples=2"]) == 0
    manifest, training = manifest_of(pack), read_folder(folder, 0).train
    labels = pixels_of(tmp_path, training)
    assert manifest.shots == 2
    for example in manifest.examples:
        assert labels[example.sha256] == example.choice
    with opened(pack) as photo_of:
        assert [content_hash(photo_of(each)) for each in manifest.examples] == [
            each.sha256 for each in manifest.examples
        ]
    assert "2 training photos of each class" in ZipFile(pack).read("README.txt").decode()


@pytest.mark.thorough
def test_the_same_seed_shows_the_same_photos_under_other_names(folder: Path, tmp_path: Path) -> None:
    shown, names = [], []
    for place, seed in enumerate((3, 3, 4)):
        out = tmp_path / f"{place}.zip"
        assert main(["pack", str(folder), "--out", str(out), "--examples=3", f"--examples-seed={seed}"]) == 0
        manifest = manifest_of(out)
        assert manifest.examples_seed == seed
        shown.append({each.sha256 for each in manifest.examples})
        names.append({each.name for each in manifest.examples})
    assert shown[0] == shown[1] != shown[2]
    assert not names[0] & names[1]


def test_a_training_photo_like_one_that_is_asked_about_makes_no_pack(folder: Path, tmp_path: Path) -> None:
    photos = read_folder(folder, 0)
    leaked = Example(photos.train[0].path, 0, photos.train[0].item, 0, photos.test[0].group)
    with pytest.raises(LeakError, match="is a near duplicate of a photo that is asked about"):
        pack_photos(
            {"test": photos.test}, planted.CLASSES, "?", tmp_path / "pack.zip",
            training=(leaked, *photos.train[1:]), draw=Draw(1),
        )  # fmt: skip
    assert not (tmp_path / "pack.zip").exists()


def test_near_duplicates_are_never_two_examples() -> None:
    for seed in range(50):
        drawn = draw_examples(candidates(groups=4, copies=3), Draw(3, seed), CLASSES, packed=())
        assert len({each.group for each in drawn}) == len(drawn) == 6


def test_each_photo_is_drawn_about_as_often_and_in_whatever_order_they_come() -> None:
    counts = dict.fromkeys((each.key for each in candidates(5)), 0)
    for seed in range(500):
        drawn = draw_examples(candidates(5), Draw(2, seed), CLASSES, packed=())
        assert drawn == draw_examples(reversed(candidates(5)), Draw(2, seed), CLASSES, packed=())
        for each in drawn:
            counts[each.key] += 1
    assert all(abs(count - 200) < 45 for count in counts.values())  # 4 standard errors


def test_too_few_training_photos_are_said_by_class() -> None:
    with pytest.raises(DataError, match="dunk has 4 groups of training photos, too few for 5 examples"):
        draw_examples(candidates(4), Draw(5), CLASSES, packed=())
    with pytest.raises(DataError, match="0 or more examples of each class, not -1"):
        Draw(-1)


def test_a_manifest_whose_example_is_a_stimulus_is_refused() -> None:
    stimuli = (PackedStimulus(NAME, "ff"),)
    examples = (PackedExample(NAME, "ff", 0), PackedExample(OTHER, "ee", 1))
    with pytest.raises(LeakError, match="shows the answers to 1 of its photos"):
        read(Manifest("p", "?", CLASSES, stimuli, examples=examples))


@pytest.mark.parametrize(
    "examples",
    [
        (PackedExample(NAME, "ff", 0),),  # none of the other class
        (PackedExample(NAME, "ff", 0), PackedExample(OTHER, "ee", 2)),  # there is no third
        (PackedExample("../../x", "ff", 0), PackedExample(OTHER, "ee", 1)),
        (PackedExample(OTHER, "ff", 0), PackedExample(NAME, "ee", 1)),  # an order that may tell something
    ],
)
def test_a_manifest_with_other_examples_than_packs_have_is_refused(
    examples: tuple[PackedExample, ...],
) -> None:
    with pytest.raises(PackError, match="not a manifest of the format"):
        read(Manifest("p", "?", CLASSES, (), examples=examples))


def test_a_manifest_without_choices_is_refused() -> None:
    with pytest.raises(PackError, match="not a manifest of the format"):
        read(Manifest("p", "?", (), ()))


def test_packs_from_before_there_were_examples_are_read() -> None:
    manifest = Manifest("p", "?", CLASSES, (PackedStimulus(NAME, "ff"),))
    older = json.loads(manifest.json())
    del older["examples"], older["examples_seed"]
    assert read_manifest(json.dumps(older).encode(), Path("pack.zip")) == manifest
