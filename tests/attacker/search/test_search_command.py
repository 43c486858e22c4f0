"""`python -m attacker search`: on crops of training and validation photos, and of no test photo."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from PIL import Image

from attacker import Example, load_seeds
from attacker.__main__ import main
from attacker.errors import ConfigError
from attacker.photos.folder import Folder, read_folder
from attacker.search.attack_search import search
from attacker.search.centre_crops import centre_crops
from attacker.search.search_budget import Budget
from attacker.search.search_plan import SearchPlan
from tests.attacker import planted

SETTINGS = [
    f"--set={name}={json.dumps(value)}"
    for name, value in vars(planted.tiny(head_epochs=2, finetune_epochs=1)).items()
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for label, name in enumerate(planted.CLASSES):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for number in range(20):
            planted.photo(label, number, shape=(120, 120)).save(tmp_path / "photos" / name / f"{number}.png")
    return tmp_path / "photos"


def _crops(photos: Folder, place: Path) -> SearchPlan:
    roles = [centre_crops(role, [1, 0.5], place) for role in (photos.train, photos.validation)]
    return SearchPlan(planted.tiny(), photos.classes, *roles, levels=(1,))


def test_search_from_the_shell(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    places = [str(folder), "--run", str(tmp_path / "run"), "--cache", str(tmp_path / "cache")]
    command = [
        "search",
        *places,
        "--levels",
        "1",
        ".6",
        "--at",
        "1",
        "--budget",
        "3",
        "--seeds",
        "2",
        *SETTINGS,
    ]
    assert main(command) == 0
    printed = capsys.readouterr()
    assert re.search(
        r"level 1: the strongest of 3 recipes has \d+\.\d% on validation photos, today's", printed.out
    )
    assert re.search(
        r"level 1: on all training photos, 3 recipes: best .*, median .*, worst .* %", printed.out
    )
    assert "no test photo was used" in printed.out
    assert re.search(r"search: 100%\|.* left", printed.err)
    (root,) = (tmp_path / "run" / "level-1").glob("strongest-*")
    assert [run.config.seed for run in load_seeds(root)] == [0, 1]

    assert main(command) == 0  # once more: nothing is trained, the same is said
    assert capsys.readouterr().out == printed.out


@pytest.mark.thorough
def test_no_crop_of_a_test_photo_is_cut(folder: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    main(
        [
            "search",
            str(folder),
            "--run",
            str(run),
            "--levels",
            ".8",
            ".6",
            "--budget",
            "2",
            "--seeds",
            "0",
            *SETTINGS,
        ]
    )
    cut = {
        path.relative_to(run / "crops").as_posix().split("/", 1)[1] for path in (run / "crops").rglob("*.png")
    }
    photos = read_folder(folder, 0)
    assert cut == {f"{photo.item}.png" for photo in (*photos.train, *photos.validation)}
    assert json.loads((run / "search.json").read_text())["seen"] == ["train", "validation"]


@pytest.mark.thorough
def test_a_search_does_not_need_the_test_photos_at_all(folder: Path, tmp_path: Path) -> None:
    photos = read_folder(folder, 0)
    for photo in photos.test:
        photo.path.unlink()
    record = search(_crops(photos, tmp_path / "crops"), Budget(2), folder=tmp_path / "run")
    assert len(record.of(1, 1.0)) == 2


@pytest.mark.thorough
def test_a_crop_is_the_middle_of_the_photo_in_its_own_pixels(folder: Path, tmp_path: Path) -> None:
    photo = read_folder(folder, 0).train[0]
    whole, half = centre_crops([photo], [1, 0.5], tmp_path)
    assert (whole.path, whole.level, half.level, half.item) == (photo.path, 0, 1, photo.item)
    with Image.open(half.path) as crop, Image.open(photo.path) as source:
        assert crop.tobytes() == source.crop((30, 30, 90, 90)).tobytes()


def test_crops_that_show_nothing_are_left_out(tmp_path: Path) -> None:
    photos = []
    for number in range(3):
        picture = planted.photo(0, number, shape=(120, 120))
        if number < 2:
            picture.paste((255, 255, 255), (30, 30, 90, 90))
        picture.save(tmp_path / f"{number}.png")
        photos.append(Example(tmp_path / f"{number}.png", 0, f"{number}.png", 0, str(number)))
    crops = centre_crops(photos, [1, 0.4], tmp_path / "crops")
    assert [(crop.item, crop.level) for crop in crops] == [
        ("0.png", 0),
        ("1.png", 0),
        ("2.png", 0),
        ("2.png", 1),
    ]


@pytest.mark.parametrize("sides", [[], [0.5, 1], [1, 1], [1.5], [1, 0]])
def test_levels_that_are_no_sides_are_refused(sides: list[float], tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="levels must be sides of crops"):
        centre_crops([], sides, tmp_path)


@pytest.mark.parametrize("wrong", [["--budget", "1"], ["--levels", ".5", "1"], ["--set", "mixing=blend"]])
def test_what_cannot_be_used_is_said_before_photos_are_read(
    wrong: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["search", str(tmp_path / "nowhere"), *wrong]) == 1
    assert re.search(r"error: (a search tries|levels must be|mixing must be)", capsys.readouterr().err)
