"""An attacker that a search found enters verdict, matrix, tables and report like all, with its provenance."""

from __future__ import annotations

import csv

import msgspec
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pipeline.analysis.freezing import freeze_with_machine
from pipeline.analysis.report_content import source_of
from pipeline.attacks.matrix_cells import attack_of_each_cell
from pipeline.attacks.strongest import machine_by_level
from pipeline.bundle.bundle_tables import TABLES
from pipeline.exports.files import FILES
from pipeline.exports.machine_answers import machine_of
from pipeline.models import AttackerRun, AttackSearch, Job
from pipeline.models.frozen_machines import Machine
from pipeline.models.run_records import SearchedRecipe, SearchSummary, SearchTerms
from pipeline.searches.searches_told import searches_told
from study.asking.same_different import SAME_DIFFERENT
from study.asking.single_photo import SINGLE
from study.asking.two_photos import TWO_PHOTOS
from study.asking.yes_no_question import YES_NO
from study.models import Study, StudyVersion
from study.models.people import Mode
from tests.pipeline.answered import add_run
from tests.pipeline.brought.test_outside_in_a_version import analysed, study
from tests.study.factories import NOW

__all__ = ["study"]
pytestmark = pytest.mark.django_db
KEY = "0123456789ab"
STRONGER = SearchSummary(16, 5, 0.25, 0.75, 0.4, 0.2, "mixing=mixup", KEY, 1.25)
NONE_STRONGER = SearchSummary(16, 5, 0.25, 0.25, 0.2, 0.1, "", "", 0.5)
NOTHING_KNOWN = {"answers": [], "counting": {}, "cells": [], "trained_with": {}}


def add_search(study: Study, level: int, summary: SearchSummary) -> None:
    job = Job.objects.create(
        study=study, kind=Job.Kind.SEARCH, key=f"search:l{level}", state=Job.State.SUCCEEDED,
        ring_after=timezone.now(),
    )  # fmt: skip
    AttackSearch.objects.create(
        study=study, level=level, job=job, terms=msgspec.to_builtins(SearchTerms({})), recipes=16,
        cpu_seconds=600.0, summary=msgspec.to_builtins(summary),
    )  # fmt: skip


def add_searched(study: Study, level: int, skill: float) -> AttackerRun:
    """An attacker of the study's own network and seed, by a recipe of its own."""
    run = add_run(study, level, 0, skill, round=9, validated=dict.fromkeys(range(3), skill))
    recipe = SearchedRecipe({"architecture": "net"}, lighter=True, words="mixing=mixup", tried=16)
    run.round, run.recipe, run.searched = 1, KEY, msgspec.to_builtins(recipe)
    run.save()
    return run


def rows(version: StudyVersion, file: str) -> list[dict[str, str]]:
    return list(csv.DictReader("".join(FILES[file](version, Mode.SIMULATED)).splitlines()))


def test_a_stronger_recipe_counts_in_verdict_and_matrix(study: Study) -> None:
    run = add_searched(study, 2, 1.0)
    machine = machine_by_level(study)[2]
    assert (machine.recipe.searched, machine.runs) == (KEY, (run,))
    assert attack_of_each_cell(study)[2, 2].recipe.searched == KEY
    version = freeze_with_machine(study, NOW)
    agents = {row["agent_id"] for row in rows(version, "trials.csv") if row["crop_level"] == "2"}
    assert f"net-seed0-{KEY}" in agents


def test_a_weaker_recipe_counts_nowhere_and_stands_in_the_tables(study: Study) -> None:
    run = add_searched(study, 2, 0.0)
    assert machine_by_level(study)[2].recipe.searched == ""
    version = freeze_with_machine(study, NOW)
    predicted = rows(version, "predictions.csv")
    assert {row["searched"] for row in predicted} == {"", KEY}
    assert {row["agent_id"] for row in predicted if row["searched"]} == {f"net-seed0-{KEY}"}
    (row,) = (row for row in rows(version, "runs.csv") if row["run_id"] == f"run{run.pk}")
    assert row["searched"] == KEY
    assert row["recipe_from"] == "found by a search of 16 recipes on validation photos: mixing=mixup"
    (other,) = (row for row in rows(version, "runs.csv") if row["trained_through"] == "1")
    assert (other["searched"], other["recipe_from"]) == ("", "")


