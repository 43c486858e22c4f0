"""`manage.py study`: a verb for each button, by the same actions, logged under who did it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.utils import timezone

from pipeline.actions.study_actions import ACTIONS
from pipeline.actions.token_keys import bearer
from pipeline.audit import entries_of
from pipeline.management.commands.study import VERBS
from pipeline.models import Job
from study.models import Role, Study
from study.models.members import role_of
from tests.pipeline.answered import answered_version
from tests.pipeline.api.test_api import zipped
from tests.pipeline.studies import draw_photos, work_off

pytestmark = pytest.mark.django_db


def study(*words: object) -> str:
    out = io.StringIO()
    call_command("study", *map(str, words), stdout=out)
    return out.getvalue().strip()


def test_every_button_of_the_desk_is_a_verb() -> None:
    assert set(ACTIONS) <= set(VERBS)
    assert {"create", "import", "loop", "freeze", "open", "close", "analyse", "export"} <= set(VERBS)


def test_a_study_is_made_filled_and_started_from_a_shell(tmp_path: Path) -> None:
    get_user_model().objects.create_user("ada", is_staff=True)
    code = study("create", "From a shell", "--preset", "quick", "--as", "ada")
    row = Study.objects.get(code=code)
    assert "deadline_ms" in study("design", code)
    assert study("design", code, "deadline_ms=4000", "title=Sport") == "Changed: deadline_ms, title."
    archive = tmp_path / "photos.zip"
    archive.write_bytes(zipped(draw_photos(tmp_path / "photos")))
    study("import", code, archive)
    work_off(row)
    study("take-in", code)
    work_off(row)
    assert row.items.count() == 48
    assert "offered: start-loop" in study("status", code)
    assert "The loop runs" in study("loop", code)
    job = row.jobs.unfinished().first()
    assert "being stopped" in study("stop-job", code, job.pk)
    assert code in study("list")
    like = study("create", "Like it", "--like", code, "--as", "ada")
    assert Study.objects.get(code=like).seeds == row.seeds
    who = set(entries_of(row).values_list("user__username", flat=True))
    assert who == {"ada"}


def test_an_answered_study_is_closed_analysed_and_exported_from_a_shell(tmp_path: Path) -> None:
    version = answered_version(people=1)
    code = version.study.code
    assert "Closed" in study("close", code)
    assert "queued" in study("analyse-simulated", code)
    assert "queued" in study("simulate", code, "--people", 3)
    assert Job.objects.get(kind=Job.Kind.SIMULATE).params["people"] == 3
    study("export", code, "--mode", "simulated", "--out", tmp_path / "all.zip")
    assert (tmp_path / "all.zip").stat().st_size > 1000
    logged = {entry.change_message for entry in entries_of(version.study)}
    assert {"close", "analyse-simulated", "exported dataset.zip (simulated)"} <= logged


def test_members_and_tokens_from_a_shell() -> None:
    version = answered_version(people=1)
    row, grace = version.study, get_user_model().objects.create_user("grace", is_staff=True)
    study("invite", row.code, "grace", "reader")
    assert role_of(grace, row) == Role.READER
    study("remove", row.code, "grace")
    study("hand-over", row.code, "grace")
    row.refresh_from_db()
    assert row.owner == grace
    secret = study("token", "notebook", "--as", "grace", "--scope", "work")
    assert bearer(secret, timezone.now()).user == grace


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("freeze", "nowhere"), "No study has the code"),
        (("create", "x", "--as", "nobody"), "There is no account"),
        (("import", "CODE", "/nowhere.zip"), "is no file"),
        (("take-in", "CODE"), "no upload"),
        (("design", "CODE", "floor=2"), "floor"),
        (("retry", "CODE", "999999999"), "no job 999999999"),
        (("invite", "CODE", "nobody", "reader"), "can log in"),
        (("simulate", "CODE", "--people", "0"), "1 to 1000"),
        (("stop-loop", "CODE"), "never started"),
    ],
)
def test_what_cannot_be_done_is_one_line_that_says_why(words: tuple[str, ...], says: str) -> None:
    code = answered_version(people=1).study.code
    with pytest.raises(CommandError, match=says):
        study(*(code if word == "CODE" else word for word in words))
