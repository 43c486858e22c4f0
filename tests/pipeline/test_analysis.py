"""The analysis of a frozen version, as a worker runs it."""

import csv
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from pipeline.analysis import NothingToAnalyse, request_analysis
from pipeline.export import FILES
from pipeline.models import Job
from study.models import StudyVersion, Trial
from study.models.people import Mode
from tests.pipeline.answered import answered_version
from tests.pipeline.studies import make_study, work_off

pytestmark = pytest.mark.django_db
PEOPLE = 8


@pytest.fixture
def version() -> StudyVersion:
    """People err once or twice in eighteen trials, the machine knows full photos only."""
    version = answered_version(PEOPLE, test_photos=8, trials_per_person=18, floor=0.6, ceiling=0.5)
    tests = Trial.objects.filter(block_type="test").order_by("session", "trial_index")
    Trial.objects.filter(pk__in=[trial.pk for trial in tests[::13]]).update(correct=False)
    return version


def test_a_planted_sweet_spot_is_found(version: StudyVersion) -> None:
    analysis = request_analysis(version.study, Mode.SIMULATED)
    work_off(version.study)
    analysis.refresh_from_db()
    assert analysis.job.error == ""
    assert analysis.result["assay"]["passed"]
    assert analysis.result["sweet_levels"] == [1, 2]
    level = analysis.result["levels"][1]
    assert level["human"]["ci_low"] > 0.6
    assert level["machine"]["estimate"] == 0.0
    assert level["human"]["n_agents"] == PEOPLE
    assert level["machine"]["n_agents"] == 2
    assert [len(row) for row in analysis.attack_matrix["rows"]] == [3, 3, 3]
    assert analysis.secondary["curves"]["human"]["fitted"]
    assert analysis.figures["accuracy"].startswith("<?xml")


def test_the_shell_reads_the_export_and_agrees_with_the_site(version: StudyVersion, tmp_path: Path) -> None:
    analysis = request_analysis(version.study, Mode.SIMULATED)
    work_off(version.study)
    analysis.refresh_from_db()
    trials, result = tmp_path / "trials.csv", tmp_path / "verdict.json"
    trials.write_text("".join(FILES["trials.csv"](version, Mode.SIMULATED)))
    command = [sys.executable, "-m", "pipeline.stats", "verdict", str(trials), "--json", str(result)]
    command += ["--floor", ".6", "--ceiling", ".5"]
    subprocess.run(command, check=True, capture_output=True)
    shell = json.loads(result.read_text())
    assert shell["levels"] == analysis.result["levels"]
    assert shell["sweet_levels"] == analysis.result["sweet_levels"]


def test_an_unfrozen_study_and_an_unanswered_one_say_what_is_missing() -> None:
    with pytest.raises(NothingToAnalyse, match="is not frozen"):
        request_analysis(make_study(), Mode.LIVE)
    version = answered_version(people=0)
    with pytest.raises(NothingToAnalyse, match="Nobody has completed"):
        request_analysis(version.study, Mode.LIVE)


def test_the_report_shows_the_verdict_and_says_that_the_people_are_robots(
    version: StudyVersion, admin_client: Client
) -> None:
    analysis = request_analysis(version.study, Mode.SIMULATED)
    work_off(version.study)
    page = admin_client.get(
        reverse("pipeline:report", args=[version.study.code, analysis.pk])
    ).content.decode()
    assert "Sweet spot: level 1, 2" in page, page[page.find("headline") :][:300]
    assert "simulated (robots)" in page
    assert "&lt; 0.0001" in page
    assert "0.0000" not in page
    figure = admin_client.get(reverse("pipeline:figure", args=[version.study.code, analysis.pk, "accuracy"]))
    assert figure["Content-Type"] == "image/svg+xml"


def test_a_failed_analysis_is_told_on_the_report(version: StudyVersion, admin_client: Client) -> None:
    analysis = request_analysis(version.study, Mode.SIMULATED)
    Job.objects.filter(pk=analysis.job_id).update(state=Job.State.FAILED, error="TableError: no rows")
    page = admin_client.get(
        reverse("pipeline:report", args=[version.study.code, analysis.pk])
    ).content.decode()
    assert "TableError: no rows" in page


def test_the_table_that_was_analysed_can_be_recognised(version: StudyVersion) -> None:
    analysis = request_analysis(version.study, Mode.SIMULATED)
    work_off(version.study)
    analysis.refresh_from_db()
    exported = "".join(FILES["trials.csv"](version, Mode.SIMULATED))
    assert analysis.table_sha256 == hashlib.sha256(exported.encode()).hexdigest()
    assert len(list(csv.reader(exported.splitlines()))) > 1
