"""What the desk shows of stages, loop and jobs: one fragment, for the first load and for polling."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from pipeline.actions.study_actions import ACTIONS
from pipeline.intake.import_job import report_of
from pipeline.models import Job, Loop
from pipeline.standing.job_lines import line_of, queue_of, title_of
from pipeline.standing.offers import offered
from pipeline.standing.stages import current_stage, stages_of
from pipeline.standing.study_facts import facts_of
from study.models import Session, Study, StudyVersion
from study.models.people import Mode

RECENT = 8
OF_A_JOB = ("run__study", "check_row")


def progress_of(study: Study) -> dict[str, Any]:
    """Return the context of the progress fragment."""
    now, loop = timezone.now(), Loop.objects.filter(study=study).first()
    jobs = study.jobs.select_related(*OF_A_JOB)
    unfinished = list(Job.objects.unfinished().select_related(*OF_A_JOB))
    own = [job for job in unfinished if job.study_id == study.pk]
    finished = jobs.exclude(state__in=Job.UNFINISHED).order_by("-finished_at")
    failed = jobs.filter(state=Job.State.FAILED)
    loop_runs = bool(loop and loop.state == Loop.State.RUNNING)
    return {
        "study": study,
        **_stages(study),
        "loop": loop,
        "entries": loop.entries.all() if loop else [],
        "failures": [(job, title_of(job)) for job in failed],
        "running": [line_of(job, now) for job in own if job.state == Job.State.RUNNING],
        "queue": queue_of(unfinished, study.pk, now),
        "recent": [(job, title_of(job), report_of(job)) for job in finished[:RECENT]],
        "done": jobs.filter(state=Job.State.SUCCEEDED).count(),
        "polling": loop_runs or bool(own),
    }


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
    now = timezone.now()
    rows = []
    for mode in Mode:
        sessions = Session.objects.filter(participant__version=version, participant__mode=mode)
        if sessions.exists():
            rows.append(
                {
                    "mode": mode.label,
                    "completed": sessions.completed().count(),
                    "running": sessions.filter(status__in=Session.RUNNING, lease_until__gt=now).count(),
                    "withdrawn": sessions.filter(status=Session.Status.WITHDRAWN).count(),
                    "all": sessions.count(),
                }
            )
    return rows
