"""Secondary analyses: planted truths come back with their intervals, and what is impossible says why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Never

import numpy as np
import pandas as pd
import pytest

from stats import TableError, verdict
from stats.__main__ import main
from stats.inference.look_shares import LookPlan
from stats.planning.simulated_studies import Spread, simulate
from stats.report.finding import Finding, finding_from
from stats.secondary import every_analysis as package
from stats.secondary.every_analysis import secondary
from stats.secondary.material import Looks, Material

Findings = dict[str, Finding]
PEOPLE, MACHINE = [0.97, 0.93, 0.90, 0.60], [0.96, 0.80, 0.45, 0.40]


def study(seed: int = 6, n_items: int = 90) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    people = simulate(PEOPLE, rng, n_agents=30, n_items=n_items)
    seeds = simulate(
        MACHINE,
        rng,
        agent_type="model",
        n_agents=4,
        n_items=n_items,
        spread=Spread(0.2, 1.0),
        crossed=True,
    )
    trials = pd.concat([people, seeds], ignore_index=True)
    trials["response"] = trials["category"].where(trials["correct"] == 1, "dunk")
    trials["rt_ms"] = np.where(trials["agent_type"] == "human", 500.0, np.nan)
    trials["response_status"] = "answered"
    return trials


def material(trials: pd.DataFrame, **options: Any) -> Material:
    return Material(trials, verdict(trials), resamples=200, consistency_resamples=30, **options)


@pytest.fixture(scope="module")
def findings() -> Findings:
    return {finding.name: finding for finding in secondary(material(study()))}


@pytest.mark.thorough
def test_groups_are_compared_where_the_table_has_them_and_change_no_verdict() -> None:
    trials = study(n_items=48)
    people = trials["agent_type"] == "human"
    named = np.where(trials["agent_id"] < "h2", "expert", "novice")
    grouped = trials.assign(person_group=pd.Series(named, trials.index).where(people, None))
    (finding,) = [each for each in secondary(material(grouped)) if each.name == "groups"]
    assert [test["effect"] for test in finding.numbers["tests"]] == [
        "person_group",
        "person_group x crop_level",
    ]
    assert finding_from("groups", finding.to_dict(), {}) == finding
    assert verdict(grouped).levels == verdict(trials).levels


@pytest.mark.thorough
def test_every_analysis_is_there_and_only_the_impossible_ones_say_why(findings: Findings) -> None:
    assert list(findings) == [analysis.NAME for analysis in package.ANALYSES]
    assert [name for name, finding in findings.items() if finding.reason] == ["bias"]
    assert "needs the probabilities" in findings["bias"].reason
    assert findings["bias"].section().paragraphs == (f"Not computed: {findings['bias'].reason}.",)


@pytest.mark.thorough
def test_the_planted_gap_lies_in_its_interval(findings: Findings) -> None:
    for level, (people, machine) in enumerate(zip(PEOPLE, MACHINE, strict=True)):
        gap = findings["gap"].numbers[str(level)]
        assert gap["ci_low"] <= people - machine <= gap["ci_high"]
        assert gap["n_people"] == 30


@pytest.mark.thorough
def test_tables_print_the_numbers_of_the_values(findings: Findings) -> None:
    gap = findings["gap"]
    shown = gap.tables[0].rows[2][1].replace("+", "").replace("−", "-")
    assert float(shown) == pytest.approx(gap.numbers["2"]["estimate"], abs=5e-4)
    loss = findings["loss"]
    assert [row[0] for row in loss.tables[0].rows] == ["1", "2", "3"]
    assert loss.numbers[0]["n_people"] == 30


@pytest.mark.thorough
def test_every_accuracy_has_its_d_prime_with_an_interval_around_it(findings: Findings) -> None:
    values = findings["d_prime"].numbers
    assert len(values) == 8
    for value in values:
        assert value["alternatives"] == 3
        assert value["ci_low"] < value["d_prime"] < value["ci_high"]


@pytest.mark.thorough
def test_falling_accuracies_do_not_fail_the_monotone_check_and_rising_ones_do(findings: Findings) -> None:
    assert findings["monotone"].numbers["people"]["p"] > 0.05
    trials = study()
    trials["crop_level"] = trials["crop_level"].map({0: 0, 1: 3, 2: 2, 3: 1})
    check = package.monotone.find(material(trials))
    assert check.numbers["people"]["p"] < 0.05
    assert check.numbers["people"]["largest_rise"] > 0.1


@pytest.mark.thorough
def test_each_cell_of_a_confusion_has_an_interval_around_its_share(findings: Findings) -> None:
    for matrix in findings["confusion"].numbers:
        for shares, intervals in zip(matrix["shares"], matrix["intervals"], strict=True):
            for share, (low, high) in zip(shares, intervals, strict=True):
                assert low <= share <= high
                assert low < high
    assert len(findings["confusion"].tables) == len(findings["confusion"].pictures) == 8


@pytest.mark.thorough
def test_findings_survive_json(findings: Findings) -> None:
    for name, finding in findings.items():
        written = json.loads(json.dumps(finding.to_dict(), allow_nan=False))
        figures = {picture.name: picture.svg for picture in finding.pictures}
        assert finding_from(name, written, figures).section() == finding.section()


@pytest.mark.thorough
def test_timeouts_and_exclusions_are_set_beside_the_primary_figure() -> None:
    trials = study()
    people = trials.index[(trials["agent_type"] == "human") & (trials["crop_level"] == 1)]
    trials.loc[people[:30], ["response_status", "correct"]] = ["timeout", 0]
    trials["excluded_participant"] = (trials["agent_id"] == trials["agent_id"].iloc[0]).astype(int)
    finding = package.answered_trials.find(material(trials))
    figures = finding.numbers["1"]
    assert (
        figures["primary"]["estimate"]
        < figures["human_answered_only"]["estimate"]
        < figures["human_answered_only"]["ci_high"]
    )
    assert figures["human_all_in"]["n_agents"] == figures["primary"]["n_agents"] + 1
    assert {row[1] for row in finding.tables[0].rows} >= {"primary", "answered only", "nobody excluded"}


def test_unplanned_looks_are_warned_of_and_get_intervals_that_hold() -> None:
    quiet, loud = (
        package.planned_looks.find(material(study(), looks=looks))
        for looks in (Looks(), Looks(3, planned_people=60))
    )
    assert quiet.warnings == ()
    assert "3 analyses were run while the study still took people" in loud.warnings[0]
    level = loud.numbers["state"]["levels"][0]
    assert level["sequence_low"] < level["human"]["ci_low"]


def looked_at(people: int, **looks: Any) -> Finding:
    """The looks section of a study of 60 planned people of whom some have taken part."""
    trials = study()
    came = trials.loc[trials["agent_type"] == "human", "agent_id"].drop_duplicates().iloc[:people]
    seen = trials.loc[(trials["agent_type"] == "model") | trials["agent_id"].isin(came)]
    return package.planned_looks.find(material(seen, looks=Looks(planned_people=20, **looks)))


def test_a_planned_look_is_no_warning_and_has_its_own_boundary() -> None:
    finding = looked_at(10, plan=LookPlan.PLANNED, shares=(0.5, 1.0))
    assert "looks at 50 %, 100 % of 20 people" in finding.paragraphs[0]
    assert "10 have taken part, so that look 1 is due" in finding.paragraphs[0]
    state, header = finding.numbers["state"], finding.tables[0].header
    assert "p must be below" in header
    assert state["due"] == 0
    assert state["looks"][0]["p"] < 0.0125


@pytest.mark.thorough
def test_what_the_verdict_finds_before_its_look_is_due_is_warned_of() -> None:
    """The verdict tests as if this were the end; by the plan nothing may be said before the first look."""
    for plan in ({"plan": LookPlan.PLANNED, "shares": (0.9, 1.0)}, {"plan": LookPlan.SEQUENCE}):
        finding = looked_at(12, **plan)
        assert finding.warnings == (
            "the verdict calls level 2 a sweet spot as if nobody had looked before the end; by the plan of "
            "looks that is not shown for people",
        )


def test_looks_at_any_time_are_planned_by_the_confidence_sequence() -> None:
    finding = looked_at(8, plan=LookPlan.SEQUENCE, unplanned=0)
    assert "looks at any time, by the confidence sequence" in finding.paragraphs[0]


def predictions(bias: float) -> pd.DataFrame:
    """Networks that know the class but favour "dunk" by `bias` logits, on photos of both splits."""
    rng = np.random.default_rng(2)
    rows = []
    for split in ("validation", "test"):
        for number in range(90):
            for seed in range(5):
                truth = number % 3
                logits = 2.0 * np.eye(3)[truth] + rng.normal(0, 0.6, 3) + [0, bias, 0]
                shares = np.exp(logits) / np.exp(logits).sum()
                rows.append(
                    {
                        "agent_type": "model",
                        "agent_id": f"net{seed}",
                        "item_id": f"{split}{number}",
                        "category": ("dribble", "dunk", "shoot")[truth],
                        "crop_level": 2,
                        "trained_through": 2,
                        "split": split,
                        "correct": int(logits.argmax() == truth),
                        **dict(zip(("prob_dribble", "prob_dunk", "prob_shoot"), shares, strict=True)),
                    }
                )
    return pd.DataFrame(rows)


def test_an_attacker_that_is_only_biased_recovers() -> None:
    trials = study()
    bias = package.bias.find(material(trials, predictions=predictions(3.0)))
    before, after = bias.numbers["2"]["before"], bias.numbers["2"]["after"]
    assert before["ci_high"] < 0.75 < after["ci_low"]
    assert bias.warnings[0].startswith("Level 2: the attacker is biased rather than defeated.")


@pytest.mark.thorough
def test_an_attacker_without_bias_is_no_reason_to_warn() -> None:
    assert package.bias.find(material(study(), predictions=predictions(0.0))).warnings == ()


@pytest.mark.thorough
def test_an_analysis_that_breaks_unexpectedly_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Material) -> Never:
        raise KeyError("a mistake in the program")

    monkeypatch.setattr(package.planned_looks, "find", broken)
    with pytest.raises(KeyError):
        next(secondary(material(study())))


@pytest.mark.thorough
def test_a_table_of_machines_only_leaves_reasons() -> None:
    trials = study()
    machine = trials.loc[trials["agent_type"] == "model"]
    with pytest.raises(TableError, match="people"):
        package.loss.find(material(machine))
    reasons = {finding.name: finding.reason for finding in secondary(material(machine))}
    assert "no photo was judged by both" in reasons["gap"]
    assert "rt_ms" in reasons["response_times"]
    assert reasons["d_prime"] == ""


@pytest.mark.thorough
def test_the_command_writes_everything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trials, out, extra = tmp_path / "trials.csv", tmp_path / "out.json", tmp_path / "predictions.csv"
    study().to_csv(trials, index=False)
    predictions(3.0).to_csv(extra, index=False)
    options = ["--predictions", str(extra), "--looks", "1", "--resamples", "100", "--json", str(out)]
    assert main(["secondary", str(trials), *options]) == 0
    printed = capsys.readouterr().out
    written = json.loads(out.read_text())
    for finding in written.values():
        assert finding["reason"] == ""
        assert finding["title"] in printed
    assert "1 analysis was run" in printed
