"""What a researcher hears of: each occurrence once, only what was asked for, and only what happened since."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from pipeline.models import Job, Loop, LoopEntry, Notice, NoticeWishes
from pipeline.notices.noting import queue_notices
from study.models import Session, Study
from study.models.people import Mode
from tests.study.factories import draft_study, open_study_version, player

pytestmark = pytest.mark.django_db


def wish(study: Study, **wishes: object) -> NoticeWishes:
    """Wishes of an hour ago."""
    row = NoticeWishes.objects.create(study=study, mail_to="ada@example.org", **wishes)
    NoticeWishes.objects.filter(pk=row.pk).update(since=timezone.now() - timedelta(hours=1))
    return row


def ended(study: Study, kind: Job.Kind, state: Job.State, **fields: object) -> Job:
    now = timezone.now()
    times = {"ring_after": now, "started_at": now, "finished_at": now}
    return Job.objects.create(study=study, kind=kind, key=f"{kind}:{state}", state=state, **(times | fields))


def texts() -> list[str]:
    return list(Notice.objects.values_list("text", flat=True))


def test_a_failed_job_is_told_once_and_again_when_it_fails_again() -> None:
    study = draft_study()
    wish(study)
    job = ended(study, Job.Kind.TEST, Job.State.FAILED, params={"level": 2}, error="/srv/secret")
    assert [job.kind for job in queue_notices()] == [Job.Kind.NOTIFY]
    assert queue_notices() == []
    assert texts() == ["Testing attackers at level 2 failed. The desk says why, and can start it again."]
    Job.objects.filter(pk=job.pk).update(finished_at=timezone.now() + timedelta(minutes=1))
    assert len(queue_notices()) == 1


def test_nothing_is_told_of_what_was_not_asked_for_or_happened_before() -> None:
    study, other = draft_study(), draft_study()
    wish(study, job_failed=False)
    wish(other)
    ended(study, Job.Kind.CROP, Job.State.FAILED, params={"level": 2})
    long_ago = timezone.now() - timedelta(days=1)
    ended(other, Job.Kind.CROP, Job.State.FAILED, params={"level": 2}, finished_at=long_ago)
    ended(draft_study(), Job.Kind.CROP, Job.State.FAILED, params={"level": 2})
    assert queue_notices() == []


def test_a_notice_that_could_not_be_delivered_makes_no_notice() -> None:
    study = draft_study()
    wish(study)
    ended(study, Job.Kind.NOTIFY, Job.State.FAILED)
    assert queue_notices() == []


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (Loop.State.FINISHED, "The loop has finished. The desk says what it has found."),
        (Loop.State.FAILED, "The loop cannot go on. The desk says why."),
    ],
)
def test_a_loop_that_ended_is_told(state: Loop.State, text: str) -> None:
    study = draft_study()
    wish(study)
    Loop.objects.create(study=study, state=state, finished_at=timezone.now())
    queue_notices()
    assert texts() == [text]


def test_a_loop_that_a_researcher_stopped_is_no_news() -> None:
    study = draft_study()
    wish(study)
    Loop.objects.create(study=study, state=Loop.State.STOPPED, finished_at=timezone.now())
    assert queue_notices() == []


def test_a_loop_that_waits_for_people_is_told_once_for_each_level() -> None:
    study = draft_study()
    wish(study)
    loop = Loop.objects.create(study=study, state=Loop.State.WAITING)
    for level in (1, 2):
        LoopEntry.objects.create(loop=loop, level=level, decision="review", reason="to be looked at")
        assert len(queue_notices()) == 1
        assert queue_notices() == []
    assert texts()[-1] == "The loop waits for people at level 2: review."


def test_enough_people_are_told_once() -> None:
    version = open_study_version(target_completes=2)
    wish(version.study)
    for mode in (Mode.LIVE, Mode.SIMULATED):
        player(version, mode=mode)
    Session.objects.update(status=Session.Status.COMPLETED)
    assert queue_notices() == [], "one of two, and a robot is nobody"
    player(version)
    Session.objects.update(status=Session.Status.COMPLETED)
    assert len(queue_notices()) == 1
    assert texts() == ["2 people have finished, as planned. New ones are turned away."]
    assert queue_notices() == []


def test_an_analysis_is_told_when_it_is_done() -> None:
    study = draft_study()
    wish(study, webhook="https://hooks.example.org/secret")
    ended(study, Job.Kind.ANALYSE, Job.State.SUCCEEDED)
    assert sorted(job.key.split(":")[2] for job in queue_notices()) == ["mail", "webhook"]
    assert texts() == ["An analysis is done. Its report is on the desk."]
