"""What the desk shows of stages, loop and jobs: one fragment, for the first load and for polling."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Now

from pipeline.actions.study_actions import ACTIONS
from pipeline.intake.import_job import report_of
from pipeline.models import Job, Loop
from pipeline.queue.notify import broker_answers
from pipeline.standing.job_lines import line_of, queue_of, title_of
from pipeline.standing.job_rows import shown_jobs
from pipeline.standing.offers import offered
from pipeline.standing.remaining_time import done_jobs, left_of_all, usual_seconds
from pipeline.standing.stages import StudyFacts, current_stage, stages_of
from pipeline.standing.study_facts import Standing, facts_of, standing_of
from study.models import Session, Study, StudyVersion
from study.models.people import Mode
from study.statements.prepared_sql import PreparedValues

ROBOTS = 20  # enough to see how a report of the study will look
COUNTED = ("all", "running", "between", "completed", "withdrawn")


def progress_of(study: Study, standing: Standing | None = None) -> dict[str, Any]:
    """Return the context of the progress fragment; how the study stands is read if it was not yet."""
    standing = standing or standing_of(study)
    facts, jobs = facts_of(study, standing), shown_jobs(study)
    own = [job for job in jobs.unfinished if job.study_id == study.pk]
    now, usual = jobs.now, usual_seconds(done_jobs(study) if own else [])
    queue = queue_of(jobs.unfinished, study.pk, now)
    return {
        "study": study,
        **_stages(facts),
        "entries": standing.loop.decisions if standing.loop else [],
        "failures": [(job, title_of(job)) for job in jobs.failed],
        "running": [line_of(job, usual, now) for job in own if job.state == Job.State.RUNNING],
        "waiting": [line_of(job, usual, now) for job in own if job.state == Job.State.QUEUED],
        "all_left": left_of_all(own, usual, now),
        "queue": queue,
        "broker_is_silent": bool(queue.waiting) and not broker_answers(),
        "recent": [(job, title_of(job), report_of(job)) for job in jobs.latest],
        "done": standing.known.done,
        "polling": facts.loop == Loop.State.RUNNING or bool(own),
        "robots": ROBOTS,
    }


def _stages(facts: StudyFacts) -> dict[str, Any]:
    """Return the stages, the one at which the study is, its action, and the others that may be taken now."""
    stages = stages_of(facts)
    current = current_stage(stages)
    next_action = current.action if current else ""
    others = [(name, ACTIONS[name].label) for name in offered(facts) if name != next_action]
    label = ACTIONS[next_action].label if next_action else ""
    return {"facts": facts, "stages": stages, "current": current, "next_label": label, "others": others}


def people_of(version: StudyVersion | None) -> list[dict[str, Any]]:
    """Return how many sessions a version has, by mode and status; the modes are never added up."""
    counted = _PEOPLE(version.pk) if version else []
    by_mode = {mode: numbers for mode, *numbers in counted}
    return [
        {"mode": mode.label, **dict(zip(COUNTED, by_mode[mode], strict=True))}
        for mode in Mode
        if mode in by_mode
    ]


def _people(version: int) -> QuerySet[Session, Any]:
    running = Q(status__in=Session.RUNNING, lease_until__gt=Now())
    between = Q(status=Session.Status.BETWEEN)
    sessions = Session.objects.filter(participant__version=version).order_by()
    by_mode: QuerySet[Session, Any] = sessions.values("participant__mode").annotate(
        all=Count("pk"),
        running=Count("pk", filter=running & ~between),
        between=Count("pk", filter=running & between),
        completed=Count("pk", filter=Q(status=Session.Status.COMPLETED)),
        withdrawn=Count("pk", filter=Q(status=Session.Status.WITHDRAWN)),
    )
    return by_mode.values_list("participant__mode", *COUNTED)


_PEOPLE = PreparedValues(_people, int)
