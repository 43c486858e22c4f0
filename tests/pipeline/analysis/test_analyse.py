"""The analysis of a frozen version, as a worker runs it."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import sys
from html import unescape
from importlib.metadata import version as installed
from pathlib import Path

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader
from pytest_django import Settings

from pipeline.analysis.analyse import NothingToAnalyse, hypotheses, request_analysis, software
from pipeline.analysis.interim_looks import WHILE_OPEN, is_a_look, looks_of
from pipeline.analysis.report_content import NotDone, source_of
from pipeline.datasets import run_directory
from pipeline.desk.report_page import _level_row
from pipeline.exports.files import FILES
from pipeline.models import Analysis, Job
from stats.apa import signed
from study.freezing.freeze import close_study, open_study
from study.models import StudyVersion, Trial
from study.models.people import Mode
from tests.pipeline.answered import answered_version
from tests.pipeline.studies import make_study, work_off

pytestmark = pytest.mark.django_db
PEOPLE = 8


@pytest.fixture
def version() -> StudyVersion:
    """People err once or twice in eighteen trials, the machine knows full photos only."""
    design = {"floor": 0.6, "ceiling": 0.5, "alpha": 0.04}
    version = answered_version(PEOPLE, test_photos=8, trials_per_person=18, **design)
    tests = Trial.objects.filter(block_type="test").order_by("session", "trial_index")
    Trial.objects.filter(pk__in=[trial.pk for trial in tests[::13]]).update(correct=False)
    return version


def test_a_planted_sweet_spot_is_found_and_told_alike_by_page_files_and_shell(
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


def _the_report_shows_the_verdict_and_says_that_the_people_are_robots(
    analysis: Analysis, client: Client
) -> None:
    address = [analysis.study.code, analysis.pk]
    page = unescape(client.get(reverse("pipeline:report", args=address)).content.decode())
    assert "Sweet spot: level 1, 2" in page, page[page.find("headline") :][:300]
    assert "simulated (robots)" in page
    assert "with 96 % confidence intervals" in page
    assert "< 0.0001" in page
    assert "0.0000" not in page
    figure = client.get(reverse("pipeline:figure", args=[*address, "accuracy"]))
    assert figure["Content-Type"] == "image/svg+xml"
    files = {kind: written(client, analysis, kind) for kind in ("html", "pdf", "json")}
    analysis.refresh_from_db()
    assert_tells(
        analysis, {"page": page, "html": unescape(files["html"].decode()), "pdf": pdf_text(files["pdf"])}
    )
    assert json.loads(files["json"])["verdict"] == analysis.result


def test_an_unfrozen_study_and_an_unanswered_one_say_what_is_missing() -> None:
    with pytest.raises(NothingToAnalyse, match="is not frozen"):
        request_analysis(make_study(), Mode.LIVE)
    version = answered_version(people=0)
    with pytest.raises(NothingToAnalyse, match="Nobody has completed"):
        request_analysis(version.study, Mode.LIVE)


def test_the_software_names_what_trained_the_networks_in_the_analysis(
    settings: Settings, tmp_path: Path
) -> None:
    """Not what happens to be installed where the analysis runs."""
    settings.SWEETSPOT_VAR = tmp_path
    version = answered_version()
    for number, run in enumerate(version.study.attacker_runs.all()):
        record = {"provenance": {"versions": {"torch": f"2.{number % 2}", "cuda": "none", "numpy": "1.0"}}}
        run_directory(run).mkdir(parents=True)
        (run_directory(run) / "model.json").write_text(json.dumps({"format": 1, "record": record}))
    listed = software(version.study)
    assert listed["torch"] == "2.0 and 2.1"
    assert listed["numpy"] == f"1.0 and {installed('numpy')}"
    assert {"sweetspot", "python", "scipy", "pandas", "matplotlib", "django"} < set(listed)
    assert not {"timm", "torchvision", "statsmodels", "cuda"} & set(listed)


def test_a_study_without_trained_attackers_is_analysed_and_says_what_is_missing() -> None:
    version = answered_version(people=2, test_photos=8, trials_per_person=18)
    version.study.attacker_runs.all().delete()
    analysis = request_analysis(version.study, Mode.SIMULATED)
    work_off(version.study)
    analysis.refresh_from_db()
    assert analysis.job.error == ""
    assert analysis.result["verdict"].startswith("no verdict: attacker not competent (no machine trials")
    assert analysis.attack_matrix is None
    assert "no machine rows" in analysis.secondary["bias"]["reason"]


def test_two_clicks_at_once_are_one_analysis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both counted the analyses before either was there."""
    study = answered_version(people=1).study
    monkeypatch.setattr("pipeline.analysis.analyse._analyses", lambda study: 0)
    assert request_analysis(study, Mode.SIMULATED) == request_analysis(study, Mode.SIMULATED)


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


def pdf_text(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def assert_tells(analysis: Analysis, texts: dict[str, str]) -> None:
    """Every way of reading the report has its secondary figures, settings and hashes."""
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

    def analysed(mode: str) -> Analysis:
        number = study.jobs.count()
        job = Job.objects.create(
            study=study, kind=Job.Kind.ANALYSE, key=f"analyse:{number}", ring_after=timezone.now()
        )
        one = Analysis(study=study, version=version, job=job, mode=mode, result={})
        one.settings = {WHILE_OPEN: is_a_look(one)}
        one.save()
        return one

    open_study(study)
    assert looks_of(analysed(Mode.SIMULATED)).unplanned == 0
    assert [looks_of(analysed(Mode.LIVE)).unplanned for _ in range(2)] == [1, 2]
    close_study(study)
    assert looks_of(analysed(Mode.LIVE)).unplanned == 2


def test_there_is_no_report_of_an_analysis_that_is_not_done(
    version: StudyVersion, admin_client: Client
) -> None:
    analysis = request_analysis(version.study, Mode.SIMULATED)
    with pytest.raises(NotDone, match="not done yet"):
        source_of(analysis)
    address = reverse("pipeline:written", args=[version.study.code, analysis.pk, "pdf"])
    assert admin_client.get(address).status_code == 404


def test_the_gate_that_was_frozen_is_the_gate_that_is_tested() -> None:
    version = answered_version(people=0, human_gate="loss", loss_delta=0.2)
    assert hypotheses(version)["human_gate"] == "loss"
    assert hypotheses(version)["loss_delta"] == 0.2


def test_the_page_prints_the_p_of_the_test_that_counts() -> None:
    level = {
        "crop_level": 1,
        "human": {"estimate": 0.9, "p": 0.2},
        "loss": {"p": 0.01},
        "verdict": "supported",
    }
    analysis = Analysis(study=make_study(), result={"settings": {"human_gate": "loss"}})
    assert _level_row(level, analysis)["human"]["p_words"] == "0.0100"
    analysis.result = {"settings": {"human_gate": "floor"}}
    assert _level_row(level, analysis)["human"]["p_words"] == "0.2000"


def test_a_failed_analysis_is_told_on_the_report(version: StudyVersion, admin_client: Client) -> None:
    analysis = request_analysis(version.study, Mode.SIMULATED)
    Job.objects.filter(pk=analysis.job_id).update(state=Job.State.FAILED, error="TableError: no rows")
    page = admin_client.get(
        reverse("pipeline:report", args=[version.study.code, analysis.pk])
    ).content.decode()
    assert "TableError: no rows" in page
