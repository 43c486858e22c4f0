"""Error consistency: Cohen's kappa of correctness, its bounds, and undefined where it is undefined."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa

from stats.agreement.agreement_results import Agreement
from stats.agreement.error_consistency import error_consistency
from stats.agreement.kappa import kappa, kappa_bounds
from stats.figures import consistency_figure
from stats.secondary.observer_agreement import agreement_finding
from tests.stats.tables import table, trial_rows


def answers(agent_type: str, agent: str, correct: Iterable[float]) -> list[dict[str, object]]:
    return trial_rows(agent_type, [(agent, f"photo{k}", int(value)) for k, value in enumerate(correct)])


def of_pair(trials: pd.DataFrame, pair: str, **options: Any) -> Agreement:
    agreements = error_consistency(trials, **options).agreements
    return next(each for each in agreements if each.pair == pair)


def test_it_is_cohens_kappa_of_two_raters() -> None:
    rng = np.random.default_rng(0)
    first = rng.random(200) < 0.7
    second = np.where(rng.random(200) < 0.5, first, rng.random(200) < 0.6)
    agreement = of_pair(
        table(answers("model", "p", first), answers("model", "m", second)), "machine-machine", resamples=50
    )
    counts = pd.crosstab(first, second).to_numpy()
    assert agreement.kappa == pytest.approx(cohens_kappa(counts).kappa)
    assert agreement.bound_low <= agreement.kappa <= agreement.bound_high
    assert agreement.ci_low < agreement.kappa < agreement.ci_high
    assert agreement.n_pairs == 1
    assert (agreement.shared_least, agreement.shared_median) == (200, 200)


def test_copies_agree_and_strangers_do_not() -> None:
    rng = np.random.default_rng(1)
    first, stranger = rng.random(400) < 0.7, rng.random(400) < 0.7
    trials = table(
        answers("human", "a", first), answers("human", "copy", first), answers("model", "m", stranger)
    )
    copies = of_pair(trials, "human-human", resamples=20)
    assert copies.kappa == pytest.approx(1)
    assert (copies.ci_low, copies.ci_high) == (None, None)
    assert "do not vary" in copies.reason
    assert of_pair(trials, "human-machine", resamples=20).kappa == pytest.approx(0, abs=0.1)


def test_one_person_has_a_kappa_and_no_interval_for_others() -> None:
    right = np.random.default_rng(2).random((2, 60)) < 0.7
    trials = table(answers("human", "a", right[0]), answers("model", "m", right[1]))
    agreement = of_pair(trials, "human-machine", resamples=20)
    assert agreement.kappa is not None
    assert (agreement.ci_low, agreement.reason) == (None, "one person says nothing about others")
    figure = consistency_figure([agreement])
    assert any(line.get_label() == "human-machine" for line in figure.axes[0].lines)


def test_observers_without_errors_have_no_kappa_and_it_is_not_called_one() -> None:
    trials = table(
        answers("human", "a", [1] * 20), answers("human", "b", [1] * 20), answers("model", "m", [1, 0] * 10)
    )
    agreement = of_pair(trials, "human-human", resamples=20)
    assert agreement.kappa is None
    assert agreement.ci_low is None
    assert agreement.n_undefined == 1


def test_only_shared_photos_count() -> None:
    trials = table(answers("human", "a", [1, 0] * 10), answers("human", "b", [1, 0] * 10),
                   trial_rows("human", [("b", "elsewhere", 0)]),
                   answers("model", "m", [1, 1, 0, 0] * 5))  # fmt: skip
    assert of_pair(trials, "human-human", resamples=20).kappa == pytest.approx(1)


def coin(seed: int, size: int, chance: float = 0.7) -> np.ndarray:
    return np.random.default_rng(seed).random(size) < chance


def test_repeated_answers_are_averaged_and_counted_so_that_the_order_of_rows_says_nothing() -> None:
    """The last answer to a photo won: kappa was -.5 or +.5 by sorting. The kind: the order of rows."""
    trials = table(
        answers("human", "a", [1, 0, 1, 1]),
        answers("human", "b", [1, 0, 0, 0]),
        answers("human", "b", [0, 1]),
    )
    forward, backward = (
        error_consistency(rows, least_shared=4, resamples=20) for rows in (trials, trials[::-1])
    )
    assert forward == backward
    assert forward.repeated == 2
    first, second = np.array([1, 0, 1, 1]), np.array([0.5, 0.5, 0, 0])
    observed = (first * second + (1 - first) * (1 - second)).mean()
    assert forward.agreements[0].kappa == pytest.approx(kappa(observed, first.mean(), second.mean()))
    assert "2 answers repeat" in " ".join(agreement_finding(forward).paragraphs)


def test_pairs_that_share_few_photos_have_no_kappa_and_it_is_said_how_many_they_share() -> None:
    """Two people with one photo in common had a kappa of 0. The kind is an estimate from almost nothing."""
    trials = table(answers("human", "a", coin(0, 19)), answers("human", "b", coin(1, 19)))
    agreement = of_pair(trials, "human-human", resamples=20)
    assert (agreement.kappa, agreement.n_pairs, agreement.n_left_out) == (None, 0, 1)
    assert agreement.reason == "no pair shares 20 photos, at most 19"
    assert of_pair(trials, "human-human", least_shared=19, resamples=20).kappa is not None


def test_pairs_weigh_by_the_photos_that_they_share() -> None:
    a, long, short = coin(0, 400), coin(1, 400), coin(2, 30)
    trials = table(answers("human", "a", a), answers("model", "m", long), answers("model", "n", short))
    agreement = of_pair(trials, "human-machine", resamples=20)
    of_pairs = [cohens_kappa(pd.crosstab(a[: other.size], other).to_numpy()).kappa for other in (long, short)]
    assert agreement.kappa == pytest.approx(np.average(of_pairs, weights=[400, 30]))
    assert (agreement.n_pairs, agreement.shared_least, agreement.shared_median) == (2, 30, 215)


def test_photo_names_that_never_meet_are_asked_about() -> None:
    trials = table(answers("human", "a", coin(0, 30)), trial_rows("model", [("m", "other", 1)]))
    agreement = of_pair(trials, "human-machine", resamples=20)
    assert agreement.kappa is None
    assert agreement.reason == "they have no photo in common: do the names of the photos agree?"


def test_agreement_that_the_classes_difficulty_explains_is_none_within_classes() -> None:
    """Two strangers who both find one class easy and the other hard seem to copy each other overall."""
    easy, hard = (
        [trial_rows("human", [(who, f"{category}{k}", int(bit)) for k, bit in enumerate(bits)], 0, category)
         for who, bits in {"a": coin(seed, 300, chance), "b": coin(seed + 1, 300, chance)}.items()]
        for seed, chance, category in ((8, 0.95, "dunk"), (10, 0.3, "shoot"))
    )  # fmt: skip
    agreement = of_pair(table(*easy, *hard), "human-human", resamples=100)
    assert agreement.kappa > 0.3
    assert agreement.ci_low is not None
    assert agreement.within_class == pytest.approx(0, abs=0.1)
    assert agreement.within_low is None or agreement.within_low < 0 < agreement.within_high


def test_seeds_of_one_network_are_told_from_other_networks() -> None:
    """Three architectures were averaged as if they were seeds: the kind is a difference that a mean hides."""
    seeds = {"r1": coin(0, 60), "r2": coin(0, 60) ^ coin(9, 60, 0.1), "v1": coin(3, 60), "v2": coin(4, 60)}
    networks = table(*(answers("model", name, bits) for name, bits in seeds.items()))
    named = networks.assign(
        architecture=networks["agent_id"].map({"r1": "r", "r2": "r", "v1": "v", "v2": "v"})
    )
    consistency = error_consistency(named, resamples=20)
    assert {(each.networks, each.n_pairs) for each in consistency.agreements} == {
        ("r", 1), ("v", 1), ("different architectures", 4)
    }  # fmt: skip
    of_seeds = next(each for each in consistency.agreements if each.networks == "r")
    assert of_seeds.kappa > 0.6
    untold = agreement_finding(error_consistency(networks, resamples=20))
    assert "No column architecture" in " ".join(untold.paragraphs)


def test_people_without_an_architecture_may_stand_beside_networks_that_have_one() -> None:
    """As in the site's trials.csv, read from a file, where their cells are blank."""
    trials = table(answers("human", "a", coin(5, 60)), answers("model", "m", coin(6, 60)))
    named = trials.assign(architecture=np.where(trials["agent_type"] == "model", "r", ""))
    read_back = pd.read_csv(io.StringIO(named.to_csv(index=False)))
    kinds = {(each.pair, each.networks) for each in error_consistency(read_back, resamples=20).agreements}
    assert ("human-machine", "r") in kinds


