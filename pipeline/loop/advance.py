"""The loop of a study: facts from the database, a decision from the flow chart, jobs into the queue."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog
from django.utils import timezone

from pipeline.attacks.enqueue import queue_attackers, queue_designers, queue_ensembles
from pipeline.checks.scheduling import queue_check
from pipeline.loop.decisions import Decision, Step, decide
from pipeline.loop.level_state import facts, pilot_of, rules_of
from pipeline.loop.meanwhile import meanwhile
from pipeline.models import Check, Job, Loop, LoopEntry
from pipeline.models.job_params import CropParams, LevelTestParams
from pipeline.models.jobs import JobQuerySet
from pipeline.models.loops import REASON_LENGTH
from pipeline.queue import job_requests
from pipeline.queue.job_requests import enqueue
from pipeline.queue.study_lock import locked
from study.models import Study
from study.models.studies import CropDesigners

LOOP_KINDS = (
    Job.Kind.TRAIN,
    Job.Kind.CROP,
    Job.Kind.FOLLOW,
    Job.Kind.CHOOSE,
    Job.Kind.TEST,
    Job.Kind.COMBINE,
    Job.Kind.CHECK,
)
FOR_PEOPLE = (Step.REVIEW, Step.PILOT)  # the loop waits
_ENDED_EARLY = (Loop.State.FAILED, Loop.State.STOPPED)
_STUCK = (
    "The loop decides '{}' at level {}, but the jobs for it are done. Photos, levels or seeds were changed "
    "after the loop had begun: change them back and start it again, or make a new study."
)
log = structlog.get_logger()


class LoopRefusedError(ValueError):
    """The loop cannot start; the message says what is missing."""


def start(study: Study) -> Loop:
    """Start the loop, or continue one that failed, was stopped, or has more to do since it finished.

    Raises LoopRefusedError if the study has no photos or no levels, or the loop is still being stopped.
    """
    with locked(study):
        _require_startable(study)
        loop, _ = Loop.objects.get_or_create(study=study)
        for job in _jobs(study).filter(state__in=[Job.State.FAILED, Job.State.CANCELLED]):
            job_requests.retry(job)
        decisions = _next_decisions(study)
        has_more_to_do = decisions[0].step != Step.STOP
        _resume(study, (*_ENDED_EARLY, Loop.State.FINISHED) if has_more_to_do else _ENDED_EARLY)
        if ready := _ready_loop(study):
            _carry_out(ready, study, decisions)
    loop.refresh_from_db()
    return loop


def stop(study: Study) -> None:
    """Let the loop take no further decision, and ask its running jobs to stop."""
    _end(study.loop, Loop.State.STOPPED, "Stopped by a researcher; start again to go on.")
    for job in _jobs(study).unfinished():
        job_requests.request_cancel(job)


def retry(job: Job) -> bool:
    """Queue a failed job again, and continue a loop that it had ended; return False if it did not fail."""
    with locked(job.study):
        queued = job_requests.retry(job)
        goes_on = queued and _jobs(job.study).filter(pk=job.pk).exists()
        if goes_on:
            _resume(job.study, _ENDED_EARLY)
    if goes_on:
        advance(job.study)
    return queued


def advance(study: Study) -> Decision | None:
    """Take the next decision, unless jobs of the last one still run; anyone may call this at any time."""
    loop = _ready_loop(study)
    return _carry_out(loop, study, _next_decisions(study)) if loop else None


def advance_all() -> None:
    """Take the next decision of every loop that may have one, also of those that wait for a review."""
    for study in Study.objects.filter(loop__state__in=[Loop.State.RUNNING, Loop.State.WAITING]):
        try:
            advance(study)
        except Exception:  # an error in one study must not hold up the others
            log.exception("the loop cannot go on", study=study.code)


def _next_decisions(study: Study) -> tuple[Decision, ...]:
    """Return what the flow chart says, and what is sure to follow and can be done at the same time."""
    levels, rules = facts(study), rules_of(study)
    decision = decide(levels, rules, pilot_of(study))
    return decision, *meanwhile(decision, levels, rules)


def _ready_loop(study: Study) -> Loop | None:
    """Return the loop if it may take a decision; a failed job ends it."""
    loop = Loop.objects.filter(study=study).first()
    if loop is None or loop.is_finished:
        return None
    failed = _jobs(study).filter(state__in=[Job.State.FAILED, Job.State.CANCELLED]).first()
    if failed:
        _end(loop, Loop.State.FAILED, f"{failed.key}: {failed.error or failed.message}")
        return None
    return None if _jobs(study).unfinished().exists() else loop


def _jobs(study: Study) -> JobQuerySet:
    """Return the loop's own jobs, without runs that were queued by hand and crops that were cut by hand."""
    attackers = study.attacker_runs.attackers()
    by_hand = attackers.exclude(pk__in=study.attacker_runs.of_the_loop(study).values("pk"))
    own = study.jobs.filter(kind__in=LOOP_KINDS).without_retests()
    return own.exclude(pk__in=by_hand.values("job"))


