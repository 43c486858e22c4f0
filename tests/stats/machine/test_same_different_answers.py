"""The machine's comparison of two photos: by a stated rule, than which none is right more often."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from scipy.special import softmax

from stats.machine.same_different_answers import same_different_accuracy, says_same


def drawn(seed: int, photos: int) -> tuple[np.ndarray, np.ndarray]:
    """Logits that are true log likelihoods of three equally common classes."""
    rng = np.random.default_rng(seed)
    truth = np.arange(photos) % 3
    return 1.2 * (rng.normal(size=(photos, 3)) + 1.2 * np.eye(3)[truth]), truth


def test_the_accuracy_is_that_of_all_comparisons_one_by_one() -> None:
    logits, truth = drawn(1, 24)
    same, different = [], []
    for first, second in permutations(range(24), 2):
        answered = same if truth[first] == truth[second] else different
        answered.append(bool(says_same(logits[first], logits[second])))
    expected = (np.mean(same) + 1 - np.mean(different)) / 2
    assert same_different_accuracy(logits, truth) == pytest.approx(expected)


@pytest.mark.thorough
def test_no_other_threshold_and_no_comparison_of_names_is_right_more_often() -> None:
    logits, truth = drawn(2, 1200)
    shares = softmax(logits, axis=1)
    alike, names = shares @ shares.T, logits.argmax(1)
    same = truth[:, None] == truth[None]
    off = ~np.eye(len(truth), dtype=bool)

    def accuracy(taken_for_same: np.ndarray) -> float:
        return float((taken_for_same[same & off].mean() + 1 - taken_for_same[~same].mean()) / 2)

    stated = same_different_accuracy(logits, truth)
    assert stated == pytest.approx(accuracy(alike > 1 / 3))
    assert all(stated > accuracy(alike > limit) - 0.003 for limit in (0.15, 0.25, 0.4, 0.5))
    assert stated >= accuracy(names[:, None] == names[None])


def test_a_network_that_tells_nothing_says_they_differ_and_is_right_half_of_the_time() -> None:
    flat = np.zeros((6, 2))
    assert not says_same(flat[0], flat[1])
    assert same_different_accuracy(flat, [0, 0, 0, 1, 1, 1]) == 0.5


def test_classes_of_one_photo_have_no_pair_of_the_same() -> None:
    assert same_different_accuracy(np.eye(2) * 9, [0, 1]) == 1.0
