"""How many independent photos a network's answers are worth, and whether intervals over them hold."""

from __future__ import annotations

import numpy as np
import pytest

from stats.inference import binomial
from stats.inference.balanced_accuracy import balanced_accuracy
from stats.inference.clustered import macro_mean
from stats.inference.independent_photos import independent_photos
from stats.table.network_answers import network_answers

ALPHA = 0.05


def photos_of(right: np.ndarray, labels: np.ndarray, groups: np.ndarray) -> float:
    answers = network_answers(right, labels, groups)
    return independent_photos(answers, macro_mean(answers), ALPHA)


def test_photos_of_their_own_in_equal_classes_are_all_independent() -> None:
    labels = np.repeat([0, 1, 2], 20)
    right = np.random.default_rng(0).random(60) < 0.7
    assert photos_of(right, labels, np.arange(60)) == pytest.approx(60)


def test_photos_of_one_source_are_worth_one_where_they_are_answered_alike() -> None:
    labels, groups = np.repeat([0, 1], 60), np.arange(120) // 6
    right = (np.random.default_rng(0).random(20) < 0.6)[groups]
    assert 10 < photos_of(right, labels, groups) < 24


def test_answers_that_are_all_right_are_worth_their_sources() -> None:
    labels, groups = np.repeat([0, 1], 600), np.repeat([0, 1], 600)
    assert photos_of(np.ones(1200), labels, groups) == 2


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("sizes", "shares"),
    [((200, 20), (0.98, 0.55)), ((400, 20), (0.95, 0.7)), ((60, 20, 20), (0.25, 0.5, 0.25))],
)
def test_the_interval_covers_where_classes_are_unequal(
    sizes: tuple[int, ...], shares: tuple[float, ...]
) -> None:
    """A rare class that is harder than the others: K^2 / sum 1/n_c photos alone would cover 92 % only."""
    random, labels = np.random.default_rng(1), np.repeat(np.arange(len(sizes)), sizes)
    covered = []
    for _ in range(2000):
        right = random.random(len(labels)) < np.repeat(shares, sizes)
        units = photos_of(right, labels, np.arange(len(labels)))
        low, high = binomial.interval(balanced_accuracy(right, labels), units, ALPHA)
        covered.append(low <= np.mean(shares) <= high)
    assert np.mean(covered) > 0.94


def test_balanced_accuracy_is_the_estimate_of_the_verdict() -> None:
    random = np.random.default_rng(2)
    right, labels = random.random((3, 50)) < 0.6, random.integers(0, 4, 50)
    networks = [balanced_accuracy(network, labels) for network in right]
    together = macro_mean(network_answers(right, labels, np.arange(50)))
    assert together.estimate == pytest.approx(np.mean(networks))