def test_the_loop_does_not_take_it_for_a_round_of_its_own(study: Study) -> None:
    Study.objects.filter(pk=study.pk).update(architectures=["net"])
    study.refresh_from_db()
    run = add_searched(study, 2, 1.0)
    assert run not in study.attacker_runs.of_the_loop(study)
    assert study.attacker_runs.of_the_loop(study).filter(trained_through=2).exists()


@pytest.mark.thorough
def test_the_report_says_where_a_search_was_made_and_where_none_was(study: Study) -> None:
    add_search(study, 2, STRONGER)
    add_searched(study, 2, 0.5)
    analysis = analysed(study, freeze_with_machine(study, NOW))
    statements = " ".join(source_of(analysis).facts.statements)
    assert (
        "Level 2: a search of 16 recipes on validation photos found a stronger one than the study's own "
        "(mixing=mixup): .750 instead of .250" in statements
    )
    assert (
        "The 5 recipes that learned from all training photos reached .200 to .750 (median .400)" in statements
    )
    assert "no test photo was used" in statements
    assert (
        "An attacker of its own was trained by it (1 seed), and is the machine that counts there."
        in statements
    )


def test_a_search_that_failed_and_none_at_all_are_told_where_the_machine_fails() -> None:
    failed = Machine(**NOTHING_KNOWN, searches={3: NONE_STRONGER})
    made, not_made = searches_told(failed, [3, 4], SINGLE)
    assert "found none that is stronger than the study's own (.250)" in made
    assert not_made == (
        "Level 4, at which the machine fails: no search for a stronger attack was made, so only the study's "
        "own recipe was tried."
    )
    nothing = list(searches_told(Machine(**NOTHING_KNOWN), [], SINGLE))
    assert nothing == [], "where the machine holds, nothing is said"


@pytest.mark.parametrize("task", [YES_NO, TWO_PHOTOS, SAME_DIFFERENT])
def test_where_people_name_no_classes_it_is_told_that_searches_do(task: str) -> None:
    failed = Machine(**NOTHING_KNOWN, searches={3: NONE_STRONGER})
    *levels, last = searches_told(failed, [3], task)
    assert levels == list(searches_told(failed, [3], SINGLE))
    assert "compare recipes by how often they name the class of a photo" in last
    unsearched = Machine(**NOTHING_KNOWN)
    assert list(searches_told(unsearched, [3], task)) == list(searches_told(unsearched, [3], SINGLE))


def test_an_attacker_that_is_not_trained_or_weaker_is_told() -> None:
    waiting = Machine(**NOTHING_KNOWN, searches={3: STRONGER})
    (told_early,) = searches_told(waiting, [3], SINGLE)
    assert told_early.endswith("No attacker was trained by it before this version was frozen.")
    weaker = {**NOTHING_KNOWN, "counting": {3: [1]}, "searched": {7: KEY, 8: KEY}}
    (sentence,) = searches_told(Machine(**weaker, searches={3: STRONGER}), [], SINGLE)
    assert sentence.endswith("(2 seeds), and does not count there: another is stronger.")


def test_what_is_searched_later_counts_in_no_version_that_was_frozen_before(study: Study) -> None:
    version = freeze_with_machine(study, NOW)
    before = [rows(version, file) for file in ("trials.csv", "predictions.csv")]
    packed = machine_of(version).pack()
    assert b"search" not in packed, (
        "without any, the bytes are those that they were before there were searches"
    )
    add_search(study, 2, STRONGER)
    add_searched(study, 2, 1.0)
    assert [rows(version, file) for file in ("trials.csv", "predictions.csv")] == before
    assert machine_of(version).searches == {}
    assert machine_of(freeze_with_machine(study, NOW)).searches == {2: STRONGER}


def test_searches_travel_in_a_bundle() -> None:
    assert AttackSearch in {table.model for table in TABLES}


@pytest.mark.thorough
def test_the_pages_of_machine_and_comparison_show_it_beside_the_study_s_own(
    study: Study, admin_client: Client
) -> None:
    add_searched(study, 2, 1.0)
    page = admin_client.get(reverse("pipeline:machine", args=[study.code])).content.decode()
    assert f"{KEY}, found by a search of 16 recipes on validation photos: mixing=mixup" in page
    assert "the study&#x27;s own" in page or "the study's own" in page
    beside = admin_client.get(reverse("pipeline:compare", args=[study.code])).content.decode()
    assert f"recipe {KEY} of a search" in beside
