"""Accuracy along a predictor: planted thresholds are covered, and nothing is said outside what was shown."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import special

from stats.__main__ import main
from stats.designs.predictor_bins import FEWEST_BINS, MOST_BINS, binned, no_common_value
from stats.designs.trial_predictor import Axis, predictor_study
from stats.errors import TableError
from stats.planning.simulated_studies import Spread, location
from stats.table.arrays import Answers

CLASSES = ("dribble", "dunk", "shoot")
GUESSING = 1 / 3
SPREAD = Spread(0.5, 0.7)


def marginal(visibility: np.ndarray, centre: float, width: float = 0.08) -> np.ndarray:
    """The planted accuracy over new people and photos."""
    return GUESSING + (1 - GUESSING - 0.02) * special.expit((visibility - centre) / width)


def place_of(accuracy: float, centre: float, width: float = 0.08) -> float:
    return centre + width * float(special.logit((accuracy - GUESSING) / (1 - GUESSING - 0.02)))


def study(
    seed: int, centres: dict[str, float], agents: int = 24, photos: int = 90, low: float = 0.0
) -> pd.DataFrame:
    """Everybody judges every photo at a visibility of its own; people and photos differ in log odds."""
    rng = np.random.default_rng(seed)
    odds = np.linspace(0.35, 0.99, 200)
    centre_of = np.array([location(accuracy, SPREAD) for accuracy in odds])
    ease = rng.normal(0, SPREAD.photo, photos)
    tables = []
    for kind, centre in centres.items():
        agent, photo = (code.ravel() for code in np.indices((agents, photos)))
        visibility = low + (1 - low) * rng.random(agent.size)
        logits = np.interp(marginal(visibility, centre), odds, centre_of)
        logits = logits + rng.normal(0, SPREAD.agent, agents)[agent] + ease[photo]
        columns = {"agent_id": [f"{kind[0]}{a}" for a in agent], "item_id": photo, "visibility": visibility}
        columns["correct"] = (rng.random(agent.size) < special.expit(logits)).astype(int)
        tables.append(pd.DataFrame(columns).assign(agent_type=kind))
    trials = pd.concat(tables, ignore_index=True)
    return trials.assign(category=np.array(CLASSES)[trials["item_id"] % 3], crop_level=0)


@pytest.mark.thorough
def test_planted_thresholds_of_people_and_machine_lie_in_their_intervals() -> None:
    trials = study(1, {"human": 0.4, "model": 0.6})
    result = predictor_study(trials, Axis("visibility"), floor=0.85, ceiling=0.75, resamples=400)
    for name, accuracy, centre in (("people", 0.85, 0.4), ("machine", 0.75, 0.6)):
        curve = result.curves[name]
        place = curve.threshold
        assert place.ci_low is not None
        assert place.ci_high is not None
        assert place.ci_low < place_of(accuracy, centre) < place.ci_high
        assert place.ci_high - place.ci_low < 0.25
        assert (curve.curve.fit.p or 0) > 0.05
        assert len(curve.curve.fit.missed) < 4  # of 20 intervals
        assert curve.warnings == ()


@pytest.mark.thorough
def test_the_interval_of_a_threshold_covers_its_truth() -> None:
    covered = []
    for seed in range(25):
        trials = study(seed, {"human": 0.4}, agents=16, photos=60)
        place = predictor_study(trials, Axis("visibility"), resamples=200).curves["people"].threshold
        covered.append((place.ci_low or 0) <= place_of(0.85, 0.4) <= (place.ci_high or 1))
    assert np.mean(covered) > 0.85


def test_a_predictor_that_makes_photos_harder_gives_the_same_threshold_mirrored() -> None:
    trials = study(2, {"human": 0.4})
    rising = predictor_study(trials, Axis("visibility"), resamples=50).curves["people"]
    hidden = trials.assign(hidden=1 - trials["visibility"])
    falling = predictor_study(hidden, Axis("hidden", falls=True), resamples=50).curves["people"]
    assert rising.threshold.estimate == pytest.approx(1 - (falling.threshold.estimate or 0), abs=1e-6)
    assert falling.curve.s == pytest.approx(rising.curve.s, rel=1e-4)
    assert falling.warnings == ()
    wrong_way = predictor_study(hidden, Axis("hidden"), resamples=50).curves["people"]
    assert "try with --falls" in wrong_way.warnings[0]


def test_equal_ratios_are_equal_steps_on_a_logarithmic_axis() -> None:
    trials = study(3, {"human": 0.5}).assign(size=lambda rows: 10 * np.exp(3 * rows["visibility"]))
    linear = predictor_study(trials, Axis("visibility"), resamples=50).curves["people"].threshold
    ratios = predictor_study(trials, Axis("size", logarithmic=True), resamples=50).curves["people"].threshold
    assert ratios.estimate == pytest.approx(10 * np.exp(3 * (linear.estimate or 0)), rel=1e-4)
    with pytest.raises(TableError, match="size must be above 0 on a logarithmic axis"):
        predictor_study(trials.assign(size=0), Axis("size", logarithmic=True), resamples=20)


@pytest.mark.thorough
def test_nothing_is_said_outside_the_values_that_were_shown() -> None:
    trials = study(4, {"human": 0.2}, low=0.6)
    place = predictor_study(trials, Axis("visibility"), resamples=100).curves["people"].threshold
    assert place.estimate is None
    assert place.ci_low is None


@pytest.mark.thorough
def test_trials_without_a_value_are_left_out_and_counted() -> None:
    trials = study(5, {"human": 0.4})
    trials.loc[trials["item_id"] == 7, "visibility"] = np.nan
    people = predictor_study(trials, Axis("visibility"), resamples=20).curves["people"]
    assert (people.left_out, people.n_items) == (24, 89)
    with pytest.raises(TableError, match="visibility must be a number"):
        predictor_study(trials.assign(visibility="high"), Axis("visibility"), resamples=20)


def test_bins_hold_every_class_and_a_predictor_of_few_values_has_one_for_each() -> None:
    rng = np.random.default_rng(6)
    n, z = 600, rng.random(600)
    answers = Answers(
        *(np.arange(n) % 10, np.arange(n), np.arange(n)), np.arange(n) % 3, z.round(), np.ones(n)
    )
    bins = binned(answers, z)
    assert len(bins.levels) == MOST_BINS
    assert all(level.categories.tolist() == [0, 1, 2] for level in bins.levels)
    assert (np.diff(bins.places) > 0).all()
    five = binned(answers, np.arange(n) // 3 % 5)
    assert five.places.tolist() == [0, 1, 2, 3, 4]
    with pytest.raises(TableError, match=f"{FEWEST_BINS} stretches of the predictor"):
        binned(answers, answers.category + 0.1 * z)  # each class at values of its own


def test_one_person_has_no_interval_and_a_single_network_is_said_to_be_one() -> None:
    trials = study(7, {"human": 0.4, "model": 0.6}, agents=1, photos=600)
    curves = predictor_study(trials, Axis("visibility"), resamples=50).curves
    assert curves["people"].centre.ci_low is None
    assert curves["people"].threshold.ci_low is None
    assert "one person only" in curves["people"].warnings[0]
    assert "one network only" in curves["machine"].warnings[0]
    assert curves["machine"].threshold.ci_low is not None


def test_the_command_prints_thresholds_and_draws(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out, figure = (tmp_path / name for name in ("trials.csv", "out.json", "out.svg"))
    study(8, {"human": 0.4, "model": 0.6}).drop(columns="crop_level").to_csv(path, index=False)
    options = ["--predictor", "visibility", "--resamples", "50", "--json", str(out), "--figure", str(figure)]
    assert main(["predictor", str(path), *options]) == 0
    text = capsys.readouterr().out
    assert "Accuracy rises with visibility" in text
    assert set(json.loads(out.read_text())["curves"]) == {"people", "machine"}
    assert "visibility" in figure.read_text()
    assert main(["predictor", str(path)]) == 2
    assert "no column predictor" in capsys.readouterr().err


@pytest.mark.thorough
def test_no_centre_lies_outside_the_values_that_were_shown() -> None:
    """The kind: the fit's centre was printed wherever it fell, also below the least visibility."""
    trials = study(3, {"human": 0.2}, agents=8, photos=60, low=0.7)
    centre = predictor_study(trials, Axis("visibility"), resamples=40).curves["people"].centre
    assert centre.estimate is None
    assert all(bound is None or bound >= 0.7 for bound in (centre.ci_low, centre.ci_high))
    values = {"people": np.array([0.1, 0.4, np.nan]), "machine": np.array([30.0, 90.0])}
    assert no_common_value(values, "size") != []
    assert no_common_value({"people": values["people"]}, "size") == []
