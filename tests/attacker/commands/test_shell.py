from __future__ import annotations

import html
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attacker import load, train
from attacker.__main__ import main
from attacker.attention.body_segments import PARTS
from attacker.commands.arguments import config_of
from attacker.errors import ConfigError, DataError
from attacker.photos import landmarks
from attacker.photos.folder import read_folder
from attacker.photos.landmarks import JOINTS, Landmark, read_estimators, read_landmarks, write_landmarks
from tests.attacker import planted

SETTINGS = [
    f"--set={name}={json.dumps(value)}"
    for name, value in vars(planted.tiny(head_epochs=2, finetune_epochs=1)).items()
]
ONE_SEED = ["--seeds=1", *SETTINGS]
pytestmark = pytest.mark.thorough


def photo(label: int, seed: int) -> Image.Image:
    """A photo that is large enough to be accepted."""
    return planted.photo(label, seed, shape=(120, 120))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for label, name in enumerate(planted.CLASSES):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for number in range(15):
            photo(label, number).save(tmp_path / "photos" / name / f"{number}.png")
    return tmp_path / "photos"


@pytest.fixture
def places(folder: Path, tmp_path: Path) -> list[str]:
    return [str(folder), "--run", str(tmp_path / "run"), "--cache", str(tmp_path / "cache")]


