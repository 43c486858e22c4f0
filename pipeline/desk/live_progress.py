"""What the desk shows of stages, loop and jobs: one fragment, for the first load and for polling."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Now
from django.utils import timezone

from pipeline.actions.study_actions import ACTIONS
from pipeline.intake.import_job import report_of
from pipeline.models import Job, Loop
from pipeline.queue.notify import broker_answers
from pipeline.standing.job_lines import line_of, queue_of, title_of
from pipeline.standing.offers import offered
from pipeline.standing.remaining_time import done_jobs, left_of_all, usual_seconds
from pipeline.standing.stages import current_stage, stages_of
from pipeline.standing.study_facts import facts_of
from study.models import Session, Study, StudyVersion
from study.models.people import Mode

RECENT = 8
ROBOTS = 20  # enough to see how a report of the study will look
OF_A_JOB = ("run__study", "check_row")


def progress_of(study: Study) -> dict[str, Any]:
    """Return the context of the progress fragment."""
    loop = Loop.objects.filter(study=study).first()
    jobs = study.jobs.select_related(*OF_A_JOB)
    unfinished, now = _unfinished_now()
    own = [job for job in unfinished if job.study_id == study.pk]
    finished = jobs.exclude(state__in=Job.UNFINISHED).order_by("-finished_at")
    failed = jobs.filter(state=Job.State.FAILED)
    done = done_jobs(study)
    usual = usual_seconds(done)
    queue = queue_of(unfinished, study.pk, now)
    loop_runs = bool(loop and loop.state == Loop.State.RUNNING)
    return {
        "study": study,
        **_stages(study),
        "loop": loop,
        "entries": loop.entries.all() if loop else [],
        "failures": [(job, title_of(job)) for job in failed],
        "running": [line_of(job, usual, now) for job in own if job.state == Job.State.RUNNING],
        "waiting": [line_of(job, usual, now) for job in own if job.state == Job.State.QUEUED],
        "all_left": left_of_all(own, usual, now),
        "queue": queue,
        "broker_is_silent": bool(queue.waiting) and not broker_answers(),
        "recent": [(job, title_of(job), report_of(job)) for job in finished[:RECENT]],
        "done": len(done),
        "polling": loop_runs or bool(own),
        "robots": ROBOTS,
    }


def _unfinished_now() -> tuple[list[Job], datetime]:
    """Return the unfinished jobs of all studies, and the database's time, by which leases are renewed."""
    jobs: list[Any] = list(Job.objects.unfinished().select_related(*OF_A_JOB).annotate(read_at=Now()))
    return jobs, jobs[0].read_at if jobs else timezone.now()


def _stages(study: Study) -> dict[str, Any]:
    """Return the stages, the one at which the study is, its action, and the others that may be taken now."""
    facts = facts_of(study)
    stages = stages_of(facts)
    current = current_stage(stages)
    next_action = current.action if current else ""
    others = [(name, ACTIONS[name].label) for name in offered(facts) if name != next_action]
    label = ACTIONS[next_action].label if next_action else ""
    return {"facts": facts, "stages": stages, "current": current, "next_label": label, "others": others}


def people_of(version: StudyVersion | None) -> list[dict[str, Any]]:
    """Return how many sessions a version has, by mode and status; the modes are never added up."""
    if version is None:
        return []
    running = Q(status__in=Session.RUNNING, lease_until__gt=timezone.now())
    sessions = Session.objects.filter(participant__version=version).order_by()
    counted = sessions.values("participant__mode").annotate(
        all=Count("pk"),
        running=Count("pk", filter=running),
        completed=Count("pk", filter=Q(status=Session.Status.COMPLETED)),
        withdrawn=Count("pk", filter=Q(status=Session.Status.WITHDRAWN)),
    )
    by_mode = {row["participant__mode"]: row for row in counted}
    return [by_mode[mode] | {"mode": mode.label} for mode in Mode if mode in by_mode]
