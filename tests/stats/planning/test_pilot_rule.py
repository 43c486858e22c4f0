"""The rule of a pilot: a posterior that means what it says, and the least attention that passes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from stats.errors import PilotRuleError
from stats.planning.pilot_rule import (
    PilotRule,
    Tally,
    choose,
    fewest_answers,
    highest_floor,
    probability_above,
)

RULE = PilotRule(floor=0.6, certainty=0.8, least_answers=6)
shares = st.floats(0.05, 0.95)


def tallies() -> st.SearchStrategy[Tally]:
    return st.integers(0, 30).flatmap(lambda n: st.builds(Tally, st.just(n), st.integers(0, n)))


@pytest.mark.thorough
@given(tallies(), shares)
def test_the_posterior_is_the_integral_of_the_likelihood_over_a_flat_prior(
    tally: Tally, floor: float
) -> None:
    def likelihood(p: float) -> float:
        return p**tally.right * (1 - p) ** tally.wrong

    above, everything = (integrate.quad(likelihood, low, 1, epsabs=0)[0] for low in (floor, 0.0))
    assert probability_above(tally, floor) == pytest.approx(above / everything, abs=1e-6)


def test_of_crops_that_pass_as_many_are_recognised_as_the_certainty_says() -> None:
    rng = np.random.default_rng(0)
    truth = rng.random(200_000)
    right = rng.binomial(6, truth)
    for k in (5, 6):
        says = probability_above(Tally(6, k), 0.6)
        assert (truth[right == k] > 0.6).mean() == pytest.approx(says, abs=0.01)
        assert says >= RULE.certainty


@pytest.mark.thorough
@given(shares, st.integers(1, 40))
def test_the_fewest_answers_are_those_that_just_pass(floor: float, answers: int) -> None:
    fewest = fewest_answers(floor, 0.8)
    assert probability_above(Tally(fewest, fewest), floor) >= 0.8 - 1e-9
    assert fewest == 1 or probability_above(Tally(fewest - 1, fewest - 1), floor) < 0.8
    assert probability_above(Tally(answers, answers), highest_floor(answers, 0.8)) >= 0.8


@pytest.mark.thorough
@given(st.lists(tallies(), max_size=3))
def test_the_window_taken_passes_and_all_with_less_attention_do_not(asked: list[Tally]) -> None:
    taken = choose(asked, RULE)
    assert not any(RULE.passes(tally) for tally in asked[:taken])
    assert taken is None or RULE.passes(asked[taken])


def test_a_planted_truth_is_recovered_with_enough_answers() -> None:
    """Three windows, of which people recognise 40, 75 and 95 %: the second is taken, whatever is drawn."""
    rng = np.random.default_rng(0)
    for _ in range(200):
        asked = [Tally(400, int(rng.binomial(400, share))) for share in (0.4, 0.75, 0.95)]
        assert choose(asked, RULE) == 1


def test_photos_that_few_recognise_are_dropped() -> None:
    rng = np.random.default_rng(0)
    dropped = [
        choose([Tally(6, int(rng.binomial(6, share))) for share in (0.2, 0.3)], RULE) is None
        for _ in range(500)
    ]
    assert np.mean(dropped) > 0.97


@pytest.mark.thorough
@given(shares, st.integers(6, 12))
def test_the_chance_to_pass_is_that_of_drawn_answers(share: float, answers: int) -> None:
    rng = np.random.default_rng(0)
    passed = [RULE.passes(Tally(answers, int(right))) for right in rng.binomial(answers, share, 2000)]
    assert RULE.chance_to_pass(share, answers) == pytest.approx(np.mean(passed), abs=0.05)


def test_right_answers_alone_do_not_pass_while_there_are_too_few() -> None:
    assert not RULE.passes(Tally(5, 5))
    assert RULE.passes(Tally(6, 6))


@pytest.mark.parametrize(
    ("floor", "certainty", "least_answers", "advice"),
    [
        (0.85, 0.8, 5, "ask for at least 9 answers, or lower the floor to 0.76"),
        (0.5, 0.99, 3, "ask for at least 6 answers, or lower the floor to 0.31"),
        (1.0, 0.8, 5, "floor must lie between 0 and 1"),
        (float("nan"), 0.8, 5, "floor must lie between 0 and 1"),
        (0.6, 0.0, 5, "certainty must lie between 0 and 1"),
        (0.6, 0.8, 0, "least_answers must be at least 1"),
    ],
)
def test_a_rule_that_nothing_could_pass_is_refused_with_advice(
    floor: float, certainty: float, least_answers: int, advice: str
) -> None:
    with pytest.raises(PilotRuleError, match=advice):
        PilotRule(floor, certainty, least_answers)
