from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import planted
import pytest

from attacker import load, train
from attacker.__main__ import config_of, main
from attacker.errors import ConfigError
from attacker.folder import read_folder

SETTINGS = [
    f"--set={name}={json.dumps(value)}"
    for name, value in vars(planted.tiny(head_epochs=2, finetune_epochs=1)).items()
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for label, name in enumerate(planted.CLASSES):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for number in range(15):
            planted.photo(label, number).save(tmp_path / "photos" / name / f"{number}.png")
    return tmp_path / "photos"


def test_train_evaluate_and_explain_from_the_shell(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = [str(folder), "--run", str(tmp_path / "run"), "--cache", str(tmp_path / "cache")]
    assert main(["train", *places, *SETTINGS]) == 0
    assert main(["evaluate", *places]) == 0
    assert main(["explain", *places]) == 0
    said = capsys.readouterr().out
    assert "validation accuracy" in said
    assert "balanced accuracy" in said
    with np.load(tmp_path / "run" / "attention.npz") as written:
        assert written["maps"].shape == (len(written["items"]), 28, 28)


def test_the_shell_and_the_library_train_the_same_attacker(folder: Path, tmp_path: Path) -> None:
    main(
        ["train", str(folder), "--run", str(tmp_path / "run"), "--cache", str(tmp_path / "cache"), *SETTINGS]
    )
    roles = read_folder(folder, 0)
    config = load(tmp_path / "run").config
    ours = train(config, roles.classes, roles.train, roles.validation, run_dir=tmp_path / "own")
    theirs = load(tmp_path / "run")
    assert ours.record.history == theirs.record.history


def test_what_goes_wrong_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", str(tmp_path / "nowhere")]) == 1
    assert capsys.readouterr().err.startswith("error: ")


def test_settings_are_laid_over_a_preset() -> None:
    config = config_of(False, ["seed=4", "architecture=resnet152", "finetune_depth=null"])
    assert (config.seed, config.architecture, config.finetune_depth) == (4, "resnet152", None)
    with pytest.raises(ConfigError, match="NAME=VALUE"):
        config_of(True, ["seed"])


def test_near_duplicates_of_a_folder_share_a_role(folder: Path) -> None:
    for number in range(5):
        planted.photo(0, number).resize((40, 40)).save(folder / "red" / f"copy-{number}.png")
    roles = read_folder(folder, 0)
    role_of = {
        Path(e.item).stem: role
        for role in ("train", "validation", "test")
        for e in getattr(roles, role)
        if e.item.startswith("red")
    }
    assert all(role_of[str(number)] == role_of[f"copy-{number}"] for number in range(5))
