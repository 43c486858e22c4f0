"""The machine's choice between two photos: the surer one, no better rule, ties by a stated rule."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from stats.errors import InputError
from stats.machine.two_photo_answers import chooses_second, log_odds, two_photo_accuracy


def drawn(
    seed: int, photos: int = 400, classes: int = 3, shift: float = 1.2
) -> tuple[np.ndarray, np.ndarray]:
    """Logits that are true log likelihoods: impressions with unit noise about their class's own direction."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(classes, size=photos)
    seen = rng.normal(size=(photos, classes)) + shift * np.eye(classes)[truth]
    return shift * seen, truth


@pytest.mark.thorough
def test_the_accuracy_is_that_of_all_choices_one_by_one() -> None:
    logits, truth = drawn(1, photos=40)
    right: dict[tuple[int, int], list[float]] = {}
    for target, foil in product(range(40), repeat=2):
        if truth[target] != truth[foil]:
            chosen = not chooses_second(logits[target], logits[foil], truth[target])
            right.setdefault((truth[target], truth[foil]), []).append(float(chosen))
    expected = np.mean([np.mean(of_two) for of_two in right.values()])
    assert two_photo_accuracy(logits, truth) == pytest.approx(expected)


def test_no_other_rule_on_the_probabilities_is_right_more_often() -> None:
    logits, truth = drawn(2, photos=1500)
    rng = np.random.default_rng(3)
    targets = rng.integers(1500, size=20_000)
    foils = rng.integers(1500, size=20_000)
    differ = truth[targets] != truth[foils]
    targets, foils = targets[differ], foils[differ]
    asked = truth[targets]

    def share_right(scores: np.ndarray) -> float:
        return float((scores[targets, asked] > scores[foils, asked]).mean())

    largest = logits == logits.max(axis=1, keepdims=True)
    by_name = largest[targets, asked] * 1.0 - largest[foils, asked]
    assert share_right(log_odds(logits)) > share_right(logits) + 0.005
    assert share_right(log_odds(logits)) > ((by_name + 1) / 2).mean() + 0.01


def test_a_network_that_tells_nothing_is_right_half_of_the_time() -> None:
    constant = np.tile([2.0, 1.0, 0.0], (30, 1))
    assert two_photo_accuracy(constant, [0, 1, 2] * 10) == 0.5
    assert not chooses_second(constant[0], constant[1], 1)  # a tie: the first


def test_two_photos_of_which_a_network_is_sure_still_differ() -> None:
    sure, surer = [60.0, 0.0], [70.0, 0.0]
    assert chooses_second(sure, surer, 0)
    assert not chooses_second(surer, sure, 0)


def test_photos_of_one_class_give_no_choice() -> None:
    assert two_photo_accuracy([[1.0, 0.0]], [0]) == 0.5


def test_what_cannot_be_read_is_refused() -> None:
    with pytest.raises(InputError):
        two_photo_accuracy([[1.0, np.nan]], [0])
