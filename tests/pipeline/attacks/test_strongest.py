"""There is one definition of the strongest attack, and everything that asks for it gets the same attack."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

import attacker
from attacker.errors import NoMapError
from pipeline.analysis.analyse import matrix_predictions
from pipeline.attacks.matrix_cells import attack_of_each_cell
from pipeline.attacks.strongest import (
    Attack,
    Recipe,
    attacks_by_level,
    machine_by_level,
    networks_on,
    strongest_attack,
)
from pipeline.checks.attention import check_attention
from pipeline.desk.machine_page import attacks_of
from pipeline.exports.predicted_rows import machine_rows
from pipeline.loop.level_state import facts
from pipeline.models import ENSEMBLE
from study.models import Study, StudyVersion
from study.models.people import Mode
from tests.pipeline.answered import add_run
from tests.study.factories import add_photos, draft_study, open_study_version


def attack(*accuracies: float, through: int = 1, round: int = 1, net: str = "net") -> Attack:
    runs = tuple(SimpleNamespace(seed=seed) for seed in range(len(accuracies)))
    return Attack(Recipe(through, round, net), runs, accuracies)


def test_the_mean_over_seeds_decides_not_the_best_seed() -> None:
    even, uneven = attack(0.6, 0.6), attack(0.9, 0.2, net="another")
    assert strongest_attack([uneven, even], seeds=2) is even


def test_the_best_round_counts_not_the_last() -> None:
    first, second = attack(0.8, 0.9), attack(0.5, 0.5, round=2)
    assert strongest_attack([first, second], seeds=2) is first


def test_a_lucky_seed_does_not_count_beside_a_complete_attack() -> None:
    complete, lucky = attack(0.5, 0.5), attack(1.0, net="lucky")
    assert strongest_attack([lucky, complete], seeds=2) is complete
    assert strongest_attack([lucky], seeds=2) is lucky


def test_more_seeds_than_the_study_asks_for_are_no_advantage() -> None:
    three, two = attack(0.5, 0.5, 0.5), attack(0.6, 0.6, net="another")
    assert strongest_attack([three, two], seeds=2) is two


def test_equally_strong_attacks_are_ordered_by_level_then_round_then_name() -> None:
    ordered = [
        attack(0.5, net="b"),
        attack(0.5, round=2, net="a"),
        attack(0.5, through=2, net="a"),
    ]
    assert strongest_attack(reversed(ordered), seeds=1) is ordered[0]
    assert strongest_attack(reversed(ordered[1:]), seeds=1) is ordered[1]
    assert strongest_attack([attack(0.5, net="b"), attack(0.5, net="a")], 1).recipe.architecture == "a"


def test_nobody_is_the_strongest_where_there_is_no_attack() -> None:
    assert strongest_attack([], seeds=2) is None


@pytest.fixture
def version(db: None) -> StudyVersion:
    """A frozen study on which all five earlier definitions of the strongest attack disagreed.

    At level 1 the strongest attack was trained on heavier crops, where it is not the strongest; its own
    level has a lucky single seed, and two equally strong attacks of which the second was queued first.
    """
    version = open_study_version(seeds=2, architectures=["a", "b"])
    study = version.study
    add_photos(study.categories.all(), "validation", study.levels.all(), 4)
    for seed in range(2):
        add_run(study, 0, seed, skill=1.0, net="a")
        add_run(study, 1, seed, skill=0.5, net="b")
        add_run(study, 1, seed, skill=0.5, net="a")
        add_run(study, 2, seed, skill=0.25, net="b", validated={0: 0.0, 1: 0.75})
        add_run(study, 2, seed, skill=0.5, net="a", validated={0: 0.0, 1: 0.25})
    add_run(study, 1, 0, skill=1.0, net="lucky")
    return version


@pytest.mark.thorough
def test_verdict_page_check_matrix_and_loop_name_the_same_attack(
    version: StudyVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, expected = version.study, Recipe(2, 1, "b")
    machine = machine_by_level(study)[1]
    sessions = {f"run{run.pk}" for run in machine.runs}
    assert machine.recipe == expected
    assert _sessions_in_the_verdict(version, level=1) == sessions
    assert _recipes_on_the_machine_page(study, level=1) == [expected]
    assert _recipe_of_the_attention_check(study, 1, monkeypatch) == expected
    assert _sessions_in_the_matrix(version, trained=2, tested=1) == sessions
    assert facts(study)[1].alone == machine.mean == 0.75


@pytest.mark.thorough
def test_a_tie_is_broken_the_same_way_everywhere(
    version: StudyVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = version.study
    study.attacker_runs.filter(trained_through=2).delete()
    machine, expected = machine_by_level(study)[1], Recipe(1, 1, "a")
    sessions = {f"run{run.pk}" for run in machine.runs}
    assert machine.recipe == expected
    assert _sessions_in_the_verdict(version, level=1) == sessions
    assert _recipes_on_the_machine_page(study, level=1) == [expected]
    assert _recipe_of_the_attention_check(study, 1, monkeypatch) == expected
    assert _sessions_in_the_matrix(version, trained=1, tested=1) == sessions


@pytest.mark.thorough
def test_every_other_cell_of_the_matrix_shows_the_strongest_of_its_row(version: StudyVersion) -> None:
    cells = attack_of_each_cell(version.study)
    assert {cells[trained, 0].recipe for trained in (0, 1, 2)} == {
        Recipe(0, 1, "a"),
        Recipe(1, 1, "a"),
        Recipe(2, 1, "a"),
    }
    assert cells[2, 2].recipe == Recipe(2, 1, "a")


@pytest.mark.thorough
def test_an_ensemble_counts_and_the_strongest_network_is_looked_into(db: None) -> None:
    study = draft_study(seeds=1, architectures=["a", "b"])
    for net, skill in (("a", 0.25), ("b", 0.5), (ENSEMBLE, 0.75)):
        add_run(study, 1, 0, skill, net=net)
    assert machine_by_level(study)[1].recipe.architecture == ENSEMBLE
    assert strongest_attack(networks_on(study, 1), study.seeds).recipe.architecture == "b"


@pytest.mark.thorough
def test_a_run_attacks_the_lighter_levels_that_it_has_answered(version: StudyVersion) -> None:
    attacks = attacks_by_level(version.study.attacker_runs.attackers())
    assert {attack.recipe.trained_through for attack in attacks[0]} == {0, 2}
    assert {attack.recipe.trained_through for attack in attacks[2]} == {2}


def _sessions_in_the_verdict(version: StudyVersion, level: int) -> set[str]:
    rows = machine_rows(version, Mode.SIMULATED)
    return {row["session_id"] for row in rows if row["crop_level"] == level}


def _recipes_on_the_machine_page(study: Study, level: int) -> list[Recipe]:
    rows = [row for row in attacks_of(study) if level in row.counts_at]
    return [Recipe(row.level, row.round, row.architecture) for row in rows]


def _recipe_of_the_attention_check(study: Study, level: int, monkeypatch: pytest.MonkeyPatch) -> Recipe:
    def no_maps(_: object) -> None:
        raise NoMapError("no spatial feature map")

    monkeypatch.setattr(attacker, "load", no_maps)
    settings = check_attention(study.levels.get(number=level), SimpleNamespace()).result.settings
    return Recipe(settings.trained_through, settings.round, settings.architecture)


def _sessions_in_the_matrix(version: StudyVersion, trained: int, tested: int) -> set[str]:
    rows = matrix_predictions(version)
    cell = (rows["trained_through"] == trained) & (rows["crop_level"] == tested)
    return set(rows.loc[cell, "session_id"])
