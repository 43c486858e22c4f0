"""Classes of very different size: a class of few photos has its whole share of the macro average."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from stats.inference.accuracy import Side, Threshold, accuracy
from stats.inference.accuracy_loss import loss_at
from stats.inference.clustered import photo_df
from stats.inference.estimates import Accuracy, Method
from stats.table.arrays import Answers
from stats.table.network_answers import network_answers

CLASSES = ("dribble", "dunk", "shoot")
FLOOR = Threshold(0.85, Side.ABOVE, alpha=0.05, conditional=False)
AT_THE_FLOOR = 2.14685  # log odds whose mean over people (SD .6) and photos (SD 1) is .85


def of_people(people: int, sizes: tuple[int, ...], rng: np.random.Generator) -> Answers:
    """Answers of people who all see all photos, with a true accuracy of .85 over new people and photos."""
    photos = sum(sizes)
    log_odds = AT_THE_FLOOR + rng.normal(0, 0.6, (people, 1)) + rng.normal(0, 1, (1, photos))
    right = rng.random((people, photos)) < special.expit(log_odds)
    return network_answers(right.astype(float), np.repeat(np.arange(len(sizes)), sizes), range(photos))


def all_right(people: int, sizes: tuple[int, ...]) -> Answers:
    photos = sum(sizes)
    return network_answers(np.ones((people, photos)), np.repeat(np.arange(len(sizes)), sizes), range(photos))


def studies(people: int, sizes: tuple[int, ...], runs: int) -> list[Accuracy]:
    rng = np.random.default_rng(1)
    return [accuracy(of_people(people, sizes, rng), FLOOR, CLASSES) for _ in range(runs)]


def test_the_truth_is_at_the_floor() -> None:
    spread = np.random.default_rng(0).normal(0, np.hypot(0.6, 1), 1_000_000)
    assert special.expit(AT_THE_FLOOR + spread).mean() == pytest.approx(0.85, abs=5e-4)


def test_two_photos_of_a_class_do_not_pass_for_a_hundred() -> None:
    """With J - K degrees of freedom 15 % of 2,000 studies reject at a nominal 5 %, and 85 % cover."""
    results = studies(18, (49, 49, 2), runs=400)
    assert {result.method for result in results} == {Method.CLUSTERED}
    assert np.mean([result.p <= 0.05 for result in results]) < 0.11
    assert np.mean([result.ci_low <= 0.85 <= result.ci_high for result in results]) > 0.92


def test_three_hundred_people_do_not_stand_for_the_only_photo_of_a_class() -> None:
    """With min(people, photos) units 15 % of these studies reject at a nominal 5 %, and 77 % cover."""
    results = studies(300, (150, 149, 1), runs=60)
    assert {result.method for result in results} == {Method.SMALLEST_SIDE}
    assert np.mean([result.p <= 0.05 for result in results]) <= 0.05
    assert np.mean([result.ci_low <= 0.85 <= result.ci_high for result in results]) >= 0.95


def test_where_all_are_right_the_only_photo_of_a_class_holds_the_bound_back() -> None:
    worth = 9 / (1 / 20 + 1 / 19 + 1)  # photos in classes of equal size
    result = accuracy(all_right(40, (20, 19, 1)), FLOOR, CLASSES)
    assert result.p == pytest.approx(0.85**worth)
    assert result.ci_low == pytest.approx(0.025 ** (1 / worth))
    even = accuracy(all_right(40, (10, 10, 10)), FLOOR, CLASSES)
    assert even.p == pytest.approx(0.85**30), "where classes are equally large every photo counts"


def test_so_it_does_for_the_loss() -> None:
    answers = all_right(40, (20, 19, 1))
    loss = loss_at(1, answers, answers, margin=0.1, alpha=0.05, categories=CLASSES)
    assert loss is not None
    assert loss.p == pytest.approx(0.9 ** (9 / (1 / 20 + 1 / 19 + 1)))


@pytest.mark.parametrize(("sizes", "df"), [((7, 7), 12.0), ((100, 100, 2), 1.083), ((34, 33, 33), 96.92)])
def test_the_degrees_of_freedom_between_photos(sizes: tuple[int, ...], df: float) -> None:
    assert photo_df(all_right(1, sizes)) == pytest.approx(df, abs=0.005)
