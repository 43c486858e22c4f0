"""The analysis of a frozen version, as a worker runs it."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from pipeline.analysis import interim_looks
from pipeline.analysis.analyse import criteria_of
from pipeline.analysis.analysis_request import NothingToAnalyseError, queue_analysis, request_analysis
from pipeline.analysis.interim_looks import looks_of
from pipeline.analysis.report_content import AnalysisNotDoneError, source_of
from pipeline.exports.files import FILES
from pipeline.models import Analysis, Job
from stats import HumanGate
from stats.apa import signed
from stats.inference.look_shares import LookPlan
from study.freezing.freeze import close_study, open_study
from study.models import StudyVersion, Trial
from study.models.people import Mode
from tests.pipeline.analysis.stored_analyses import stored_analysis
from tests.pipeline.answered import answered_version
from tests.pipeline.studies import make_study, work_off
from tests.remembered import remembered
from tests.stats.report.studies import pdf_text

pytestmark = pytest.mark.django_db
PEOPLE = 8


@pytest.fixture
@remembered
def version() -> StudyVersion:
    """People err once or twice in eighteen trials, the machine knows full photos only."""
    design = {"floor": 0.6, "ceiling": 0.5, "alpha": 0.04}
    version = answered_version(PEOPLE, test_photos=8, trials_per_person=18, **design)
    tests = Trial.objects.filter(block_type="test").order_by("session", "trial_index")
    Trial.objects.filter(pk__in=[trial.pk for trial in tests[::13]]).update(correct=False)
    return version


@pytest.mark.thorough
def test_a_planted_sweet_spot_is_found_and_the_same_in_page_files_and_shell(
    version: StudyVersion, admin_client: Client, tmp_path: Path
) -> None:
    """One analysis, then what must hold of it: it takes a while, so it is made once."""
    analysis = request_analysis(version.study, Mode.SIMULATED)
    work_off(version.study)
    analysis.refresh_from_db()
    assert analysis.job.error == ""
    exported = "".join(FILES["trials.csv"](version, Mode.SIMULATED))
    assert analysis.table_sha256 == hashlib.sha256(exported.encode()).hexdigest()
    _the_planted_sweet_spot_is_found(analysis)
    _the_shell_reads_the_export_and_agrees(analysis, exported, tmp_path)
    _the_report_shows_the_verdict_and_says_that_the_people_are_robots(analysis, admin_client)


def _the_planted_sweet_spot_is_found(analysis: Analysis) -> None:
    assert analysis.result["assay"]["passed"]
    assert analysis.result["sweet_levels"] == [1, 2]
    level = analysis.result["levels"][1]
    assert level["human"]["ci_low"] > 0.6
    assert level["machine"]["estimate"] == 0.0
    assert level["human"]["n_agents"] == PEOPLE
    assert level["machine"]["n_agents"] == 2
    assert [len(row) for row in analysis.attack_matrix["rows"]] == [3, 3, 3]
    assert analysis.attack_matrix["rows"][0][0]["ci_low"] == analysis.result["levels"][0]["machine"]["ci_low"]
    assert analysis.secondary["curves"]["numbers"]["human"]["fitted"]
    assert analysis.figures["accuracy"].startswith("<?xml")
    assert analysis.secondary["gap"]["numbers"]["1"]["n_people"] == PEOPLE
    assert "validation" in analysis.secondary["bias"]["reason"]
    assert analysis.settings["human_gate"] == "floor"


def _the_shell_reads_the_export_and_agrees(analysis: Analysis, exported: str, folder: Path) -> None:
    trials, result = folder / "trials.csv", folder / "verdict.json"
    trials.write_text(exported)
    command = [sys.executable, "-m", "stats", "verdict", str(trials), "--json", str(result)]
    command += ["--floor", ".6", "--ceiling", ".5", "--alpha", ".04"]
    subprocess.run(command, check=True, capture_output=True)
    shell = json.loads(result.read_text())
    assert shell["levels"] == analysis.result["levels"]
    assert shell["sweet_levels"] == analysis.result["sweet_levels"]


def _its_words_claim_no_more_than_the_data(page: str) -> None:
    """An attack on a level was trained on its crops, but may have been trained through a heavier one."""
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "while a network trained on crops of that level does not" in text
    assert "that very level" not in text
    assert "does not tell" not in text
    assert f"{PEOPLE} people and 2 networks, 24 photos: 288 trials were analysed" in text
    assert "left out: 48 practice or catch trials" in text
    assert "macro average: classes weigh the same" in text
    assert "cut away: mean share of the photo's area that lies outside the crop" in text


def _the_report_shows_the_verdict_and_says_that_the_people_are_robots(
    analysis: Analysis, client: Client
) -> None:
    address = [analysis.study.code, analysis.pk]
    page = unescape(client.get(reverse("pipeline:report", args=address)).content.decode())
    assert "Sweet spot supported at level 1, 2; refuted at level 0." in page
    assert "simulated (robots)" in page
    assert "Accuracy by level (macro average: classes weigh the same) with 96 % intervals" in page
    _its_words_claim_no_more_than_the_data(page)
    assert "Not computed: bias correction needs machine rows of both splits" in page
    figure = client.get(reverse("pipeline:figure", args=[*address, "accuracy"]))
    assert figure["Content-Type"] == "image/svg+xml"
    files = {kind: written(client, analysis, kind) for kind in ("html", "pdf", "json")}
    analysis.refresh_from_db()
    _every_print_has_its_numbers_and_hashes(
        analysis, {"page": page, "html": unescape(files["html"].decode()), "pdf": pdf_text(files["pdf"])}
    )
    assert json.loads(files["json"])["verdict"] == analysis.result


def test_an_unfrozen_study_and_an_unanswered_one_say_what_is_missing() -> None:
    with pytest.raises(NothingToAnalyseError, match="is not frozen"):
        request_analysis(make_study(), Mode.LIVE)
    version = answered_version(people=0)
    with pytest.raises(NothingToAnalyseError, match="Nobody has completed"):
        request_analysis(version.study, Mode.LIVE)


def test_a_study_without_trained_attackers_is_analysed_and_says_what_is_missing() -> None:
    version = answered_version(people=2, test_photos=8, trials_per_person=18)
    version.study.attacker_runs.all().delete()
    analysis = request_analysis(version.study, Mode.SIMULATED)
    work_off(version.study)
    analysis.refresh_from_db()
    assert analysis.job.error == ""
    assert analysis.result["verdict"] == "no verdict: no machine was tested"
    assert analysis.attack_matrix is None
    assert "no machine rows" in analysis.secondary["bias"]["reason"]


@pytest.mark.thorough
def test_two_clicks_at_once_are_one_analysis() -> None:
    """Both counted the analyses before either was there, and so chose the same key."""
    version = answered_version(people=1)
    first, second = (queue_analysis(version, Mode.SIMULATED, "analyse:simulated:1") for _ in range(2))
    assert first == second


def test_no_job_waits_without_its_analysis(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(**_: object) -> None:
        raise DatabaseError("no room")

    study = answered_version(people=1).study
    monkeypatch.setattr(Analysis.objects, "get_or_create", refused)
    monkeypatch.setattr(Analysis.objects, "create", refused)
    with pytest.raises(DatabaseError):
        request_analysis(study, Mode.SIMULATED)
    assert not study.jobs.filter(kind=Job.Kind.ANALYSE).exists()


def written(client: Client, analysis: Analysis, kind: str) -> bytes:
    response = client.get(reverse("pipeline:written", args=[analysis.study.code, analysis.pk, kind]))
    assert response["Content-Disposition"].endswith(f'-report.{kind}"')
    return response.content


def _every_print_has_its_numbers_and_hashes(analysis: Analysis, texts: dict[str, str]) -> None:
    gap = analysis.secondary["gap"]["numbers"]["1"]
    for name, text in texts.items():
        assert signed(gap["estimate"]) in text, name
        assert "no evaluated attacker" in text, name
        assert analysis.table_sha256 in text.replace(" ", ""), name
        assert "Not computed: bias correction needs machine rows of both splits" in text, name
    assert "practice criterion" in texts["pdf"]
    assert "SIMULATED" in texts["pdf"][: texts["pdf"].index("Results")]


def test_looking_at_people_before_the_study_closed_is_counted(version: StudyVersion) -> None:
    study = version.study

    open_study(study)
    assert looks_of(stored_analysis(version, Mode.SIMULATED, result={})).unplanned == 0
    unplanned = [looks_of(stored_analysis(version, result={})).unplanned for _ in range(2)]
    assert unplanned == [1, 2]
    close_study(study)
    assert looks_of(stored_analysis(version, result={})).unplanned == 2


@pytest.mark.thorough
def test_each_planned_look_is_the_first_analysis_that_has_its_people() -> None:
    looks = {"look_plan": "planned", "look_shares": [0.5, 1], "target_completes": 40}
    version = answered_version(people=0, **looks)
    open_study(version.study)
    unplanned = [
        looks_of(stored_analysis(version, result={}, settings={interim_looks.PEOPLE: people})).unplanned
        for people in (12, 21, 22, 40)
    ]
    assert unplanned == [1, 1, 2, 2]
    taken = looks_of(stored_analysis(version, result={}, settings={interim_looks.PEOPLE: 40}))
    assert (taken.plan, taken.shares, taken.planned_people) == (LookPlan.PLANNED, (0.5, 1), 40)


@pytest.mark.thorough
def test_looks_at_any_time_are_never_unplanned_where_the_design_says_so() -> None:
    version = answered_version(people=0, look_plan="sequence")
    open_study(version.study)
    assert [looks_of(stored_analysis(version, result={})).unplanned for _ in range(2)] == [0, 0]


def test_there_is_no_report_of_an_analysis_that_is_not_done(
    version: StudyVersion, admin_client: Client
) -> None:
    analysis = request_analysis(version.study, Mode.SIMULATED)
    with pytest.raises(AnalysisNotDoneError, match="not done yet"):
        source_of(analysis)
    address = reverse("pipeline:written", args=[version.study.code, analysis.pk, "pdf"])
    assert admin_client.get(address).status_code == 404


@pytest.mark.thorough
def test_the_gate_that_was_frozen_is_the_gate_that_is_tested() -> None:
    criteria = criteria_of(answered_version(people=0, human_gate="loss", loss_delta=0.2))
    assert (criteria.human_gate, criteria.loss_delta) == (HumanGate.LOSS, 0.2)


@pytest.mark.thorough
def test_the_report_of_a_failed_analysis_is_its_error(version: StudyVersion, admin_client: Client) -> None:
    analysis = request_analysis(version.study, Mode.SIMULATED)
    Job.objects.filter(pk=analysis.job_id).update(state=Job.State.FAILED, error="TableError: no rows")
    page = admin_client.get(
        reverse("pipeline:report", args=[version.study.code, analysis.pk])
    ).content.decode()
    assert "TableError: no rows" in page
