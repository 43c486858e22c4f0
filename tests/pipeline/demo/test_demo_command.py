"""`manage.py demo`: a second run takes up what the first has done, and what fails is said in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from pipeline.demo import demo_study, run
from pipeline.demo.run import DemoFailedError
from pipeline.models import Analysis, Job, Loop
from study.models import Participant, Study
from study.models.people import Mode
from study.robots.crowd import CrowdReport
from tests.pipeline.bundle.bundled import analysed_study
from tests.study.factories import draft_study

pytestmark = pytest.mark.django_db
SITE = "http://127.0.0.1:8000"


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> Analysis:
    """A demonstration that went its whole way before: loop, people and analysis."""
    analysis = analysed_study(people=2)
    Study.objects.filter(pk=analysis.study_id).update(code="demo")
    Participant.objects.update(mode=Mode.SIMULATED)
    Analysis.objects.update(mode=Mode.SIMULATED)
    monkeypatch.setattr(run, "PEOPLE", 2)
    ended(monkeypatch, Loop.State.FINISHED)
    return analysis


def ended(monkeypatch: pytest.MonkeyPatch, state: str, reason: str = "") -> None:
    monkeypatch.setattr(run.advance, "start", lambda study: Loop(study=study, state=state, reason=reason))


def shown() -> tuple[list[tuple[str, float]], run.Show]:
    seen: list[tuple[str, float]] = []
    return seen, lambda stage, share, _message: seen.append((stage, share))


def test_a_second_run_does_nothing_again_and_prints_verdict_and_addresses(
    done: Analysis, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("demo", base_url=SITE)
    printed = capsys.readouterr().out
    assert "the people are SIMULATED" in printed
    assert done.text.splitlines()[0] in printed
    assert f"{SITE}/desk/demo/" in printed
    login = demo_study.ensure_login()
    assert f"{login.name} / {login.password}" in printed
    assert json.loads((demo_study.demo_directory() / "verdict.json").read_text()) == done.result
    assert Analysis.objects.get() == done


def test_what_was_done_before_is_shown_as_done(done: Analysis) -> None:
    seen, show = shown()
    assert run.run(None, SITE, show) == done
    assert (done.job.key, 1.0) in seen


def test_a_loop_that_failed_ends_the_demo_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    Study.objects.filter(pk=draft_study().pk).update(code="demo")
    ended(monkeypatch, Loop.State.FAILED, "no network learnt anything")
    with pytest.raises(CommandError, match="ended as failed: no network learnt anything"):
        call_command("demo", base_url=SITE)


def test_a_study_that_no_robot_finishes_says_how_they_ended(
    done: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def all_time_out(_: Study, __: str, people: int, **options: object) -> CrowdReport:
        asked.append(people)
        return CrowdReport(people, {"abandoned": people})

    monkeypatch.setattr(run, "simulate", all_time_out)
    monkeypatch.setattr(run, "PEOPLE", 5)
    with pytest.raises(DemoFailedError, match="'abandoned': 3"):
        run.run(None, SITE, shown()[1])
    assert asked == [3], "two had finished before"


def test_an_analysis_that_failed_ends_the_demo_with_its_error(
    done: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    Analysis.objects.update(result=None)
    failed = Job(state=Job.State.FAILED, error="no trials")
    monkeypatch.setattr(run, "request_analysis", lambda *_: Analysis(job=failed))
    with pytest.raises(DemoFailedError, match="The analysis failed: no trials"):
        run.run(None, SITE, shown()[1])


def test_own_photos_are_a_study_of_their_own_which_keeps_its_levels_and_its_login(tmp_path: Path) -> None:
    drawn, own = demo_study.ensure_study(None), demo_study.ensure_study(tmp_path)
    assert (drawn.code, drawn.pilot) == ("demo", True)
    assert own.code.startswith("demo-")
    assert tmp_path.name in own.name
    assert drawn.levels.count() == own.levels.count() == len(demo_study.SHARES)
    assert demo_study.ensure_study(tmp_path) == own
    assert own.levels.count() == len(demo_study.SHARES)
    assert (demo_study.demo_directory() / "login.json").stat().st_mode & 0o077 == 0
