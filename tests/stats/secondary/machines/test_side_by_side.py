"""Machines side by side: planted accuracies, copies, refusals and costs come back, and no unknown is 0."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pytest

from stats import TableError, verdict
from stats.__main__ import main
from stats.machine.comparison import PEOPLE, ComparedMachine, Comparison
from stats.planning.simulated_studies import Spread, simulate
from stats.report.finding import Finding, finding_from
from stats.secondary.every_analysis import secondary
from stats.secondary.machines.compare_machines import compare_machines
from stats.secondary.machines.comparison_tables import NOT_TOLD
from stats.secondary.machines.named_machines import named_machines
from stats.secondary.machines.side_by_side import comparison_finding
from stats.secondary.material import Material

HUMAN, ADAPTIVE, TRANSFERRED, VLM = [0.96, 0.9, 0.8], [0.95, 0.7, 0.5], [0.95, 0.55, 0.4], [0.97, 0.85, 0.75]
PHOTOS, COST = 120, 0.0015


def networks(accuracies: list[float], rng: np.random.Generator, name: str, seeds: int = 3) -> pd.DataFrame:
    rows = simulate(
        accuracies, rng, agent_type="model", n_agents=seeds, n_items=PHOTOS, spread=Spread(0.2, 1.0),
        crossed=True,
    )  # fmt: skip
    agents = name + "-" + rows["agent_id"].astype(str)
    return rows.assign(architecture=name, agent_id=agents, answer_state="answered")


def all_machines() -> pd.DataFrame:
    """A network under two attacks, another network, a hosted machine, and a copy of it by another name."""
    rng = np.random.default_rng(4)
    adaptive = networks(ADAPTIVE, rng, "net")
    adaptive["trained_through"] = adaptive["crop_level"]
    transfer = networks(TRANSFERRED, rng, "net").assign(trained_through=0)
    transfer = transfer.loc[transfer["crop_level"] > 0]
    other = networks(ADAPTIVE, rng, "other", seeds=1)
    other["trained_through"] = other["crop_level"]
    hosted = networks(VLM, rng, "vlm", seeds=1)
    refused = np.where(hosted.index % 2 == 0, "refused", "off-list")
    hosted = hosted.assign(
        agent_id="vlm",
        brought_as="zero-shot",
        answer_state=np.where(hosted["correct"] == 1, "answered", refused),
        answer_cost=COST,
        answer_seconds=np.arange(len(hosted)) / 50,
    )
    copy = hosted.assign(agent_id="copy", brought_as="unknown", answer_cost=np.nan, answer_seconds=np.nan)
    return pd.concat([hosted, adaptive, other, transfer, copy], ignore_index=True)


def material(machines: pd.DataFrame, people: int = 20) -> Material:
    humans = simulate(HUMAN, np.random.default_rng(5), n_agents=people, n_items=PHOTOS)
    own = machines.loc[machines["trained_through"] == machines["crop_level"]]
    trials = pd.concat([humans, own], ignore_index=True)
    return Material(trials, verdict(trials), machines=machines, consistency_resamples=50, resamples=50)


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare_machines(material(all_machines()))


@pytest.fixture(scope="module")
def finding(comparison: Comparison) -> Finding:
    return comparison_finding(comparison)


def machine(comparison: Comparison, label: str) -> ComparedMachine:
    return next(each for each in comparison.machines if each.label == label)


def test_machines_are_told_apart_by_their_kind_of_attack_those_of_the_study_first(
    comparison: Comparison,
) -> None:
    assert [each.numbered for each in comparison.machines] == [
        "1 net (adaptive)",
        "2 net (transfer)",
        "3 other (adaptive)",
        "4 copy (kind unknown, from outside)",
        "5 vlm (zero-shot, from outside)",
    ]
    assert [level.crop_level for level in comparison.machines[1].levels] == [1, 2]
    assert comparison.levels == (0, 1, 2)


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("label", "planted"),
    [
        ("net (adaptive)", dict(enumerate(ADAPTIVE))),
        ("net (transfer)", {1: TRANSFERRED[1], 2: TRANSFERRED[2]}),
        ("vlm (zero-shot, from outside)", dict(enumerate(VLM))),
    ],
)
def test_planted_accuracies_lie_in_their_intervals(
    comparison: Comparison, label: str, planted: dict[int, float]
) -> None:
    levels = machine(comparison, label).levels
    assert {level.crop_level for level in levels} == set(planted)
    for level in levels:
        assert level.ci_low <= planted[int(level.crop_level)] <= level.ci_high
        assert level.photos == PHOTOS


@pytest.mark.thorough
def test_accuracy_and_interval_are_those_of_the_primary_analysis() -> None:
    study = material(all_machines().loc[lambda rows: rows["architecture"] == "net"])
    (net, _) = compare_machines(study).machines
    primary = [level.machine for level in study.outcome.levels if level.machine]
    assert len(primary) == len(net.levels)
    for level, counted in zip(net.levels, primary, strict=True):
        there = (counted.estimate, counted.ci_low, counted.ci_high)
        assert (level.estimate, level.ci_low, level.ci_high) == pytest.approx(there)


def test_a_copy_agrees_wholly_and_strangers_do_not(comparison: Comparison) -> None:
    copy, hosted = "copy (kind unknown, from outside)", "vlm (zero-shot, from outside)"
    for level in comparison.levels:
        pair = comparison.pair(level, copy, hosted)
        assert pair is not None
        assert (pair.kappa, pair.shared) == (pytest.approx(1.0), PHOTOS)
        assert pair.reason == "the answers do not vary: all resamples agree"
    strangers = comparison.pair(2, "other (adaptive)", hosted)
    assert strangers is not None
    assert strangers.ci_low is not None
    assert strangers.ci_high is not None
    assert strangers.ci_low <= 0 <= strangers.ci_high
    assert comparison.pair(2, hosted, "other (adaptive)") == strangers, "in whichever order they are named"


def test_each_machine_is_compared_with_people_and_with_every_machine_at_each_level(
    comparison: Comparison,
) -> None:
    of_level = [pair for pair in comparison.pairs if pair.crop_level == 2]
    five, several = 5, 3  # machines; people, and two machines of several networks, among themselves
    assert len(of_level) == five * (five + 1) // 2 + several
    among = {pair.first for pair in of_level if pair.first == pair.second}
    assert among == {PEOPLE, "net (adaptive)", "net (transfer)"}
    assert all(pair.kappa is not None for pair in of_level)


def test_refusals_and_other_states_are_told_apart_by_level_and_in_all(comparison: Comparison) -> None:
    hosted = machine(comparison, "vlm (zero-shot, from outside)")
    wrong = [1 - level.states["answered"] / PHOTOS for level in hosted.levels]
    for level, share in zip(hosted.levels, wrong, strict=True):
        states = [level.share_of("refused") or 0.0, level.share_of("off-list") or 0.0]
        assert sum(states) == pytest.approx(share)
    assert hosted.share_of("refused") == pytest.approx(
        sum(level.states["refused"] for level in hosted.levels) / (3 * PHOTOS)
    )
    assert machine(comparison, "net (adaptive)").share_of("refused") == 0


@pytest.mark.thorough
def test_costs_and_seconds_are_those_that_were_told_and_never_0_where_they_were_not(
    comparison: Comparison, finding: Finding
) -> None:
    hosted = machine(comparison, "vlm (zero-shot, from outside)").took
    assert hosted.cost_per_1000 == pytest.approx(1000 * COST)
    assert hosted.cost_per_1000 * hosted.answers / 1000 == pytest.approx(3 * PHOTOS * COST)
    assert hosted.seconds_median == pytest.approx((3 * PHOTOS - 1) / 100)
    assert hosted.seconds_p95 == pytest.approx(0.95 * (3 * PHOTOS - 1) / 50)
    unknown = machine(comparison, "copy (kind unknown, from outside)").took
    assert (unknown.cost_per_1000, unknown.seconds_median, unknown.costs_known) == (None, None, 0)
    cells = {row[0]: (row[1], *row[5:]) for row in finding.tables[0].rows}
    assert cells["4 copy"] == ("kind unknown, from outside", NOT_TOLD, NOT_TOLD, NOT_TOLD)
    assert cells["5 vlm"] == ("zero-shot, from outside", "1.50", "3.59", "6.82")


@pytest.mark.thorough
def test_a_cost_that_only_some_answers_tell_says_of_how_many() -> None:
    machines = all_machines()
    hosted = machines["agent_id"] == "vlm"
    machines.loc[machines.index[hosted][:200], "answer_cost"] = np.nan
    tables = comparison_finding(compare_machines(material(machines))).tables
    assert tables[0].rows[-1][5] == "1.50 (told of 160)"


@pytest.mark.thorough
def test_a_small_price_is_not_printed_as_none() -> None:
    machines = all_machines()
    machines["answer_cost"] *= 0.001
    tables = comparison_finding(compare_machines(material(machines))).tables
    assert tables[0].rows[-1][5] == "0.0015"


def test_rounds_of_retraining_are_machines_of_their_own() -> None:
    rows = pd.DataFrame(
        {"agent_type": "model", "agent_id": "net", "architecture": "net", "crop_level": [1, 1]}
    )
    rows = rows.assign(trained_through=1, round=[1, 2])
    assert named_machines(rows)["machine"].tolist() == ["net, round 1 (adaptive)", "net, round 2 (adaptive)"]


def test_networks_of_no_known_architecture_are_one_machine_as_in_the_verdict() -> None:
    rows = pd.DataFrame(
        {"agent_type": "model", "agent_id": ["m0", "m1"], "crop_level": 1, "trained_through": 1}
    )
    assert named_machines(rows)["machine"].unique().tolist() == ["networks (adaptive)"]


def test_attackers_of_other_levels_belong_to_the_attack_matrix() -> None:
    rows = pd.DataFrame({"agent_type": "model", "agent_id": "net", "architecture": "net"}, index=range(4))
    rows = rows.assign(trained_through=[0, 1, 1, 2], crop_level=[2, 0, 2, 2])
    assert named_machines(rows).index.tolist() == [0, 3], (
        "a transfer attack from level 0, and an adaptive one"
    )


def test_without_a_machine_there_is_nothing_to_compare() -> None:
    people = simulate(HUMAN, np.random.default_rng(0), n_agents=4, n_items=30)
    with pytest.raises(TableError, match="no machine rows to put side by side"):
        compare_machines(Material(people, verdict(people)))


def test_too_few_shared_photos_give_no_kappa_and_the_reason() -> None:
    rng = np.random.default_rng(1)
    rows = simulate([0.7], rng, agent_type="model", n_agents=2, n_items=12, crossed=True)
    rows["agent_id"] = rows["architecture"] = rows["agent_id"].astype(str)
    (pair,) = compare_machines(Material(rows, verdict(rows), consistency_resamples=20)).pairs
    assert (pair.kappa, pair.shared, pair.reason) == (None, 12, "no pair shares 20 photos, at most 12")


@pytest.mark.thorough
def test_one_machine_alone_is_no_section_of_a_report_and_one_from_outside_is() -> None:
    machines = all_machines()
    net = machines.loc[(machines["architecture"] == "net") & (machines["trained_through"] > -1)]
    alone = net.loc[net["trained_through"] == net["crop_level"]]
    hosted = machines.loc[machines["agent_id"] == "vlm"]
    for compared, is_there in ((alone, False), (net, True), (hosted, True)):
        study = Material(**{**vars(material(machines)), "machines": compared})
        assert ("machines" in {each.name for each in secondary(study)}) == is_there


def test_a_stored_comparison_is_read_back_as_it_was(comparison: Comparison, finding: Finding) -> None:
    stored = json.loads(json.dumps(finding.to_dict(), allow_nan=False))
    figures = {picture.name: picture.svg for picture in finding.pictures}
    again = finding_from("machines", stored, figures)
    assert msgspec.convert(again.numbers, Comparison) == comparison
    assert again.tables == finding.tables


def test_the_shell_prints_the_same_numbers_from_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], finding: Finding
) -> None:
    study = material(all_machines())
    study.trials.to_csv(tmp_path / "trials.csv", index=False)
    assert study.machines is not None
    study.machines.assign(split="test").to_csv(tmp_path / "predictions.csv", index=False)
    out, pairs = tmp_path / "machines.svg", tmp_path / "pairs.svg"
    command = ["machines", str(tmp_path / "trials.csv"), "--predictions", str(tmp_path / "predictions.csv")]
    files = ["--json", str(tmp_path / "out.json"), "--figure", str(out), "--pairs-figure", str(pairs)]
    assert main([*command, *files, "--resamples", "50"]) == 0
    printed = capsys.readouterr().out
    assert "1 net (adaptive)" in printed
    assert "5 vlm" in printed
    assert NOT_TOLD in printed
    written = json.loads((tmp_path / "out.json").read_text())
    assert written["tables"][0] == json.loads(json.dumps(finding.to_dict()["tables"][0]))
    assert out.read_text().startswith("<?xml")
    assert pairs.read_text().startswith("<?xml")
