"""Power of tasks with two answers: d' is worth another accuracy in each, and pairs are what is sampled.

The check is a simulation of its own: people and networks get normal impressions of photos, and answer by the
rule of their task; nothing of the planner is used to draw them.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from stats import Criteria, CriteriaError
from stats.__main__ import main
from stats.decision.gates import sweet_levels
from stats.planning.other_studies.task_scales import Asked, accuracy_of, d_prime_of
from stats.planning.power_analysis import Design, power
from stats.planning.simulated_studies import Spread
from stats.planning.study_sizes import recommend
from stats.table.arrays import Answers, BoolArray, Coded, FloatArray

TWO_ANSWERS = (Asked.YES_NO, Asked.TWO_PHOTOS, Asked.SAME_DIFFERENT)
LOGITS_PER_PROBIT = 1.702  # the logistic curve that is nearest to the normal one
CLASSES = 3


def right(asked: Asked, sensitivity: FloatArray, rng: np.random.Generator, criterion: float) -> BoolArray:
    """Whether an observer without bias is right, from impressions drawn for each trial."""
    first = rng.random(sensitivity.shape) < 0.5  # signal, target left, or different
    here, there = rng.normal(size=(2, *sensitivity.shape))
    if asked is Asked.YES_NO:
        return (here + np.where(first, sensitivity, -sensitivity) / 2 > 0) == first
    if asked is Asked.TWO_PHOTOS:
        return (here + np.where(first, sensitivity, 0) > there + np.where(first, 0, sensitivity)) == first
    return (np.abs(here - there + np.where(first, sensitivity, 0)) > criterion) == first


def best_criterion(d_prime: float) -> float:
    """Of the differencing model, by trying many: the rates come from drawn impressions alone."""
    rng = np.random.default_rng(5)
    apart = np.abs(rng.normal(0, math.sqrt(2), 100_000)), np.abs(rng.normal(d_prime, math.sqrt(2), 100_000))
    tried = np.linspace(0.5, 4, 141)
    return float(max(tried, key=lambda k: float((apart[0] <= k).mean() + (apart[1] > k).mean())))


@pytest.mark.parametrize("asked", TWO_ANSWERS)
@pytest.mark.parametrize("d_prime", [0.5, 1.5, 3.0])
def test_an_accuracy_is_that_of_drawn_impressions(asked: Asked, d_prime: float) -> None:
    drawn = right(asked, np.full(200_000, d_prime), np.random.default_rng(1), best_criterion(d_prime))
    assert accuracy_of(d_prime, asked, CLASSES) == pytest.approx(drawn.mean(), abs=0.005)


@pytest.mark.parametrize("asked", Asked)
def test_accuracy_and_d_prime_are_inverse_and_begin_at_guessing(asked: Asked) -> None:
    assert accuracy_of(0.0, asked, CLASSES) == pytest.approx(asked.chance(CLASSES))
    assert d_prime_of(asked.chance(CLASSES), asked, CLASSES) == 0.0
    assert d_prime_of(accuracy_of(1.7, asked, CLASSES), asked, CLASSES) == pytest.approx(1.7, abs=1e-6)
    with pytest.raises(CriteriaError, match="d' must lie between"):
        accuracy_of(-0.1, asked, CLASSES)


def answers_of(
    asked: Asked, d_prime: float, seen: BoolArray, rng: np.random.Generator, sds: tuple[float, float]
) -> Answers:
    """Answers to the trials (observers, trials) that each sees, with d' of their own."""
    apart = d_prime + rng.normal(0, sds[0], (seen.shape[0], 1)) + rng.normal(0, sds[1], (1, seen.shape[1]))
    correct = right(asked, apart, rng, 0.0)
    who, what = np.nonzero(seen)
    return Answers(who, what, what, what // 2 % CLASSES, correct[seen].astype(float), np.ones(who.size))


@pytest.mark.thorough
@pytest.mark.parametrize("asked", [Asked.YES_NO, Asked.TWO_PHOTOS])
def test_the_power_is_that_of_studies_drawn_from_impressions(asked: Asked) -> None:
    """Two levels; people at d' 3.4 and 3.0, networks at 3.4 and 0.6, in the middle of people and photos."""
    people, trials, seeds, runs = 14, 60, 4, 300
    levels, photos = np.arange(2.0), trials * asked.photos_per_trial
    shrunk = 2.0 if asked is Asked.YES_NO else math.sqrt(2)  # z of the accuracy is d' by so much
    of_people, of_networks = (0.5, 0.6), (0.2, 0.6)
    middle = {"human": (3.4, 3.0), "machine": (3.4, 0.6)}
    turn = (np.arange(people)[:, None] + np.arange(trials)[None, :]) % 2
    criteria, rng = Criteria(floor=0.80), np.random.default_rng(11)
    supported = 0
    for _ in range(runs):
        humans = tuple(answers_of(asked, d, turn == n, rng, of_people) for n, d in enumerate(middle["human"]))
        everything = np.ones((seeds, trials), dtype=bool)
        machine = tuple(answers_of(asked, d, everything, rng, of_networks) for d in middle["machine"])
        supported += bool(sweet_levels(Coded(levels, ("a", "b", "c"), humans, machine), criteria))

    def planned(side: str, sds: tuple[float, float]) -> tuple[tuple[float, ...], Spread]:
        """Accuracies over all people and photos, and spreads in logits."""
        spread = math.hypot(shrunk, *sds) / shrunk  # photos and people that differ make a smaller d'
        logits = [LOGITS_PER_PROBIT * sd / shrunk for sd in sds]
        return tuple(accuracy_of(d / spread, asked, CLASSES) for d in middle[side]), Spread(*logits)

    (human, people_spread), (machine_share, seed_spread) = (
        planned("human", of_people),
        planned("machine", of_networks),
    )
    design = Design(human, machine_share, photos, seeds, None, CLASSES, people_spread, seed_spread, asked)
    (plan,) = power(design, [people], criteria=criteria, runs=runs, seed=3)
    assert 0.15 < supported / runs < 0.95  # else a comparison would tell little
    assert plan.any_level == pytest.approx(supported / runs, abs=0.1)  # 2.5 standard errors of the difference


@pytest.mark.thorough
def test_pairs_halve_what_is_sampled_and_cost_power() -> None:
    single = Design((0.97, 0.90), (0.96, 0.55), photos=80, seeds=4)
    pairs = Design((0.97, 0.90), (0.96, 0.55), photos=80, seeds=4, asked=Asked.TWO_PHOTOS)
    assert (single.trials, pairs.trials) == (80, 40)
    (whole,), (halved,) = (power(each, [12], runs=80, seed=2) for each in (single, pairs))
    assert halved.any_level < whole.any_level - 0.1
    plan = recommend(pairs, [5], [80], [4], runs=5)
    assert plan.sizes[0].answers == 5 * 40


def test_a_ceiling_that_guessing_reaches_and_an_accuracy_below_guessing_are_refused() -> None:
    design = Design((0.9, 0.9), (0.9, 0.5), photos=60, seeds=4, asked=Asked.SAME_DIFFERENT)
    with pytest.raises(CriteriaError, match="raise the ceiling"):
        power(design, [5], criteria=Criteria(ceiling=0.5), runs=1)
    with pytest.raises(CriteriaError, match=r"must not lie below 0\.5"):
        Design((0.9, 0.9), (0.9, 0.4), photos=60, seeds=4, asked=Asked.SAME_DIFFERENT)
    with pytest.raises(CriteriaError, match="or of pairs"):
        Design((0.9, 0.9), (0.9, 0.5), 60, 4, trials_per_person=31, asked=Asked.TWO_PHOTOS)


def test_the_command_takes_d_prime_and_says_what_it_is_worth(capsys: pytest.CaptureFixture[str]) -> None:
    sizes = ["--people", "6", "--photos", "60", "--runs", "5"]
    scaled = ["--human-d", "3.5,3", "--machine-d", "3,0.5"]
    assert main(["power", "--task", "two_photos", *scaled, *sizes]) == 0
    text = capsys.readouterr().out
    assert "guessing is right at .50" in text
    assert "60 photos make 30 pairs" in text
    assert "people 3.50, 3.00, machine 3.00, 0.50" in text
    assert main(["power", "--human", ".9,.8", *scaled, *sizes]) != 0
    assert "give --human or --human-d, not both" in capsys.readouterr().err
