"""People as their own controls: the loss by the crop, paired by person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from stats import CriteriaError, TableError, verdict, verdict_text
from stats.__main__ import main
from stats.apa import p_cell
from stats.figures import accuracy_figure
from stats.inference.accuracy_loss import human_loss
from stats.planning.simulated_studies import Spread, simulate
from tests.stats.tables import block, table


def study(accuracies: Sequence[float], seed: int = 0, **options: Any) -> pd.DataFrame:
    return simulate(accuracies, np.random.default_rng(seed), n_agents=40, n_items=120, **options)


def test_a_small_loss_is_shown_and_a_large_one_is_not() -> None:
    small, large = human_loss(study([0.95, 0.94, 0.80]), margin=0.05)
    assert small.estimate == pytest.approx(-0.01, abs=0.03)
    assert small.p < 0.05 < large.p
    assert large.ci_low < -0.15 < large.ci_high
    assert small.n_people == 40


def test_differences_between_people_cancel() -> None:
    trials = study([0.8, 0.8], spread=Spread(agent=2.0, photo=0.1))
    (loss,) = human_loss(trials, margin=0.1)
    alone = verdict(trials).levels[0].human
    assert loss.se < 0.7 * alone.se


@pytest.mark.thorough
def test_at_the_margin_it_rejects_as_often_as_it_should() -> None:
    rng = np.random.default_rng(1)
    rejected = [
        human_loss(simulate([0.95, 0.85], rng, n_agents=30, n_items=60), margin=0.1)[0].p <= 0.05
        for _ in range(200)
    ]
    assert 0.01 <= np.mean(rejected) <= 0.11


def test_without_uncropped_photos_or_a_sensible_margin_it_is_refused() -> None:
    with pytest.raises(TableError, match="level 0"):
        human_loss(study([0.9, 0.8]).query("crop_level > 0"), margin=0.1)
    with pytest.raises(CriteriaError, match="margin"):
        human_loss(study([0.9, 0.8]), margin=1.5)


def with_machine(
    accuracies: Sequence[float], machine: Sequence[float], seed: int = 0, **options: Any
) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    networks = simulate(
        machine,
        rng,
        agent_type="model",
        n_agents=5,
        n_items=120,
        spread=Spread(agent=0.1, photo=1.0),
        crossed=True,
    )
    return pd.concat([study(accuracies, seed, **options), networks], ignore_index=True)


def test_people_who_are_poor_but_lose_nothing_pass_the_loss_gate_and_fail_the_floor() -> None:
    """Hard photos: people are at .75 with and without the crop, which says nothing about the crop."""
    trials = with_machine([0.78, 0.78, 0.5], [0.95, 0.4, 0.35])
    by_floor, by_loss = verdict(trials), verdict(trials, human_gate="loss", loss_delta=0.1)
    assert by_floor.sweet_levels == ()
    assert by_loss.sweet_levels == (1,)
    assert by_loss.levels[0].loss is None
    assert by_loss.levels[1].loss.p == by_loss.levels[1].p_iut
    assert [str(level.verdict) for level in by_loss.levels] == ["refuted", "supported", "refuted"]


def test_the_loss_gate_judges_every_class_alone() -> None:
    answer = verdict(with_machine([0.95, 0.95, 0.5], [0.97, 0.4, 0.35]), human_gate="loss", loss_delta=0.2)
    whole = answer.levels[1].loss
    assert set(whole.per_class) == set(answer.per_class)
    for name, part in answer.per_class.items():
        assert part.levels[1].loss == whole.per_class[name]
    parts = [part.estimate for part in whole.per_class.values()]
    assert whole.estimate == pytest.approx(np.mean(parts))


def test_the_loss_gate_is_stated_in_the_report_and_in_json() -> None:
    answer = verdict(with_machine([0.95, 0.94], [0.97, 0.4]), human_gate="loss", loss_delta=0.08)
    text = verdict_text(answer)
    assert "people lose less than .08 against themselves on uncropped photos" in text
    assert "Against themselves on uncropped photos people changed by" in " ".join(text.split())
    row = next(line for line in text.splitlines() if line.startswith("1 "))
    cells = re.split(r"  +", row.strip())
    assert cells[4] == p_cell(answer.levels[1].loss.p)
    labels = accuracy_figure(answer).axes[0].get_legend_handles_labels()[1]
    assert not [label for label in labels if "floor" in label]
    plain = answer.to_dict()
    assert (plain["settings"]["human_gate"], plain["settings"]["loss_delta"]) == ("loss", 0.08)
    assert plain["levels"][1]["loss"]["estimate"] == answer.levels[1].loss.estimate


def test_the_shell_takes_the_loss_gate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "trials.csv"
    with_machine([0.95, 0.94], [0.97, 0.4]).to_csv(path, index=False)
    assert main(["verdict", str(path), "--human-gate", "loss", "--delta", ".08"]) == 0
    assert "people lose less than .08" in capsys.readouterr().out


def test_people_who_are_always_right_have_shown_that_they_lose_little() -> None:
    (loss,) = human_loss(table(block("human", 20, 30, 0), block("human", 20, 30, 0, 1)), margin=0.1)
    assert (loss.estimate, loss.se) == (0.0, None)
    assert loss.p == pytest.approx(0.9**20)
    assert loss.ci_low == pytest.approx(0.025 ** (1 / 20) - 1)


def test_a_loss_gate_without_people_at_level_0_is_refused() -> None:
    trials = with_machine([0.95, 0.94], [0.97, 0.4])
    cropped_only = trials.loc[(trials["agent_type"] == "model") | (trials["crop_level"] > 0)]
    with pytest.raises(TableError, match="people at level 0"):
        verdict(cropped_only, human_gate="loss")
    with pytest.raises(CriteriaError, match="human_gate must be one of floor, loss"):
        verdict(trials, human_gate="roof")
    with pytest.raises(CriteriaError, match="loss_delta"):
        verdict(trials, human_gate="loss", loss_delta=0.0)
