"""`manage.py study`: a verb for each button, by the same actions, logged under who did it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from pipeline.actions.study_actions import ACTIONS
from pipeline.actions.token_keys import bearer
from pipeline.audit import entries_of
from pipeline.management.commands.study import VERBS
from pipeline.models import Job
from study.models import Role, Stimulus, Study
from study.models.members import role_of
from tests.pipeline.answered import answered_version
from tests.pipeline.api.scripts import zipped
from tests.pipeline.studies import draw_photos, make_study, work_off
from tests.study.factories import draft_study

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


def test_crops_are_reviewed_from_a_shell() -> None:
    row = draft_study()
    assert Stimulus.objects.filter(level__study=row).update(review="pending")
    crops = study("crops", row.code, 1, "--marked").splitlines()
    first, second = (line.split()[0] for line in crops[:2])
    assert study("keep-crop", row.code, first) == "Stored."
    assert study("drop-crop", row.code, second) == "Stored."
    reviews = dict(Stimulus.objects.filter(pk__in=[first, second]).values_list("pk", "review"))
    assert reviews == {int(first): "approved", int(second): "discarded"}
    assert "Undone" in study("undo-crop", row.code)
    assert len(study("crops", row.code, 1, "--marked").splitlines()) == len(crops) - 1
    assert study("keep-crops", row.code, 1) == f"{len(crops) - 1} crops approved."
    assert study("crops", row.code, 1, "--marked") == "No crop."


def test_levels_labels_power_and_notices_from_a_shell(settings: Settings) -> None:
    settings.SENDS_MAIL = True
    row = make_study()
    row.categories.create(name="dunk", position=0)
    row.categories.create(name="shoot", position=1)
    assert "3 levels" in study("levels", row.code, 1, 0.5, 0.25)
    assert study("levels", row.code).splitlines()[2] == "level 2 (side 0.25)"
    assert study("labels", row.code, 'dunk={"en": "Dunking"}') == "Labelled: dunk."
    assert study("labels", row.code) == 'dunk={"en": "Dunking"}\nshoot={}'
    assert "queued as job" in study("power", row.code, "seeds=3")
    job = row.jobs.get(kind=Job.Kind.POWER)
    assert job.params["seeds"] == 3
    Job.objects.filter(pk=job.pk).update(
        report={"sizes": [], "says": "Forty are enough.", "figure": "", "recommended": 40}
    )
    assert study("plan-people", row.code, job.pk).startswith("Forty are enough. The design asks for 40")
    assert "Stored" in study("notices", row.code, "mail_to=ada@example.org", "job_failed=false")
    assert "job_failed=false" in study("notices", row.code)
    assert "being sent" in study("test-notice", row.code)


def test_a_study_leaves_as_a_bundle_is_deleted_and_comes_back_from_a_shell(tmp_path: Path) -> None:
    row = answered_version(people=1).study
    code, name = row.code, row.name
    study("close", code)
    study("bundle", code, "--out", tmp_path / "whole.zip")
    row.jobs.unfinished().update(state=Job.State.CANCELLED)
    assert "is deleted" in study("delete", code, name)
    assert "Closed to participants" in study(
        "take-bundle", tmp_path / "whole.zip", "--as", row.owner.username
    )
    assert Study.objects.get(code=code).versions.get().participants.count() == 1


def test_a_person_is_left_out_and_erased_from_a_shell() -> None:
    version = answered_version(people=2)
    person, other = version.participants.order_by("pk")
    answer = study(
        "decide-person", version.study.code, person.public_id, "not_serious", "Told us so in an e-mail."
    )
    assert "left out" in answer
    assert "Erased" in study("erase-person", version.study.code, other.public_id, other.public_id[:8])
    other.refresh_from_db()
    assert not other.session.trials.exclude(response_status="").exists()


def test_a_token_is_revoked_from_a_shell() -> None:
    get_user_model().objects.create_user("grace", is_staff=True)
    secret = study("token", "notebook", "--as", "grace")
    token = bearer(secret, timezone.now())
    assert "Revoked" in study("revoke", token.pk, "--as", "grace")
    assert bearer(secret, timezone.now()) is None


def test_people_are_decided_about_and_erased_from_a_shell_once_they_are_named_twice() -> None:
    version = answered_version(people=2)
    code, (first, second) = version.study.code, version.participants.order_by("pk")
    decided = study("decide-person", code, first.public_id, "not_serious", "a friend answered")
    assert decided.startswith("Decided: left out")
    first.refresh_from_db()
    assert first.ruling == "not_serious"
    with pytest.raises(CommandError, match=f"type {second.public_id[:8]} to erase"):
        study("erase-person", code, second.public_id, "yes")
    assert study("erase-person", code, second.public_id, second.public_id[:8]).startswith("Erased")
    second.refresh_from_db()
    assert second.withdrawn_at is not None
    with pytest.raises(CommandError, match="Nobody of this study has the number"):
        study("decide-person", code, "nobody", "not_serious", "a friend answered")


def test_what_is_not_there_is_neither_thrown_away_nor_read_again_nor_revoked() -> None:
    code = draft_study().code
    assert study("throw-away", code) == "There was no upload to throw away."
    assert study("discard", code, 1) == "There is no such table that waits."
    with pytest.raises(CommandError, match="No upload waits"):
        study("encoding", code, "cp437")
    with pytest.raises(CommandError, match="no valid token of this number"):
        study("revoke", 1, "--as", "researcher")
