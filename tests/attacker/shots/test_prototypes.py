"""Nearest class means: they find planted classes, and draws are different, fair and come again."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from attacker.errors import ConfigError
from attacker.shots.prototypes import draws, prototype_logits

CLASSES, SIZE = 4, 32


def planted(per_class: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Features behind a ReLU: a large part that all share, and a small part that tells the class."""
    random = np.random.default_rng(seed)
    labels = np.repeat(np.arange(CLASSES), per_class)
    own = np.eye(CLASSES, SIZE)[labels]
    return np.float32(np.maximum(5 + own + noise * random.normal(size=(len(labels), SIZE)), 0)), labels


def accuracy(shots: int, noise: float, seed: int) -> float:
    shown, labels = planted(shots, noise, seed)
    asked, right = planted(200, noise, seed + 1000)
    return float((prototype_logits(shown, labels, asked).argmax(axis=1) == right).mean())


def test_classes_that_one_example_tells_apart_are_all_found() -> None:
    assert accuracy(shots=1, noise=0.02, seed=0) == 1.0


def test_more_examples_are_a_stronger_attack_and_noise_alone_is_chance() -> None:
    by_shots = [np.mean([accuracy(shots, 0.5, seed) for seed in range(20)]) for shots in (1, 4, 16)]
    assert by_shots[0] + 0.1 < by_shots[1] < by_shots[2] - 0.05
    assert np.mean([accuracy(4, 1000.0, seed) for seed in range(20)]) == pytest.approx(0.25, abs=0.03)


def test_neither_length_nor_a_shift_of_all_features_changes_an_answer() -> None:
    (shown, labels), (asked, _) = planted(4, 0.3, 1), planted(50, 0.3, 2)
    logits = prototype_logits(shown, labels, asked)
    assert prototype_logits(shown + 3, labels, asked + 3) == pytest.approx(logits, abs=2e-3)
    assert prototype_logits(2 * shown, labels, 2 * asked) == pytest.approx(logits, abs=1e-4)


def test_draws_differ_and_the_same_seed_draws_the_same() -> None:
    labels = [0] * 6 + [1] * 6
    drawn = draws(labels, 2, 50, seed=3)
    assert drawn == draws(labels, 2, 50, seed=3) != draws(labels, 2, 50, seed=4)
    assert len({tuple(each) for each in drawn}) == 50
    for each in drawn:
        assert Counter(labels[place] for place in each) == {0: 2, 1: 2}


def test_each_example_is_drawn_about_as_often() -> None:
    counts = Counter(place for seed in range(600) for place in draws([0] * 6 + [1] * 6, 2, 1, seed)[0])
    assert all(abs(counts[place] - 200) < 47 for place in range(12))  # 4 standard errors


@pytest.mark.parametrize(
    ("shots", "count", "problem"),
    [
        (0, 1, "show 1 to 2, at least once"),
        (3, 1, "show 1 to 2, at least once"),
        (1, 0, "show 1 to 2, at least once"),
        (2, 2, "allow 1 draws of 2, not 2: freeze a pack with more"),
        (1, 5, "allow 4 draws of 1, not 5"),
    ],
)
def test_draws_that_cannot_be_are_refused(shots: int, count: int, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        draws([0, 0, 1, 1], shots, count, seed=0)
    assert len(draws([0, 0, 1, 1], 1, 4, seed=0)) == 4, "as many as there are can all be drawn"


def test_a_pack_without_examples_has_no_draw() -> None:
    with pytest.raises(ConfigError, match="holds 0 examples of each class"):
        draws([], 1, 1, seed=0)
