"""The evidence on real photos: what holds for planted squares must hold where people look, too."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attacker import (
    AttackerConfig,
    TrainedAttacker,
    attention_maps,
    learning_curve,
    measure_faithfulness,
    near_duplicate_groups,
    nuisance_baseline,
    predict,
    stability,
    train,
)
from attacker.photos.folder import Folder, read_folder

pytestmark = [pytest.mark.slow, pytest.mark.photos, pytest.mark.timeout(1200)]
CLASSES = 3
PER_CLASS = 120


@pytest.fixture(scope="module")
def sports(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Three classes of the folder that SWEETSPOT_PHOTOS names."""
    named = os.environ.get("SWEETSPOT_PHOTOS")
    if not named:
        pytest.skip("SWEETSPOT_PHOTOS names no folder of photos, one folder per class")
    root = tmp_path_factory.mktemp("linked")
    for folder in sorted(path for path in Path(named).iterdir() if path.is_dir())[:CLASSES]:
        (root / folder.name).mkdir()
        for photo in sorted(folder.iterdir())[:PER_CLASS]:
            (root / folder.name / photo.name).symlink_to(photo)
    return read_folder(root, seed=0)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def attackers(sports: Folder, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> list[TrainedAttacker]:
    return [
        train(
            AttackerConfig.quick(seed=seed, device="cpu"),
            sports.classes,
            sports.train,
            sports.validation,
            run_dir=tmp_path_factory.mktemp("run"),
            cache_dir=cache,
        )
        for seed in (0, 1)
    ]


@pytest.mark.parametrize("side", [0.75, 0.5, 0.4])
def test_crops_of_photos_are_grouped_with_them_and_photos_stay_apart(
    side: float, sports: Folder, tmp_path: Path
) -> None:
    photos = [example.path for example in sports.test]
    random, crops = np.random.default_rng(0), []
    for number, path in enumerate(photos):
        photo = Image.open(path).convert("RGB")
        size = [round(side * length) for length in photo.size]
        left, top = (
            int(random.integers(0, 1 + length - cut)) for length, cut in zip(photo.size, size, strict=True)
        )
        crops.append(tmp_path / f"{number}.jpg")
        photo.crop((left, top, left + size[0], top + size[1])).save(crops[-1], quality=80)
    groups = near_duplicate_groups([*photos, *crops])
    whole, cut = groups[: len(photos)], groups[len(photos) :]
    assert np.mean([answer == other for answer, other in zip(whole, cut, strict=True)]) > 0.93
    assert len(set(whole)) > 0.95 * len(photos)


def test_photos_are_recognised(attackers: list[TrainedAttacker], sports: Folder, cache: Path) -> None:
    for attacker in attackers:
        attacker.require_unseen(sports.test)
        assert predict(attacker, sports.test, cache_dir=cache).balanced_accuracy() > 0.85


def test_attention_is_faithful_and_stable_across_seeds(
    attackers: list[TrainedAttacker], sports: Folder, cache: Path
) -> None:
    maps = [attention_maps(attacker, sports.test, cache_dir=cache) for attacker in attackers]
    faithfulness = measure_faithfulness(attackers[0], sports.test, maps[0])
    assert faithfulness.is_faithful()
    assert stability(maps) > 0.5


def test_the_wrong_classs_attention_is_less_faithful(
    attackers: list[TrainedAttacker], sports: Folder, cache: Path
) -> None:
    other = [(example.label + 1) % CLASSES for example in sports.test]
    right, wrong = (
        measure_faithfulness(
            attackers[0], sports.test, attention_maps(attackers[0], sports.test, wanted, cache_dir=cache)
        )
        for wanted in ("true", other)
    )
    assert wrong.insertion.advantage < right.insertion.advantage
    assert wrong.deletion.advantage < right.deletion.advantage


def test_error_falls_with_more_photos_and_the_gain_is_bounded(sports: Folder, cache: Path) -> None:
    probe = replace(AttackerConfig.quick(device="cpu"), finetune_epochs=0)
    curve = learning_curve(
        probe, sports.classes, sports.train, sports.validation, cache_dir=cache, seeds=(0, 1, 2)
    )
    improvement = curve.improvement
    assert curve.errors[0].mean() > curve.errors[-1].mean()
    assert improvement.low <= improvement.gain <= improvement.high < 0.2


def test_files_tell_less_than_pixels(attackers: list[TrainedAttacker], sports: Folder, cache: Path) -> None:
    files = nuisance_baseline(sports.train, sports.test)
    assert files.accuracy < predict(attackers[0], sports.test, cache_dir=cache).balanced_accuracy() - 0.2


def test_shuffled_labels_leave_chance(sports: Folder, cache: Path, tmp_path: Path) -> None:
    config = AttackerConfig.quick(device="cpu", finetune_epochs=0, shuffle_labels=True)
    trained = train(
        config, sports.classes, sports.train, sports.validation, run_dir=tmp_path, cache_dir=cache
    )
    answers = predict(trained, sports.test, cache_dir=cache)
    error = (1 / CLASSES * (1 - 1 / CLASSES) / len(sports.test)) ** 0.5
    assert abs(answers.balanced_accuracy() - 1 / CLASSES) < 4 * error
