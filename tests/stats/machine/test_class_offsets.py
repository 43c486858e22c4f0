from __future__ import annotations

import numpy as np
import pytest
from scipy.special import softmax

from stats import InputError
from stats.machine.calibration_error import expected_calibration_error
from stats.machine.class_offsets import class_offsets, corrected_accuracy


def _honest(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Logits whose labels are drawn from their own probabilities: calibrated by construction."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, 1.5, (n, 3))
    draws = [random.choice(3, p=row) for row in softmax(logits, axis=1)]
    return logits, np.array(draws)


def test_a_planted_bias_is_found() -> None:
    logits, labels = _honest(4000)
    bias = np.array([1.5, -0.5, -1.0])
    np.testing.assert_allclose(class_offsets(logits + bias, labels), -bias, atol=0.12)


def test_fair_logits_need_no_offsets() -> None:
    np.testing.assert_allclose(class_offsets(*_honest(4000, seed=1)), 0, atol=0.12)


def test_offsets_make_a_biased_attacker_stronger() -> None:
    logits, labels = _honest(2000)
    biased = logits + np.array([4.0, 0, 0])
    fixed = biased + class_offsets(biased, labels)
    assert (fixed.argmax(1) == labels).mean() > (biased.argmax(1) == labels).mean() + 0.1


def apart(photos: np.ndarray) -> list[str]:
    """Groups of photos of which no two are alike."""
    return [str(number) for number in range(len(photos))]


@pytest.mark.thorough
def test_the_accuracy_after_correction_is_that_on_photos_the_offsets_have_not_seen() -> None:
    logits, labels = _honest(2000)
    fair = corrected_accuracy(logits, labels, apart(labels))
    assert corrected_accuracy(logits + np.array([4.0, 0, 0]), labels, apart(labels)) == pytest.approx(
        fair, abs=1e-3
    )
    noise = np.random.default_rng(0).normal(size=(30, 3))
    chances = [
        corrected_accuracy(np.roll(noise, shift, axis=0), np.arange(30) % 3, apart(noise))
        for shift in range(10)
    ]
    assert np.mean(chances) < 0.4


@pytest.mark.thorough
def test_near_duplicates_are_not_fitted_on_and_judged_at_once() -> None:
    """Photos come in pairs of the same logits that say nothing: a twin's offsets would know the answer."""
    random = np.random.default_rng(2)
    labels = np.repeat([0, 1, 0, 1, 0, 1], 2)
    groups = [str(number // 2) for number in range(12)]
    differences = []
    for _ in range(200):
        logits = np.repeat(random.normal(0, 3, (6, 2)), 2, axis=0)
        alone = corrected_accuracy(logits[::2], labels[::2], groups[::2])
        differences.append(corrected_accuracy(logits, labels, groups) - alone)
    assert np.abs(differences).max() == 0
    with pytest.raises(InputError, match="11 groups for 12 photos"):
        corrected_accuracy(logits, labels, groups[1:])


def test_every_class_weighs_the_same_in_offsets_and_accuracy() -> None:
    """Nine in ten photos are of one class: calling everything so is no accuracy, and no offset rewards it."""
    labels = np.repeat([0, 1], [180, 20])
    logits = np.random.default_rng(0).normal(0, 1, (200, 2)) + 2.0 * np.eye(2)[labels]
    biased = logits + np.array([5.0, 0.0])
    assert class_offsets(biased, labels) == pytest.approx([-2.5, 2.5], abs=0.5)
    assert corrected_accuracy(biased, labels, apart(labels)) > 0.85


def test_a_class_that_validation_never_shows_keeps_a_finite_offset() -> None:
    offsets = class_offsets(np.zeros((10, 3)), np.array([0, 1] * 5))
    assert np.isfinite(offsets).all()
    assert offsets.mean() == pytest.approx(0)


@pytest.mark.thorough
def test_calibrated_predictions_have_no_calibration_error() -> None:
    logits, labels = _honest(20_000)
    assert expected_calibration_error(logits, labels) < 0.015
    assert expected_calibration_error(3 * logits, labels) > 0.1


def test_calibration_error_of_a_worked_example() -> None:
    logits = np.log([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.6, 0.4]])
    # two at .9, both right: gap .1; two at .6, one right: gap .1
    assert expected_calibration_error(logits, [0, 0, 0, 1]) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("logits", "labels"),
    [([[1.0, 2.0]], [0, 1]), ([[1.0, np.nan]], [0]), ([[1.0, 2.0]], [2]), (np.zeros((0, 2)), [])],
)
def test_what_fits_nothing_is_refused(logits: object, labels: object) -> None:
    with pytest.raises(InputError):
        class_offsets(logits, labels)