def _carry_out(loop: Loop, study: Study, decisions: Sequence[Decision]) -> Decision:
    """Log decisions and queue their jobs; end a loop that would take the same first one for ever.

    Nothing happens where a job was queued since then: they were about other crops, and are taken anew once
    the job is done.
    """
    decision = decisions[0]
    with locked(study):
        if _jobs(study).unfinished().exists():
            return decision
        if decision.step not in FOR_PEOPLE:
            waiting = Loop.objects.filter(pk=loop.pk, state=Loop.State.WAITING)
            waiting.update(state=Loop.State.RUNNING, reason="")
        for each in decisions:
            LoopEntry.objects.get_or_create(
                loop=loop, level=each.level, decision=each.step, reason=each.reason[:REASON_LENGTH]
            )
            _ACTIONS[each.step](study, each)
    if _is_stuck(study, decision):
        _end(loop, Loop.State.FAILED, _STUCK.format(decision.step, decision.level))
    return decision


def _is_stuck(study: Study, decision: Decision) -> bool:
    """Return whether a decision queued nothing and would be taken again: its jobs were done before."""
    if decision.step in (*FOR_PEOPLE, Step.STOP) or _jobs(study).unfinished().exists():
        return False
    return _next_decisions(study)[0] == decision


def _require_startable(study: Study) -> None:
    if not study.items.exists():
        raise LoopRefusedError(f"{study.name!r} has no photos. Import a folder or zip file first.")
    if _jobs(study).filter(state=Job.State.RUNNING, cancel_requested=True).exists():
        raise LoopRefusedError("The loop is still stopping. Start it again in half a minute.")
    if study.levels.count() < 2:
        raise LoopRefusedError(f"{study.name!r} has no crop levels. Add at least level 0 and one smaller.")
    if study.pilot and study.crop_designers == CropDesigners.ATTACKERS:
        raise LoopRefusedError(
            "With a pilot the attackers are trained after people chose the crops, so they cannot decide "
            "where to cut: let separate networks decide, or switch the pilot off."
        )


def _resume(study: Study, ended: Sequence[Loop.State]) -> None:
    """Set a loop that has ended in one of these states running again."""
    Loop.objects.filter(study=study, state__in=ended).update(
        state=Loop.State.RUNNING, reason="", finished_at=None
    )


def _end(loop: Loop, state: Loop.State, reason: str) -> None:
    Loop.objects.filter(pk=loop.pk).update(
        state=state, reason=reason[:REASON_LENGTH], finished_at=timezone.now()
    )


def _queue_crops(study: Study, decision: Decision) -> None:
    enqueue(study, Job.Kind.CROP, f"crop:l{decision.level}", CropParams(decision.level))


def _wait(study: Study, decision: Decision) -> None:
    """Let the loop wait for people."""
    Loop.objects.filter(study=study).update(state=Loop.State.WAITING, reason=decision.reason)


_ACTIONS: dict[Step, Callable[[Study, Decision], object]] = {
    Step.DESIGN: lambda study, decision: queue_designers(study, decision.level),
    Step.CROP: _queue_crops,
    Step.PROPOSE: _queue_crops,
    Step.PILOT: _wait,
    Step.CHOOSE: lambda study, _decision: enqueue(study, Job.Kind.CHOOSE, "choose"),
    Step.REVIEW: _wait,
    Step.TEST: lambda study, decision: enqueue(
        study, Job.Kind.TEST, f"test:l{decision.level}", LevelTestParams(decision.level)
    ),
    Step.RETRAIN: lambda study, decision: queue_attackers(study, decision.level, decision.round),
    Step.COMBINE: lambda study, decision: queue_ensembles(study, decision.level, decision.round),
    Step.CURVE: lambda study, decision: queue_check(study, decision.level, Check.Kind.CURVE),
    Step.CHECK: lambda study, decision: [
        queue_check(study, decision.level, Check.Kind(kind)) for kind in decision.checks
    ],
    Step.STOP: lambda study, decision: _end(study.loop, Loop.State.FINISHED, decision.reason),
}
