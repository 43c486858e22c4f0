"""Baselines that see no subject: files and colours, collections, the shape of a mask."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.stats import binomtest

from attacker import Example, LeakError
from attacker.errors import DataError
from attacker.evaluation.baseline_classifier import classify, result_of
from attacker.evaluation.nuisance import collection_baseline, mask_baseline, nuisance_baseline


def _saved(folder: Path, first: int, per_class: int, *, quality: tuple[int, int]) -> list[Example]:
    """Grey noise photos of two classes, which differ in nothing but how they were compressed."""
    folder.mkdir()
    made = []
    for number in range(first, first + per_class):
        for label in (0, 1):
            path = folder / f"{label}-{number}.jpg"
            noise = np.random.default_rng([label, number]).integers(0, 255, (32, 32, 3), dtype=np.uint8)
            Image.fromarray(noise).save(path, quality=quality[label])
            made.append(Example(path, label, path.stem, 0, path.stem))
    return made


@pytest.mark.thorough
def test_classes_that_differ_in_compression_are_recognised_without_any_subject(tmp_path: Path) -> None:
    roles = [_saved(tmp_path / str(first), first, 25, quality=(60, 85)) for first in (0, 100)]
    result = nuisance_baseline(*roles)
    assert result.accuracy == 1.0
    assert result.is_above_chance()


@pytest.mark.thorough
def test_classes_that_differ_in_nothing_are_not(tmp_path: Path) -> None:
    roles = [_saved(tmp_path / str(first), first, 40, quality=(75, 75)) for first in (0, 100)]
    result = nuisance_baseline(*roles)
    assert abs(result.accuracy - result.chance) < 0.2
    assert result.p_value > 0.01


def test_a_mask_whose_shape_depends_on_the_class_is_an_artefact(tmp_path: Path) -> None:
    train, test = (_saved(tmp_path / str(first), first, 20, quality=(75, 75)) for first in (0, 100))
    random = np.random.default_rng(0)
    masks = [random.random((len(role), 6, 6)) for role in (train, test)]
    assert not mask_baseline(train, masks[0], test, masks[1]).is_above_chance(0.01)
    for role, mask in zip((train, test), masks, strict=True):
        mask[[e.label == 1 for e in role], :3] += 1
    assert mask_baseline(train, masks[0], test, masks[1]).accuracy > 0.95


def test_photos_of_one_source_are_not_counted_as_many() -> None:
    """Two sources that are recognised are two right answers, however many photos each of them has."""
    labels = np.repeat([0, 1], 600)
    features = np.stack([labels, 1 - labels], axis=1).astype(float)
    alone, together = (
        classify(features, labels, features, labels, groups)
        for groups in ([str(place) for place in range(1200)], [str(label) for label in labels])
    )
    assert alone.accuracy == together.accuracy == 1.0
    assert (alone.independent, together.independent) == (1200, 2)
    assert alone.low > 0.99
    assert together.low < 0.4
    assert together.p_value == pytest.approx(0.25)
    assert 0 < alone.p_value < 1e-300


def test_a_baseline_on_its_own_training_photos_is_a_leak(training: list[Example]) -> None:
    with pytest.raises(LeakError):
        nuisance_baseline(training, training[:1])


def _unlooked(first: int, count: int) -> list[Example]:
    """Examples of two classes in turn whose files nobody opens."""
    return [Example(Path("x"), n % 2, str(n), 0, str(n)) for n in range(first, first + count)]


def test_a_collection_that_holds_one_class_gives_it_away() -> None:
    train, test = _unlooked(0, 60), _unlooked(100, 60)
    archive = {0: "news archive", 1: "holiday photos"}
    collections = [[archive[example.label] for example in role] for role in (train, test)]
    result = collection_baseline(train, collections[0], test, collections[1])
    assert result.accuracy == 1.0
    assert result.is_above_chance()
    assert "above chance" in result.summary()


def test_collections_that_hold_all_classes_alike_tell_none() -> None:
    train, test = _unlooked(0, 400), _unlooked(1000, 400)
    collections = [
        np.random.default_rng(len(role)).choice(["a", "b", ""], 400).tolist() for role in (train, test)
    ]
    result = collection_baseline(train, collections[0], test, collections[1])
    assert result.low < 0.5 < result.high
    assert not result.is_above_chance(0.01)
    assert "not above chance" in result.summary()


def test_a_collection_without_training_photos_gives_nothing_away() -> None:
    train, test = _unlooked(0, 60), _unlooked(100, 60)
    result = collection_baseline(
        train, [f"{example.label}" for example in train], test, [f"new {example.label}" for example in test]
    )
    assert result.accuracy == 0.5


def test_collections_of_other_photos_or_of_none_are_refused() -> None:
    train, test = _unlooked(0, 4), _unlooked(100, 4)
    with pytest.raises(DataError, match="column collection"):
        collection_baseline(train, [""] * 4, test, ["a"] * 4)
    with pytest.raises(DataError, match="every photo needs a collection"):
        collection_baseline(train, ["a"] * 4, test, ["a"])
    with pytest.raises(LeakError):
        collection_baseline(train, ["a"] * 4, train, ["a"] * 4)


def test_an_unknown_collection_gives_nothing_away() -> None:
    """A table that was filled in for one class only, and half of it, would tell the class by its gaps."""
    train, test = _unlooked(0, 80), _unlooked(100, 80)
    for named in (2, 4):
        collections = [
            ["archive" if n % named == 0 else "" for n in range(len(role))] for role in (train, test)
        ]
        result = collection_baseline(train, collections[0], test, collections[1])
        assert result.accuracy == 0.5
        assert not result.is_above_chance()


def test_a_cue_of_a_rare_class_is_seen() -> None:
    """Guessing the commoner class is right in 85 %: that must not hide what the cue shows of the other."""
    random, labels = np.random.default_rng(0), np.repeat([0, 1], [340, 60])
    features = [(random.normal(size=400) + 1.2 * labels)[:, None] for _ in range(2)]
    result = classify(features[0], labels, features[1], labels, [str(n) for n in range(400)])
    assert result.low > 0.5
    assert result.is_above_chance()


def test_one_shoot_of_a_class_is_not_counted_as_many_photos() -> None:
    labels, groups = np.repeat([0, 1], [20, 200]), ["shoot"] * 20 + [str(n) for n in range(200)]
    result = result_of(labels == labels, labels, groups, 0.5)
    assert result.independent == pytest.approx(4 / (1 / 1 + 1 / 200))  # K^2 / sum 1/J_c
    assert not result.is_above_chance()
    assert "(worth 4)" in result.summary()


def test_the_interval_is_the_exact_one_over_all_photos_of_equal_classes() -> None:
    """15 of 20 photos of one class are recognised, 10 of 20 of the other: .625, as 25 of 40."""
    labels = np.repeat([0, 1], 20)
    answers = np.r_[np.repeat([0, 1], [15, 5]), np.repeat([1, 0], 10)]
    learned, given = np.eye(2)[labels], np.eye(2)[answers]
    result = classify(learned, labels, given, labels, [str(n) for n in range(40)])
    assert result.accuracy == pytest.approx(0.625)
    assert (result.low, result.high) == pytest.approx(binomtest(25, 40).proportion_ci(method="exact"))
    assert result.p_value == pytest.approx(binomtest(25, 40, alternative="greater").pvalue)
