"""Stimuli placed by how hard they are for people: planted truths come back, unflattered by the sorting."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from stats.designs.difficulty_results import DifficultyStudy
from stats.designs.human_difficulty import by_difficulty
from stats.errors import CriteriaError, TableError
from stats.figures import difficulty_figure

PHOTOS, LEVELS = 90, 2


def planted(
    people_right: np.ndarray,
    machine_right: np.ndarray,
    *,
    people: int = 24,
    networks: int = 4,
    seed: int = 0,
) -> pd.DataFrame:
    """Everybody judges every photo at every level, (L, I) probabilities of a right answer."""
    rng = np.random.default_rng(seed)
    sides = [
        _rows(rng, people_right, people, "human"),
        _rows(rng, machine_right, networks, "model"),
    ]
    return pd.concat(sides, ignore_index=True)


def _rows(rng: np.random.Generator, right: np.ndarray, agents: int, kind: str) -> pd.DataFrame:
    agent, level, photo = (code.ravel() for code in np.indices((agents, *right.shape)))
    rows = {"agent_id": [f"{kind}{number}" for number in agent], "item_id": photo, "crop_level": level}
    correct = (rng.random(agent.size) < right[level, photo]).astype(int)
    return pd.DataFrame(rows).assign(
        agent_type=kind, correct=correct, category=np.where(photo % 2, "dunk", "shoot")
    )


def evenly(low: float, high: float) -> np.ndarray:
    """Probabilities of all photos at both levels, spread evenly."""
    return (
        np.random.default_rng(9).permutation(np.linspace(low, high, PHOTOS * LEVELS)).reshape(LEVELS, PHOTOS)
    )


def easy_and_hard(people: int, networks: int) -> pd.DataFrame:
    """Stimuli of every difficulty, for machine as for people."""
    return planted(evenly(0.3, 1.0), evenly(0.1, 0.9), people=people, networks=networks)


def people_of(study: DifficultyStudy) -> list[float]:
    return [part.people.estimate for part in study.stretches if part.people.estimate is not None]


@pytest.mark.thorough
def test_a_machine_that_fails_where_people_fail_follows_them() -> None:
    hard = evenly(0.3, 1.0)
    study = by_difficulty(planted(hard, hard - 0.2), stretches=3, splits=20)
    assert people_of(study) == pytest.approx([0.42, 0.65, 0.88], abs=0.05)
    for part in study.stretches:
        assert part.gap.ci_low < 0.2 < part.gap.ci_high
        assert part.machine.estimate == pytest.approx(part.people.estimate - part.gap.estimate, abs=0.02)


@pytest.mark.thorough
def test_a_machine_that_fails_elsewhere_does_not() -> None:
    study = by_difficulty(planted(evenly(0.3, 1.0), np.full((LEVELS, PHOTOS), 0.6)), stretches=3, splits=20)
    for part in study.stretches:
        assert part.machine.ci_low < 0.6 < part.machine.ci_high
    assert study.stretches[0].gap.estimate < 0 < study.stretches[2].gap.estimate


@pytest.mark.thorough
def test_stimuli_that_are_equally_hard_are_not_told_apart_by_the_luck_of_the_people_who_sorted_them() -> None:
    same = np.full((LEVELS, PHOTOS), 0.5)
    trials = planted(same, same)
    by_all = trials[trials["agent_type"] == "human"].groupby(["item_id", "crop_level"])["correct"].mean()
    assert by_all.nsmallest(60).mean() < 0.42, "sorted and judged by the same people"
    assert people_of(by_difficulty(trials, stretches=3, splits=20)) == pytest.approx([0.5] * 3, abs=0.03)


def test_levels_stand_in_the_order_of_how_hard_they_are_for_people() -> None:
    people = np.vstack([np.full(PHOTOS, 0.6), np.full(PHOTOS, 0.9)])
    study = by_difficulty(planted(people, people[::-1]), splits=2)
    assert [of.crop_level for of in study.levels] == [1, 0]
    assert study.levels[0].loss == pytest.approx(-0.3, abs=0.05)
    assert study.levels[0].place.machine.estimate == pytest.approx(0.6, abs=0.1)
    assert difficulty_figure(study).axes[0].get_ylabel() == "machine's accuracy on the same stimuli"


@pytest.mark.thorough
def test_the_interval_of_a_stretch_covers_its_truth_over_new_people_and_photos() -> None:
    same = np.full((1, 60), 0.5)
    runs = [
        by_difficulty(planted(same, same, people=12, networks=3, seed=seed), stretches=2, splits=6)
        for seed in range(60)
    ]
    for side in ("people", "machine"):
        shares = [getattr(run.stretches[0], side) for run in runs]
        assert sum(share.ci_low < 0.5 < share.ci_high for share in shares) >= 55


def test_a_single_network_is_taken_as_given() -> None:
    study = by_difficulty(planted(evenly(0.3, 1.0), evenly(0.3, 1.0), networks=1), stretches=3, splits=5)
    assert study.n_networks == 1
    assert 0 < study.stretches[0].machine.ci_high - study.stretches[0].machine.ci_low < 0.6


def test_stimuli_of_one_side_only_are_counted_and_left_out() -> None:
    trials = planted(evenly(0.3, 1.0), evenly(0.3, 1.0))
    lacking = trials[(trials["agent_type"] == "human") | (trials["item_id"] < 80)]
    study = by_difficulty(lacking, stretches=3, splits=2)
    assert (study.n_stimuli, study.left_out) == (160, 20)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (lambda trials: trials[trials["agent_type"] == "human"], "no network was tested"),
        (lambda trials: trials[trials["agent_type"] == "model"], "no person was tested"),
        (lambda trials: trials[~trials["agent_id"].isin([f"human{n}" for n in range(3, 24)])], "4 people"),
        (lambda trials: trials[trials["item_id"] < 5], "20 stimuli"),
        (
            lambda trials: trials.assign(item_id=trials["item_id"].astype(str) + trials["agent_type"]),
            "do the names agree",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_reason(
    rows: Callable[[pd.DataFrame], pd.DataFrame], words: str
) -> None:
    with pytest.raises(TableError, match=words):
        by_difficulty(rows(planted(evenly(0.3, 1.0), evenly(0.3, 1.0))))


def test_no_stretch_and_no_split_are_refused() -> None:
    for options in ({"stretches": 0}, {"splits": 0}, {"alpha": 1.0}):
        with pytest.raises(CriteriaError):
            by_difficulty(planted(evenly(0.3, 1.0), evenly(0.3, 1.0)), **options)  # type: ignore[arg-type]
