"""The loop of a study: facts from the database, a decision from the flow chart, jobs into the queue."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog
from django.db import transaction
from django.utils import timezone

from pipeline.attacks.enqueue import queue_attackers, queue_designers, queue_ensembles
from pipeline.checks.scheduling import kinds_for, queue_check
from pipeline.loop.decisions import Decision, Step, decide
from pipeline.loop.level_state import facts, rules_of
from pipeline.models import Check, Job, Loop, LoopEntry
from pipeline.models.job_params import CropParams, LevelTestParams
from pipeline.models.jobs import JobQuerySet
from pipeline.models.loops import REASON_LENGTH
from pipeline.queue import job_requests
from pipeline.queue.job_requests import enqueue
from study.models import Study

LOOP_KINDS = (Job.Kind.TRAIN, Job.Kind.CROP, Job.Kind.TEST, Job.Kind.COMBINE, Job.Kind.CHECK)
_ENDED_EARLY = (Loop.State.FAILED, Loop.State.STOPPED)
_STUCK = (
    "The loop decides '{}' at level {}, but the jobs for it are done. Photos, levels or seeds were changed "
    "after the loop had begun: change them back and start it again, or make a new study."
)
log = structlog.get_logger()


class LoopRefused(ValueError):
    """The loop cannot start; the message says what is missing."""


def start(study: Study) -> Loop:
    """Start the loop, or go on with one that has failed, was stopped, or has more to do since it finished."""
    _check(study)
    loop, _ = Loop.objects.get_or_create(study=study)
    for job in _jobs(study).filter(state__in=[Job.State.FAILED, Job.State.CANCELLED]):
        job_requests.retry(job)
    given_more = decide(facts(study), rules_of(study)).step != Step.STOP
    _resume(study, (*_ENDED_EARLY, Loop.State.FINISHED) if given_more else _ENDED_EARLY)
    loop.refresh_from_db()
    return loop


def stop(study: Study) -> None:
    """Let the loop take no further decision; running jobs are asked to stop."""
    _end(study.loop, Loop.State.STOPPED, "Stopped by a researcher; start again to go on.")
    for job in _jobs(study).unfinished():
        job_requests.request_cancel(job)


def retry(job: Job) -> bool:
    """Queue a failed job again; a loop that it had ended goes on. False if it did not fail."""
    again = job_requests.retry(job)
    if again and _jobs(job.study).filter(pk=job.pk).exists():
        _resume(job.study)
    return again


def _resume(study: Study, ended: Sequence[Loop.State] = _ENDED_EARLY) -> None:
    """Let a loop that has ended so go on, once its jobs are queued again."""
    Loop.objects.filter(study=study, state__in=ended).update(
        state=Loop.State.RUNNING, reason="", finished_at=None
    )
    advance(study)


def advance(study: Study) -> Decision | None:
    """Take the next decision, unless jobs of the last one still run. Safe to call at any time, by anyone."""
    loop = Loop.objects.filter(study=study).first()
    if loop is None or loop.is_finished:
        return None
    failed = _jobs(study).filter(state__in=[Job.State.FAILED, Job.State.CANCELLED]).first()
    if failed:
        _end(loop, Loop.State.FAILED, f"{failed.key}: {failed.error or failed.message}")
        return None
    if _jobs(study).unfinished().exists():
        return None
    decision = decide(facts(study), rules_of(study))
    _carry_out(loop, study, decision)
    if _changes_nothing(study, decision):
        _end(loop, Loop.State.FAILED, _STUCK.format(decision.step, decision.level))
    return decision


def advance_all() -> None:
    """Take the next decision of every loop that may have one to take, also where people have reviewed."""
    for study in Study.objects.filter(loop__state__in=[Loop.State.RUNNING, Loop.State.WAITING]):
        try:
            advance(study)
        except Exception:  # one study's trouble is not the others'
            log.exception("the loop cannot go on", study=study.code)


def _jobs(study: Study) -> JobQuerySet:
    """The loop's own jobs: not those of runs that were queued by hand, or of crops that were cut by hand."""
    attackers = study.attacker_runs.attackers()
    by_hand = attackers.exclude(pk__in=study.attacker_runs.of_the_loop(study).values("pk"))
    own = study.jobs.filter(kind__in=LOOP_KINDS).without_retests()
    return own.exclude(pk__in=by_hand.values("job"))


def _carry_out(loop: Loop, study: Study, decision: Decision) -> None:
    with transaction.atomic():
        LoopEntry.objects.get_or_create(
            loop=loop, level=decision.level, decision=decision.step, reason=decision.reason[:REASON_LENGTH]
        )
        if decision.step != Step.REVIEW:
            Loop.objects.filter(pk=loop.pk, state=Loop.State.WAITING).update(
                state=Loop.State.RUNNING, reason=""
            )
        _ACTIONS[decision.step](study, decision)


def _changes_nothing(study: Study, decision: Decision) -> bool:
    """Whether the jobs of a decision were done before, and it would be taken again for ever."""
    if decision.step in (Step.REVIEW, Step.STOP) or _jobs(study).unfinished().exists():
        return False
    return decide(facts(study), rules_of(study)) == decision


def _check(study: Study) -> None:
    if not study.items.exists():
        raise LoopRefused(f"{study.name!r} has no photos. Import a folder or zip file first.")
    if _jobs(study).filter(state=Job.State.RUNNING, cancel_requested=True).exists():
        raise LoopRefused("The loop is still stopping. Start it again in half a minute.")
    if study.levels.count() < 2:
        raise LoopRefused(f"{study.name!r} has no crop levels. Add at least level 0 and one smaller.")


def _design(study: Study, decision: Decision) -> None:
    queue_designers(study, decision.level)


def _retrain(study: Study, decision: Decision) -> None:
    queue_attackers(study, decision.level, decision.round)


def _combine(study: Study, decision: Decision) -> None:
    queue_ensembles(study, decision.level, decision.round)


def _measure_curve(study: Study, decision: Decision) -> None:
    queue_check(study, decision.level, Check.Kind.CURVE)


def _check_level(study: Study, decision: Decision) -> None:
    for kind in kinds_for(study):
        queue_check(study, decision.level, kind)


def _crop(study: Study, decision: Decision) -> None:
    enqueue(study, Job.Kind.CROP, f"crop:l{decision.level}", CropParams(decision.level))


def _test(study: Study, decision: Decision) -> None:
    enqueue(study, Job.Kind.TEST, f"test:l{decision.level}", LevelTestParams(decision.level))


def _review(study: Study, decision: Decision) -> None:
    Loop.objects.filter(study=study).update(state=Loop.State.WAITING, reason=decision.reason)


def _finish(study: Study, decision: Decision) -> None:
    _end(study.loop, Loop.State.FINISHED, decision.reason)


def _end(loop: Loop, state: Loop.State, reason: str) -> None:
    Loop.objects.filter(pk=loop.pk).update(
        state=state, reason=reason[:REASON_LENGTH], finished_at=timezone.now()
    )


_ACTIONS: dict[Step, Callable[[Study, Decision], None]] = {
    Step.DESIGN: _design,
    Step.CROP: _crop,
    Step.REVIEW: _review,
    Step.TEST: _test,
    Step.RETRAIN: _retrain,
    Step.COMBINE: _combine,
    Step.CURVE: _measure_curve,
    Step.CHECK: _check_level,
    Step.STOP: _finish,
}
