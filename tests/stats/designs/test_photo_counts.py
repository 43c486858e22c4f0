"""Counts by photo: planted accuracies, gaps and agreement come back; what needs people is not computed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import special

from stats import TableError, verdict
from stats.__main__ import main
from stats.decision.criteria import Criteria
from stats.decision.from_counts import verdict_from_counts
from stats.designs.photo_counts import photo_counts
from stats.planning.simulated_studies import simulate

CLASSES = ("dribble", "dunk", "shoot")
BY_PHOTO = ["agent_type", "item_id", "category", "crop_level"]


def counts(seed: int, agreement: float = 1.0, answers: int = 40, photos: int = 120) -> pd.DataFrame:
    """People at .8 and the machine at .5 on photos whose ease they share in part, forty answers to each."""
    rng = np.random.default_rng(seed)
    shared = rng.normal(0, 1, photos)
    tables = []
    for kind, centre in (("human", 1.63), ("model", 0.0)):
        ease = agreement * shared + np.sqrt(1 - agreement**2) * rng.normal(0, 1, photos)
        right = rng.binomial(answers, special.expit(centre + ease))
        columns = {"item_id": [f"photo{j}" for j in range(photos)], "n_correct": right}
        tables.append(pd.DataFrame(columns).assign(agent_type=kind, n=answers))
    table = pd.concat(tables, ignore_index=True)
    number = table["item_id"].str.removeprefix("photo").astype(int)
    return table.assign(category=np.array(CLASSES)[number % 3], crop_level=1)


def truth(centre: float) -> float:
    return float(special.expit(centre + np.random.default_rng(0).normal(0, 1, 200_000)).mean())


@pytest.mark.thorough
def test_planted_accuracies_and_their_difference_are_covered_over_new_photos() -> None:
    covered = []
    for seed in range(40):
        result = photo_counts(counts(seed), resamples=2)
        people, machine = result.accuracies
        gap = result.gaps[0]
        covered.append(
            [
                people.ci_low < truth(1.63) < people.ci_high,
                machine.ci_low < truth(0.0) < machine.ci_high,
                gap.ci_low < truth(1.63) - truth(0.0) < gap.ci_high,
            ]
        )
    assert np.mean(covered, axis=0) == pytest.approx(0.95, abs=0.08)


def test_the_gap_is_narrower_where_the_same_photos_are_hard() -> None:
    paired, apart = (photo_counts(counts(1, agreement), resamples=2).gaps[0] for agreement in (1.0, 0.0))
    assert paired.ci_high - paired.ci_low < 0.7 * (apart.ci_high - apart.ci_low)


@pytest.mark.parametrize("agreement", [0.0, 1.0])
def test_agreement_about_photos_comes_back_up_to_its_reliability(agreement: float) -> None:
    gap = photo_counts(counts(2, agreement), resamples=300).gaps[0]
    assert gap.correlation is not None
    assert gap.correlation_low is not None
    assert gap.correlation_high is not None
    assert gap.people_reliability is not None
    assert gap.machine_reliability is not None
    attenuated = agreement * np.sqrt(gap.people_reliability * gap.machine_reliability)
    assert gap.correlation_low < attenuated + 0.05
    assert gap.correlation_high > attenuated - 0.05
    few = photo_counts(counts(2, agreement, answers=4), resamples=2).gaps[0]
    assert few.people_reliability is not None
    assert few.people_reliability < gap.people_reliability - 0.2


def test_counts_of_trials_give_the_accuracy_of_the_trials() -> None:
    rng = np.random.default_rng(3)
    trials = simulate([0.9, 0.7], rng, n_agents=12, n_items=60)
    by_photo = trials.groupby(BY_PHOTO)["correct"].agg(n_correct="sum", n="size").reset_index()
    result = photo_counts(by_photo)
    levels = verdict(trials).levels
    assert [of.estimate for of in result.accuracies] == pytest.approx(
        [level.human.estimate for level in levels if level.human]
    )
    assert result.gaps == ()


def test_everybody_right_has_an_interval_all_the_same() -> None:
    table = counts(4).assign(n_correct=40)
    people = photo_counts(table, resamples=2).accuracies[0]
    assert (people.estimate, people.ci_high) == (1.0, 1.0)
    assert people.ci_low < 1
    assert photo_counts(table, resamples=2).gaps[0].correlation is None


def test_a_verdict_from_counts_that_tell_people_and_photos_is_that_of_the_trials() -> None:
    rng = np.random.default_rng(5)
    people = simulate([0.97, 0.95], rng, n_agents=20, n_items=90)
    networks = simulate([0.95, 0.4], rng, agent_type="model", n_agents=4, n_items=90, crossed=True)
    trials = pd.concat([people, networks])
    names = ["agent_type", "agent_id", "item_id", "category", "crop_level"]
    table = trials.groupby(names)["correct"].agg(n_correct="sum", n="size").reset_index()
    from_counts, of_trials = verdict_from_counts(table, Criteria()), verdict(trials)
    assert from_counts.sweet_levels == of_trials.sweet_levels
    for counted, single in zip(from_counts.levels, of_trials.levels, strict=True):
        assert counted.human is not None
        assert single.human is not None
        assert counted.human.p == pytest.approx(single.human.p)
        assert counted.human.n_items == single.human.n_items
    assert not any("which photos" in warning for warning in from_counts.warnings)


def test_a_photo_of_two_classes_and_impossible_counts_are_refused() -> None:
    table = counts(6)
    table.loc[0, "category"] = "shoot"
    with pytest.raises(TableError, match="category differs from an earlier row of this item_id"):
        photo_counts(table)
    with pytest.raises(TableError, match="n_correct must not exceed n"):
        photo_counts(counts(6).assign(n=1))
    with pytest.raises(TableError, match="verdict --counts"):
        photo_counts(counts(6).assign(agent_id="p1"))


def test_the_command_says_what_is_not_computed_and_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "counts.csv", tmp_path / "out.json"
    counts(7).to_csv(path, index=False)
    assert main(["items", str(path), "--resamples", "50", "--json", str(out)]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "hold for these people and these networks only" in text
    assert "Error consistency: it compares the answers of two observers" in text
    assert set(json.loads(out.read_text())["not_computed"]) >= {"verdict, gates, planned looks"}
    counts(7).drop(columns="item_id").to_csv(path, index=False)
    assert main(["items", str(path)]) == 2
    assert "missing column item_id" in capsys.readouterr().err
