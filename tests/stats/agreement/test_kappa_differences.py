"""Differences of kappa: none is seen where none is, a planted one is, and Holm counts them all."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from stats.agreement.error_consistency import error_consistency
from stats.agreement.kappa_differences import difference_test
from stats.agreement.kappa_resamples import mean_kappa, replicates
from stats.agreement.observer_pairs import Judged, Pairs
from stats.agreement.simulated_observers import Group, latent_correlation, simulated
from stats.decision.multiple_testing import holm
from stats.secondary.observer_agreement import agreement_finding
from tests.stats.tables import table, trial_rows


def groups(people: float, machine: float, *, n_people: int = 8, networks: int = 2) -> list[Group]:
    """People at .8, and networks at .7, with these kappas among people and between both."""
    shared = latent_correlation(people, 0.8, 0.8) ** 0.5
    with_networks = latent_correlation(machine, 0.8, 0.7) / shared
    own = 0.5 * (1 - with_networks**2) ** 0.5
    return [Group(n_people, 0.8, shared), Group(networks, 0.7, with_networks, own)]


def difference(sides: list[Judged], seed: int) -> tuple[float, float, float, float]:
    """Return estimate, bounds and p of people with networks less people among themselves."""
    people, networks = sides
    pairs = [Pairs.of(people, networks, 20), Pairs.of(people, people, 20)]
    every = [each.tallies(np.ones(people.classes.size), by_class=False) for each in pairs]
    mixed, among = (mean_kappa(each.overall, each.shared) for each in every)
    drawn = replicates(pairs, 200, np.random.default_rng(seed), by_class=False)
    result = difference_test(mixed - among, *drawn, units=(people.classes.size, len(people.seen)), alpha=0.05)
    assert result is not None
    return mixed - among, *result


def rejected(runs: int, people: float, machine: float, photos: int) -> float:
    """Return how often a difference is seen at .05."""
    planted = groups(people, machine)
    seen = [
        difference(simulated(planted, photos, np.random.default_rng(run)), run)[3] < 0.05
        for run in range(runs)
    ]
    return float(np.mean(seen))


@pytest.mark.thorough
def test_no_difference_is_rarely_seen() -> None:
    assert rejected(60, 0.3, 0.3, photos=100) <= 0.15


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_difference_is_seen_as_rarely_as_promised() -> None:
    assert 0.005 <= rejected(600, 0.3, 0.3, photos=100) <= 0.07


@pytest.mark.thorough
def test_a_planted_difference_is_seen_and_recovered() -> None:
    estimate, low, high, p = difference(simulated(groups(0.5, 0.1), 400, np.random.default_rng(0)), 0)
    assert estimate == pytest.approx(-0.4, abs=0.1)
    assert low < -0.4 < high < 0
    assert 0 < p < 0.001
    assert rejected(20, 0.5, 0.2, photos=200) > 0.8


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_interval_of_a_difference_covers_its_truth_over_new_people_networks_and_photos() -> None:
    covered = []
    for seed in range(300):
        _, low, high, _ = difference(simulated(groups(0.4, 0.2), 120, np.random.default_rng(seed)), seed)
        covered.append(low <= -0.2 <= high)
    assert 0.92 <= np.mean(covered) <= 1


def study(seed: int = 0) -> pd.DataFrame:
    """Six people, and two networks each of two architectures: one errs as people do, the other does not."""
    planted = [Group(6, 0.7, 0.8), Group(2, 0.7, 0.8, 0.3), Group(2, 0.7, 0.0, 0.7)]
    sides = simulated(planted, 300, np.random.default_rng(seed))
    kinds = ("human", ""), ("model", "alike"), ("model", "strange")
    return pd.concat(
        table(
            *(
                trial_rows(
                    kind, [(f"{architecture}{n}", f"photo{k}", int(bit)) for k, bit in enumerate(bits)]
                )
                for n, bits in enumerate(side.right)
            )
        ).assign(architecture=architecture)
        for side, (kind, architecture) in zip(sides, kinds, strict=True)
    )


@pytest.mark.thorough
def test_machines_are_compared_with_people_and_with_each_other_and_holm_counts_all() -> None:
    consistency = error_consistency(study(), resamples=200)
    alike, strange = "human-machine (alike)", "human-machine (strange)"
    differences = {(each.first, each.second): each for each in consistency.differences}
    assert set(differences) == {
        (alike, "human-human"), (strange, "human-human"), (alike, strange)
    }  # fmt: skip
    adjusted = holm([each.p for each in differences.values()])
    assert [each.p_holm for each in differences.values()] == pytest.approx(adjusted.tolist())
    assert differences[strange, "human-human"].p_holm < 0.01
    assert differences[alike, strange].p_holm < 0.01
    assert differences[alike, "human-human"].p > 0.05
    kappas = {each.name: each.kappa for each in consistency.agreements}
    assert differences[alike, strange].estimate == pytest.approx(kappas[alike] - kappas[strange])


@pytest.mark.thorough
def test_differences_are_printed_with_interval_and_both_p() -> None:
    finding = agreement_finding(error_consistency(study(), resamples=50))
    assert "corrected for all of them by Holm" in " ".join(finding.paragraphs)
    (printed,) = (each for each in finding.tables if each.caption.startswith("Differences of kappa"))
    assert printed.header == ("Level", "Pair", "Less", "Difference", "Interval", "p", "p, Holm")
    assert len(printed.rows) == 3


def test_one_person_is_compared_with_nobody() -> None:
    trials = study()
    lone = trials[(trials["agent_type"] == "model") | (trials["agent_id"] == "0")]
    assert error_consistency(lone, resamples=20).differences == ()


def test_what_both_kinds_share_cancels_out() -> None:
    """The same network twice has no difference from itself, whatever photos and people are drawn."""
    people, network = simulated(groups(0.4, 0.3), 100, np.random.default_rng(3))
    pairs = [Pairs.of(people, network, 20)] * 2
    drawn = replicates(pairs, 30, np.random.default_rng(0))
    assert drawn[0].overall == pytest.approx(drawn[1].overall)
    assert difference_test(0.0, *drawn, units=(100, 8), alpha=0.05) is None
