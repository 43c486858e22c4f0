"""Kappa read as copying: a planted share of copied answers is recovered, and given only where it holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stats.agreement.agreement_results import Agreement
from stats.agreement.copying import ALWAYS_RIGHT, NEGATIVE, copied_shares
from stats.agreement.error_consistency import error_consistency
from stats.agreement.kappa import kappa
from stats.secondary.observer_agreement import agreement_finding
from tests.stats.tables import table, trial_rows

PHOTOS = 4000


def copying(
    share: float, accuracy: float, alone: float, seed: int, photos: int = PHOTOS
) -> tuple[np.ndarray, np.ndarray]:
    """One who answers alone, and one who copies a share of it and else is right with a chance of `alone`."""
    rng = np.random.default_rng(seed)
    original = rng.random(photos) < accuracy
    return original, np.where(rng.random(photos) < share, original, rng.random(photos) < alone)


def agreement(first: np.ndarray, second: np.ndarray) -> Agreement:
    trials = table(
        *(
            trial_rows("model", [(name, f"photo{k}", int(bit)) for k, bit in enumerate(bits)])
            for name, bits in (("original", first), ("copy", second))
        )
    )
    (only,) = error_consistency(trials, resamples=200).agreements
    return only


@pytest.mark.sampled
@pytest.mark.parametrize("share", [0.1, 0.4, 0.8])
def test_a_planted_share_of_copied_answers_is_recovered_with_its_interval(share: float) -> None:
    measured = agreement(*copying(share, 0.7, 0.7, seed=1))
    assert measured.copying.share == pytest.approx(share, abs=0.05)
    assert measured.copying.low < share < measured.copying.high
    assert measured.copying.share == pytest.approx(measured.kappa, abs=0.01)


@pytest.mark.thorough
def test_it_is_said_in_words_beside_kappa() -> None:
    measured = agreement(*copying(0.4, 0.7, 0.7, seed=2))
    trials_of_pair = error_consistency(
        table(trial_rows("model", [(name, f"photo{k}", k % 3 % 2) for name in "ab" for k in range(30)])),
        resamples=20,
    )
    text = str(agreement_finding(trials_of_pair).tables)
    assert measured.copying.reason == ""
    assert "as if one copied 1.000 of the answers of the other" in text


@pytest.mark.thorough
def test_each_direction_is_recovered_where_accuracies_differ_and_no_single_share_is_given() -> None:
    """A copier who is at .5 where it answers alone is less accurate than the original, and the reverse."""
    worse = agreement(*copying(0.4, 0.9, 0.5, seed=3))
    better = agreement(*copying(0.4, 0.5, 0.95, seed=4))
    assert worse.copying.by_worse == pytest.approx(0.4, abs=0.05)
    assert better.copying.by_better == pytest.approx(0.4, abs=0.05)
    for measured in (worse, better):
        assert measured.copying.share is None
        assert measured.copying.low is None
        assert "accuracies differ" in measured.copying.reason


def test_a_negative_kappa_has_no_such_reading() -> None:
    first = np.random.default_rng(5).random(400) < 0.6
    measured = agreement(first, ~first)
    assert measured.kappa < -0.5
    assert (measured.copying.share, measured.copying.reason) == (None, NEGATIVE)


def test_nobody_can_tell_who_copies_from_one_who_is_always_right() -> None:
    measured = agreement(np.ones(60), np.random.default_rng(6).random(60) < 0.5)
    assert measured.kappa == pytest.approx(0)
    assert (measured.copying.share, measured.copying.reason) == (None, ALWAYS_RIGHT)


def test_an_interval_that_reaches_below_nothing_is_cut_off_there() -> None:
    for seed in range(20):
        measured = agreement(*copying(0.0, 0.7, 0.7, seed=seed, photos=100))
        if measured.copying.share is not None:
            assert measured.ci_low < 0
            assert measured.copying.low == 0
            break
    else:
        pytest.fail("no kappa was positive by chance")


chances = st.floats(0.05, 0.95)


@pytest.mark.thorough
@given(chances, chances, st.floats(0, 1))
def test_any_two_accuracies_and_any_kappa_from_0_on_can_come_from_either_copying(
    first: float, second: float, part: float
) -> None:
    """Shares lie in [0, 1], and so does the accuracy that the copier then has where it answers alone."""
    both = first * second + part * (min(first, second) - first * second)
    by_worse, by_better = (float(each) for each in copied_shares(*map(np.array, (both, first, second))))
    better, worse = max(first, second), min(first, second)
    for share, original, copier in ((by_worse, better, worse), (by_better, worse, better)):
        assert -1e-9 <= share <= 1 + 1e-9
        if share < 1 - 1e-6:
            assert -1e-6 <= (copier - share * original) / (1 - share) <= 1 + 1e-6


@pytest.mark.thorough
@given(chances, st.floats(0, 1))
def test_for_equal_accuracies_both_shares_are_kappa(accuracy: float, part: float) -> None:
    both = accuracy**2 + part * accuracy * (1 - accuracy)
    shares = copied_shares(*map(np.array, (both, accuracy, accuracy)))
    value = kappa(np.array(1 - 2 * accuracy + 2 * both), np.array(accuracy), np.array(accuracy))
    assert [float(share) for share in shares] == pytest.approx([float(value)] * 2)
