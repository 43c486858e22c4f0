"""The difference between two groups of observers on the same photos, whoever the observers are."""

from __future__ import annotations

import numpy as np
import pytest

from stats.inference.clustered import macro_mean
from stats.inference.estimates import Gap
from stats.inference.paired import paired_gap
from stats.table.arrays import Answers, FloatArray

RNG_SEED = 5


def group(correct: FloatArray) -> Answers:
    """Answers of everyone to every photo, (agents, photos); photos take three classes in turn."""
    agent, photo = (index.ravel() for index in np.indices(correct.shape))
    return Answers(agent, photo, photo, photo % 3, correct.ravel(), np.ones(photo.size))


def drawn(agents: int, photos: int, accuracy: float, seed: int = RNG_SEED) -> Answers:
    return group((np.random.default_rng(seed).random((agents, photos)) < accuracy).astype(float))


def test_the_groups_may_change_places() -> None:
    first, second = drawn(6, 30, 0.9), drawn(4, 30, 0.6, seed=6)
    forward, backward = paired_gap(first, second, 0.05), paired_gap(second, first, 0.05)
    assert isinstance(forward, Gap)
    assert isinstance(backward, Gap)
    assert backward.estimate == pytest.approx(-forward.estimate)
    assert (backward.ci_low, backward.ci_high) == pytest.approx((-forward.ci_high, -forward.ci_low))
    assert (backward.n_first, backward.n_second) == (4, 6)


def test_a_group_that_is_compared_with_itself_differs_by_nothing_but_chance() -> None:
    networks = drawn(3, 30, 0.7)
    gap = paired_gap(networks, networks, 0.05)
    assert gap.estimate == 0
    assert gap.ci_low < 0 < gap.ci_high


def test_what_both_groups_find_hard_cancels() -> None:
    rng = np.random.default_rng(RNG_SEED)
    ease = rng.random(60)
    first, second = (group((rng.random((20, 60)) < ease).astype(float)) for _ in range(2))
    apart = sum(macro_mean(answers).variance for answers in (first, second))
    assert paired_gap(first, second, 0.05).se < 0.5 * np.sqrt(apart)


def test_a_single_observer_has_an_interval_only_where_it_may_be_taken_as_given() -> None:
    lone, several = drawn(1, 30, 0.6), drawn(5, 30, 0.9, seed=6)
    unknown = paired_gap(several, lone, 0.05)
    assert (unknown.se, unknown.ci_low, unknown.ci_high, unknown.conditional) == (None, -1, 1, False)
    given = paired_gap(several, lone, 0.05, second_conditional=True)
    assert given.conditional
    assert -1 < given.ci_low < given.estimate < given.ci_high
    both = paired_gap(lone, drawn(1, 30, 0.9, seed=6), 0.05, first_conditional=True, second_conditional=True)
    assert both.se > 0


def test_only_photos_that_both_judged_count() -> None:
    correct = np.ones((4, 30))
    correct[:, :15] = 0
    some = group(correct).where(group(correct).item >= 15)
    assert paired_gap(group(correct), some, 0.05).estimate == 0
    assert paired_gap(group(correct), some, 0.05).n_items == 15
    assert paired_gap(group(correct), some.where(some.item < 15), 0.05) is None
