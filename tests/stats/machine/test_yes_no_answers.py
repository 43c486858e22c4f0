"""A network answers yes-no questions by its probabilities, at the threshold that is right most often."""

from __future__ import annotations

import numpy as np
import pytest

from stats.machine.yes_no_answers import says_yes, yes_no_accuracy

SHARPNESS = 1.3


def ideal_observer(classes: int, photos: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Log probabilities of one who knows how impressions arise: each class moves its own one."""
    rng = np.random.default_rng(seed)
    truth = np.repeat(np.arange(classes), photos)
    seen = rng.normal(size=(truth.size, classes)) + SHARPNESS * np.eye(classes)[truth]
    return SHARPNESS * seen, truth


def accuracy_at(threshold: float, logits: np.ndarray, truth: np.ndarray) -> float:
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    own = np.eye(logits.shape[1], dtype=bool)[truth]
    return float(((shares[own] > threshold).mean() + (shares[~own] <= threshold).mean()) / 2)


@pytest.mark.parametrize("classes", [2, 3, 6])
def test_no_other_threshold_is_right_more_often(classes: int) -> None:
    logits, truth = ideal_observer(classes, 4000, seed=classes)
    ours = yes_no_accuracy(logits, truth)
    assert ours == pytest.approx(accuracy_at(1 / classes, logits, truth))
    others = [accuracy_at(share, logits, truth) for share in np.linspace(0.02, 0.98, 97)]
    assert ours > max(others) - 0.004


def test_one_who_always_says_the_same_is_right_half_of_the_time() -> None:
    assert yes_no_accuracy(np.zeros((6, 3)), [0, 0, 0, 1, 1, 2]) == 0.5


def test_every_class_weighs_the_same_however_many_photos_it_has() -> None:
    sure = np.log([[0.98, 0.01, 0.01]])
    assert yes_no_accuracy(np.repeat(sure, 4, axis=0), [0, 0, 0, 1]) == pytest.approx((1 + 0.25) / 2)


def test_several_classes_may_seem_to_be_shown_and_none() -> None:
    assert says_yes(np.log([[0.45, 0.45, 0.1], [1 / 3, 1 / 3, 1 / 3]])).sum(axis=1).tolist() == [2, 0]
