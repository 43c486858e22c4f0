"""Guessing is 1/K unless it is declared, and whatever uses it uses what was declared."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from stats import CriteriaError, TableError, verdict
from stats.__main__ import main
from stats.figures import accuracy_figure
from stats.planning.simulated_studies import simulate
from stats.psychophysics.d_prime import d_prime
from stats.psychophysics.psychometric import Curves
from stats.psychophysics.sweet_region import sweet_region
from stats.secondary import sensitivity
from stats.secondary.material import Material
from stats.table.guessing import guessing, guessing_of_both
from stats.table.tidy import tidy

X = np.array([0.0, 0.2, 0.4, 0.6, 0.8, 0.95])
NONE_OF_THESE = 0.1  # three classes, and most who guess take "none of these"


def study(seed: int = 1, chance: float = NONE_OF_THESE) -> pd.DataFrame:
    """People fall to a guessing rate below 1/3, three networks to 1/3."""
    rng = np.random.default_rng(seed)
    falls = [
        Curves(np.array([mu]), np.array([0.06]), np.array([0.02]), rate)
        for mu, rate in ((0.6, chance), (0.4, 1 / 3))
    ]
    people = simulate(falls[0].at(X)[0], rng, n_agents=36, n_items=150)
    networks = simulate(falls[1].at(X)[0], rng, agent_type="model", n_agents=3, n_items=150, crossed=True)
    trials = pd.concat([people, networks], ignore_index=True)
    return trials.assign(crop_fraction=X[trials["crop_level"]])


def test_the_curve_falls_to_the_declared_rate_and_fits_only_with_it() -> None:
    trials = study()
    declared = sweet_region(trials, resamples=200, chance={"human": NONE_OF_THESE})
    assumed = sweet_region(trials, resamples=200)
    assert declared.human is not None
    assert assumed.human is not None
    assert declared.human.fit.fits(0.05)
    assert not assumed.human.fit.fits(0.05)
    assert declared.human.mu == pytest.approx(0.6, abs=0.03)
    assert declared.machine == assumed.machine
    assert {name: round(of.rate, 3) for name, of in declared.guessing.items()} == {
        "people": 0.1,
        "machine": 0.333,
    }


def test_a_column_says_the_same_as_an_option_and_the_option_counts_above_it() -> None:
    trials = study()
    column = trials.assign(chance=np.where(trials["agent_type"] == "human", NONE_OF_THESE, np.nan))
    by_column = sweet_region(column, resamples=50)
    by_option = sweet_region(trials, resamples=50, chance={"human": NONE_OF_THESE})
    assert by_column.human is not None
    assert by_option.human is not None
    assert by_column.human.through == pytest.approx(by_option.human.through)
    rows = tidy(column).primary
    assert guessing(rows, "human").rate == pytest.approx(NONE_OF_THESE)
    assert guessing(rows, "human", {"human": 0.3}).rate == 0.3
    assert guessing(rows, "model").rate == pytest.approx(1 / 3)


def test_rates_of_classes_are_averaged_as_accuracies_are() -> None:
    trials = pd.DataFrame({"item_id": list("abcd"), "category": ["x", "x", "x", "y"], "correct": 1})
    trials = trials.assign(agent_type="human", agent_id="p", crop_level=0, chance=[0.2, 0.2, 0.2, 0.4])
    assert guessing(tidy(trials).primary, "human").rate == pytest.approx(0.3)


def test_a_rate_that_differs_between_levels_has_no_curve_and_says_so() -> None:
    trials = study()
    trials["chance"] = np.where(trials["crop_level"] > 2, 0.5, 0.25)
    with pytest.raises(TableError, match="no curve of people: the accuracy of guessing differs"):
        sweet_region(trials, resamples=20)
    machine_even = trials.assign(chance=np.where(trials["agent_type"] == "human", trials["chance"], 0.3))
    region = sweet_region(machine_even, resamples=20)
    assert region.human is None
    assert region.machine is not None
    assert "differs between levels (0.25 at level 0" in region.reasons[0]


@pytest.mark.parametrize(
    ("cells", "message"),
    [((0.2, None), "chance must be a number"), ((0.2, 1.0), "chance must lie between 0 and 1")],
)
def test_a_column_with_a_gap_or_with_no_rate_is_refused(
    cells: tuple[float, float | None], message: str
) -> None:
    trials = study().iloc[:2].assign(chance=pd.array(cells, dtype="Float64").to_numpy(float, na_value=np.nan))
    with pytest.raises(TableError, match=message):
        guessing(tidy(trials).primary, "human")


def test_one_class_needs_a_declared_rate() -> None:
    trials = study().assign(category="dunk")
    with pytest.raises(TableError, match="--chance"):
        sweet_region(trials, resamples=20)
    region = sweet_region(trials, resamples=20, chance={"human": NONE_OF_THESE, "model": 1 / 3})
    assert region.human is not None


def test_d_prime_takes_the_alternatives_that_guess_so_well_and_has_none_otherwise() -> None:
    trials = study()
    answer = verdict(trials)
    of_people = answer.levels[0].human
    assert of_people is not None
    finding = sensitivity.find(Material(trials, answer, chance={"human": 0.25, "model": 0.25}))
    assert "a 4-alternative forced choice" in finding.paragraphs[0]
    assert finding.numbers[0]["d_prime"] == d_prime(of_people.estimate, 4)
    only_machine = sensitivity.find(Material(trials, answer, chance={"human": 0.3}))
    assert {row["observers"] for row in only_machine.numbers} == {"machine"}
    assert "No d′ of people" in only_machine.paragraphs[1]


def test_the_figure_draws_each_rate() -> None:
    trials = study()
    guess = guessing_of_both(tidy(trials).primary, {"human": NONE_OF_THESE})
    labels = accuracy_figure(verdict(trials), guess).axes[0].get_legend_handles_labels()[1]
    assert {"guessing of people .10", "guessing of machine .33"} <= set(labels)


def test_the_commands_take_rates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out, figure = (tmp_path / name for name in ("trials.csv", "out.json", "out.svg"))
    study().to_csv(path, index=False)
    rates = ["--chance", "human=.1", "model=.3333"]
    assert main(["curves", str(path), "--resamples", "20", *rates, "--json", str(out)]) == 0
    assert "The curve of people falls to guessing at .100 (declared)." in capsys.readouterr().out
    assert json.loads(out.read_text())["guessing"]["people"]["rate"] == 0.1
    assert main(["verdict", str(path), "--figure", str(figure), *rates]) == 0
    assert "guessing of people .10" in figure.read_text()
    capsys.readouterr()
    for word in ("1.5", "often", "machine=.2"):
        assert main(["curves", str(path), "--chance", word]) == 2
        assert f"--chance {word}" in capsys.readouterr().err


def test_a_rate_outside_0_and_1_is_refused() -> None:
    with pytest.raises(CriteriaError, match="must lie between 0 and 1, not 1"):
        guessing(tidy(study()).primary, "human", {"human": 1.0})
