"""What has happened that somebody wants to hear of: read from the rows, so that no crash loses it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F, QuerySet

from pipeline.models import Job, Loop, LoopEntry
from pipeline.models.notices import Notice
from pipeline.standing.job_lines import title_of
from study.models import Session, Study, StudyVersion
from study.models.people import Mode

Event = Notice.Event
_SINCE = F("study__notice_wishes__since")


@dataclass(frozen=True)
class Occurrence:
    """Something that happened to a study.

    Attributes
    ----------
    about : which occurrence of the event; the same occurrence always has the same name
    text : what happened, in a sentence that holds no secret, no path and nothing about a person
    """

    study: Study
    event: Notice.Event
    about: str
    text: str


def occurrences() -> Iterator[Occurrence]:
    """Yield everything that somebody wants to hear of, also what was sent before."""
    yield from _failed_jobs()
    yield from _ended_loops()
    yield from _waiting_loops()
    yield from _full_studies()
    yield from _analyses()


def _failed_jobs() -> Iterator[Occurrence]:
    """Yield jobs that failed, but for deliveries: a notice about a notice would go the same way."""
    failed = _ended_jobs(Job.State.FAILED).filter(study__notice_wishes__job_failed=True)
    for job in failed.exclude(kind=Job.Kind.NOTIFY).select_related("run__study", "check_row"):
        text = f"{title_of(job)} failed. The desk says why, and can start it again."
        yield Occurrence(job.study, Event.JOB_FAILED, f"{job.pk} {job.finished_at:%Y-%m-%d %H:%M:%S}", text)


def _ended_loops() -> Iterator[Occurrence]:
    """Yield loops that finished or cannot go on; of a failed job the notice about that job tells."""
    loops = Loop.objects.filter(study__notice_wishes__loop_ended=True).select_related("study")
    ended = loops.filter(state__in=[Loop.State.FINISHED, Loop.State.FAILED], finished_at__gt=_SINCE)
    for loop in ended:
        if loop.state == Loop.State.FINISHED:
            text = "The loop has finished. The desk says what it has found."
        elif loop.study.jobs.filter(state=Job.State.FAILED).exists():
            continue
        else:
            text = "The loop cannot go on. The desk says why."
        yield Occurrence(loop.study, Event.LOOP_ENDED, f"{loop.finished_at:%Y-%m-%d %H:%M:%S}", text)


def _waiting_loops() -> Iterator[Occurrence]:
    loops = Loop.objects.filter(study__notice_wishes__loop_ended=True).select_related("study")
    for loop in loops.filter(state=Loop.State.WAITING):
        last = LoopEntry.objects.filter(loop=loop, at__gt=F("loop__study__notice_wishes__since")).last()
        if last:
            text = f"The loop waits for people at level {last.level}: {last.decision}."
            yield Occurrence(loop.study, Event.LOOP_ENDED, f"entry {last.pk}", text)


def _full_studies() -> Iterator[Occurrence]:
    """Yield open studies in which as many people as planned have finished."""
    wanted = Study.objects.open().filter(notice_wishes__quota_full=True)
    for study in wanted.exclude(notices__event=Event.QUOTA_FULL):
        newest = StudyVersion.objects.filter(study=study).order_by("-number")
        version = newest.values("pk", "number", target=F("config__design__target_completes")).first()
        if version is None or not version["target"]:
            continue
        people = {"participant__version": version["pk"], "participant__mode": Mode.LIVE}
        if Session.objects.completed().filter(**people).count() >= version["target"]:
            text = f"{version['target']} people have finished, as planned. New ones are turned away."
            yield Occurrence(study, Event.QUOTA_FULL, f"version {version['number']}", text)


def _analyses() -> Iterator[Occurrence]:
    done = _ended_jobs(Job.State.SUCCEEDED).filter(
        kind=Job.Kind.ANALYSE, study__notice_wishes__analysis_done=True
    )
    for job in done:
        text = "An analysis is done. Its report is on the desk."
        yield Occurrence(
            job.study, Event.ANALYSIS_DONE, f"{job.pk} {job.finished_at:%Y-%m-%d %H:%M:%S}", text
        )


def _ended_jobs(state: Job.State) -> QuerySet[Job]:
    return Job.objects.filter(state=state, finished_at__gt=_SINCE).select_related("study")