def test_reliability_is_high_where_pairs_differ_truly_and_low_where_they_do_not() -> None:
    rng = np.random.default_rng(7)
    base = rng.random(400) < 0.7
    copying = [
        np.where(rng.random(400) < share, base, rng.random(400) < 0.7) for share in (1, 0.9, 0.5, 0.2, 0)
    ]
    strangers = [rng.random(400) < 0.7 for _ in range(5)]
    reliabilities = [
        of_pair(
            table(*(answers("human", str(place), bits) for place, bits in enumerate(people))),
            "human-human",
            resamples=5,
        ).reliability
        for people in (copying, strangers)
    ]
    assert reliabilities[0] > 0.9
    assert reliabilities[1] < 0.7


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_interval_of_kappa_covers_its_truth_over_new_people_and_new_photos() -> None:
    """People copy the machine's answer with a planted chance, which is kappa where all are alike."""
    truth, covered = 0.4, []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        networks = rng.random((4, 120)) < 0.7
        people = [np.where(rng.random(120) < truth, networks[0], rng.random(120) < 0.7) for _ in range(8)]
        trials = table(
            answers("model", "m", networks[0]),
            *(answers("human", str(n), bits) for n, bits in enumerate(people)),
        )
        agreement = of_pair(trials, "human-machine", resamples=300, seed=seed)
        covered.append(agreement.ci_low <= truth <= agreement.ci_high)
    assert 0.9 <= np.mean(covered) <= 1


@pytest.mark.thorough
@given(st.integers(2, 60), st.data())
def test_kappa_never_leaves_the_bounds_its_accuracies_allow(n: int, data: st.DataObject) -> None:
    bits = st.lists(st.booleans(), min_size=n, max_size=n)
    first, second = (np.array(data.draw(bits)) for _ in range(2))
    value = kappa((first == second).mean(), first.mean(), second.mean())
    low, high = kappa_bounds(first.mean(), second.mean())
    assert np.isnan(value) or low - 1e-9 <= value <= high + 1e-9