@pytest.mark.everyday
def test_train_evaluate_and_explain_from_the_shell(
    places: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", *places, "--seeds=2", *SETTINGS]) == 0
    assert main(["evaluate", *places]) == 0
    assert main(["explain", *places]) == 0
    printed = capsys.readouterr()
    for seed in (0, 1):
        assert re.search(rf"seed {seed}: \w+ epoch \d, validation accuracy \d\.\d+", printed.out)
        assert re.search(rf"seed {seed}: \d\.\d+\n", printed.out)
    share = r"\d\.\d{3} \[\d\.\d{3}, \d\.\d{3}\]"
    assert re.search(rf"balanced accuracy {share} on \d+ photos \(mean of 2 seeds, SD \d\.\d+\)", printed.out)
    assert re.search(rf"all seeds together: {share}", printed.out)
    assert "with class offsets refitted on validation photos: " in printed.out
    assert re.search(r"seed \d: Attention is ", printed.out)
    assert re.search(r"maps of 2 seeds correlate at -?\d\.\d+", printed.out)
    for bar in ("train", "evaluate", "attention", "faithfulness"):
        assert f"{bar}: 100%" in printed.err


def test_evaluation_prints_baselines_that_see_no_subject(
    places: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["train", *places, *ONE_SEED])
    main(["evaluate", *places])
    assert "collections alone" not in capsys.readouterr().out
    photos = [path.relative_to(folder) for path in folder.glob("*/*.png")]
    rows = "".join(f"{photo},{photo},archive of {photo.parent}\n" for photo in photos)
    (folder / "sources.csv").write_text(f"photo,source,collection\n{rows}")
    assert main(["evaluate", *places]) == 0
    printed = capsys.readouterr().out
    on_test = rf"on {len(read_folder(folder, 0).test)} photos( \(worth \d\))?, chance 0.333"
    assert re.search(rf"files and colours alone: \d\.\d+ \[.*\] {on_test}", printed)
    assert re.search(rf"collections alone: 1\.000 \[.*\] {on_test}.*: above chance", printed)


def test_a_report_holds_maps_figures_pictures_and_a_page(places: list[str], tmp_path: Path) -> None:
    main(["train", *places, *ONE_SEED])
    main(["explain", *places])
    report, test = tmp_path / "run" / "attention", read_folder(Path(places[0]), 0).test
    with np.load(report / "maps.npz") as written:
        assert written["maps"].shape == (len(test), 28, 28)
        assert written["items"].tolist() == [example.item for example in test]
    figures = json.loads((report / "report.json").read_text())
    assert figures["photos"] == len(test)
    assert [row["class"] for row in figures["by_class_and_level"]] == sorted(planted.CLASSES)
    assert set(figures["faithfulness"]) == {
        "words",
        "faithful",
        "deletion",
        "insertion",
        "own_against_another",
    }
    page = (report / "report.html").read_text()
    assert figures["faithfulness"]["words"] in html.unescape(page)
    for picture in ("overlays.png", "mean-maps.png"):
        assert picture in page
        with Image.open(report / picture) as image:
            assert np.asarray(image).std() > 10


def test_a_transformer_is_explained_by_rollout_and_relevance_too(
    places: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["train", *places, *ONE_SEED, "--set", "architecture=timm:test_vit", "--set", "image_size=160"])
    for method, unit in (("rollout", "share of what is read"), ("relevance", "relevance")):
        assert main(["explain", *places, "--method", method]) == 0
        page = (tmp_path / "run" / f"attention-{method}" / "report.html").read_text()
        assert f"<th>{unit}<th>" in page
    assert not (tmp_path / "run" / "attention").exists()


def test_rollout_of_a_network_without_tokens_is_refused_in_one_line(
    places: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    main(["train", *places, *ONE_SEED])
    assert main(["explain", *places, "--method", "rollout"]) == 1
    assert "no rollout for this network" in capsys.readouterr().err


@pytest.mark.everyday
def test_landmarks_tell_which_part_of_the_body_is_attended(
    places: list[str], folder: Path, tmp_path: Path
) -> None:
    """Everybody's joints lie on one spot in a corner: nearly all of the attention is elsewhere."""
    corner = {name: Landmark(0.01, 0.01 + number / 1000) for number, name in enumerate(JOINTS)}
    photos = [str(path.relative_to(folder)) for path in folder.glob("*/*.png")]
    write_landmarks(folder / "landmarks.csv", dict.fromkeys(photos, corner))
    main(["train", *places, *ONE_SEED])
    assert main(["explain", *places, "--landmarks", str(folder / "landmarks.csv")]) == 0
    rows = json.loads((tmp_path / "run" / "attention" / "report.json").read_text())["by_part_of_the_body"]
    assert [row["part"] for row in rows] == [*PARTS] * 3
    elsewhere = [row["share"] for row in rows if row["part"] == "elsewhere" and row["photos"]]
    assert elsewhere
    assert min(elsewhere) > 0.9
    assert "<h2>Which part of the body" in (tmp_path / "run" / "attention" / "report.html").read_text()


def test_estimated_landmarks_are_written_into_the_folder_of_photos(
    places: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pose = {name: Landmark(0.5, number / 16) for number, name in enumerate(JOINTS)}
    monkeypatch.setattr(landmarks, "estimate_landmarks", lambda photos, _: {photos[0].item: pose})
    monkeypatch.setattr(landmarks, "estimator_name", lambda: "MediaPipe Pose 0.10")
    assert main(["landmarks", *places]) == 0
    assert "a person in 1 of 45 photos" in capsys.readouterr().out
    photos = [example.item for example in read_folder(folder, 0).train]
    assert list(read_landmarks(folder / "landmarks.csv", photos).values()) == [pose]
    assert list(read_estimators(folder / "landmarks.csv", photos).values()) == ["MediaPipe Pose 0.10"]


@pytest.mark.everyday
def test_a_benchmark_times_every_step(places: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["benchmark", *places, *SETTINGS]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in lines] == [
        "train, nothing cached",
        "train again, features cached",
        "load",
        "predict the test photos",
        "attention maps of the test photos",
    ]
    assert all(float(line.split()[-2]) > 0 for line in lines)


def test_a_run_on_photos_of_another_split_is_not_tested_on_what_it_learned(
    places: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    main(["train", *places, *ONE_SEED])
    for command in ("evaluate", "explain"):
        assert main([command, *places, "--split-seed", "9"]) == 1
        assert "were trained on" in capsys.readouterr().err


def test_the_shell_and_the_library_train_the_same_attacker(folder: Path, tmp_path: Path) -> None:
    main(
        ["train", str(folder), "--run", str(tmp_path / "run"), "--cache", str(tmp_path / "cache"), *ONE_SEED]
    )
    roles = read_folder(folder, 0)
    theirs = load(tmp_path / "run" / "seed-0")
    ours = train(theirs.config, roles.classes, roles.train, roles.validation, run_dir=tmp_path / "own")
    assert ours.record.history == theirs.record.history


@pytest.mark.everyday
def test_what_goes_wrong_is_one_line(
    places: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("no folder")
    wrong = {
        "no such folder": ["train", str(tmp_path / "nowhere")],
        "the seed of a split must be at least 0": ["train", *places, "--split-seed", "-1"],
        "the number of seeds must be at least 1": ["train", *places, *SETTINGS, "--seeds", "0"],
        "no folder for a run": ["train", *places, *SETTINGS, "--run", str(tmp_path / "file")],
        "no folder for a cache": ["train", *places, *SETTINGS, "--cache", str(tmp_path / "file")],
        "no finished run here": ["evaluate", *places, "--run", str(tmp_path / "file")],
    }
    for reason, arguments in wrong.items():
        assert main(arguments) == 1
        error = capsys.readouterr().err.splitlines()[-1]
        assert error.startswith("error: ")
        assert reason in error


def test_a_run_is_not_tested_on_other_classes(
    places: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["train", *places, *ONE_SEED])
    (folder / "red").rename(folder / "amber")
    for command in ("evaluate", "explain"):
        assert main([command, *places]) == 1
        assert "was trained on the classes blue, green, red, but" in capsys.readouterr().err


def test_a_class_without_photos_is_named(folder: Path) -> None:
    (folder / "violet").mkdir()
    (folder / "violet" / "notes.txt").write_text("to come")
    (folder / ".cache").mkdir()
    with pytest.raises(DataError, match=r"no photo of the class 'violet' can be used; .* or remove it"):
        read_folder(folder, 0)


def test_files_that_are_left_out_are_named_with_the_reason_and_litter_is_not(
    folder: Path, capsys: pytest.CaptureFixture[str], places: list[str]
) -> None:
    for name in ("moving.gif", "notes.txt", "Thumbs.db", ".hidden.png"):
        (folder / "red" / name).write_bytes(b"")
    photo(0, 99).save(folder / "red" / "scan.TIF", "TIFF")
    roles = read_folder(folder, 0)
    assert [entry.name for entry in roles.left_out] == ["red/moving.gif", "red/notes.txt"]
    assert "red/scan.TIF" in {example.item for example in (*roles.train, *roles.validation, *roles.test)}
    main(["train", *places, *ONE_SEED])
    assert "left out red/notes.txt: not a photo that can be read; use JPEG," in capsys.readouterr().out


@pytest.mark.everyday
def test_settings_are_laid_over_a_preset() -> None:
    config = config_of("quick", ["seed=4", "architecture=resnet152", "finetune_depth=null"])
    assert (config.seed, config.architecture, config.finetune_depth) == (4, "resnet152", None)
    with pytest.raises(ConfigError, match="NAME=VALUE"):
        config_of("full", ["seed"])
    with pytest.raises(ConfigError, match="seed must be a whole number, not 'abc'"):
        config_of("full", ["seed=abc"])


def test_a_group_is_named_by_its_photo_not_by_its_place(folder: Path, tmp_path: Path) -> None:
    def groups(root: Path) -> set[str]:
        roles = read_folder(root, 0)
        return {example.group for example in (*roles.train, *roles.validation, *roles.test)}

    copied, other = tmp_path / "copied", tmp_path / "other"
    shutil.copytree(folder, copied)
    for path in folder.rglob("*.png"):
        (other / path.parent.name).mkdir(parents=True, exist_ok=True)
        photo(planted.CLASSES.index(path.parent.name), 50 + int(path.stem)).save(
            other / path.relative_to(folder)
        )
    assert groups(folder) == groups(copied)
    assert not groups(folder) & groups(other)


def test_near_duplicates_of_a_folder_share_a_role(folder: Path) -> None:
    for number in range(5):
        photo(0, number).resize((130, 130)).save(folder / "red" / f"copy-{number}.png")
    roles = read_folder(folder, 0)
    role_of = {
        Path(e.item).stem: role
        for role in ("train", "validation", "test")
        for e in getattr(roles, role)
        if e.item.startswith("red")
    }
    assert all(role_of[str(number)] == role_of[f"copy-{number}"] for number in range(5))


def test_photos_of_one_source_share_a_role(folder: Path) -> None:
    photos = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.png"))
    sources = {photo: f"film {number // 3}" for number, photo in enumerate(photos)}
    (folder / "sources.csv").write_text(
        "photo,source\n" + "".join(f"{photo},{source}\n" for photo, source in sources.items())
    )
    roles = read_folder(folder, 0)
    seen = {role: {sources[e.item] for e in getattr(roles, role)} for role in ("train", "validation", "test")}
    assert not seen["train"] & (seen["validation"] | seen["test"])
    assert not seen["validation"] & seen["test"]
