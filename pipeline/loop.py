"""The loop of a study: facts from the database, a decision from the flow chart, jobs into the queue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from pipeline.decisions import Decision, LevelFacts, Rules, Step, decide
from pipeline.jobs import enqueue, request_cancel, retry
from pipeline.models import AttackerRun, Job, Loop, LoopEntry
from study.models import Level, Stimulus, Study

DESIGNERS = 2  # networks whose mean attention decides where to cut
DESIGNER_SEED = 1000  # designers never share a seed with an attacker
LOOP_KINDS = (Job.Kind.TRAIN, Job.Kind.CROP, Job.Kind.TEST)


class LoopRefused(ValueError):
    """The loop cannot start; the message says what is missing."""


def start(study: Study) -> Loop:
    """Start the loop, or go on with one that was stopped or failed."""
    _check(study)
    loop, _ = Loop.objects.get_or_create(study=study)
    for job in study.jobs.filter(kind__in=LOOP_KINDS, state__in=[Job.State.FAILED, Job.State.CANCELLED]):
        retry(job)
    resume(study)
    loop.refresh_from_db()
    return loop


def stop(study: Study) -> None:
    """Let the loop take no further decision; running jobs are asked to stop."""
    _end(study.loop, Loop.State.STOPPED, "Stopped by a researcher; start again to go on.")
    for job in study.jobs.filter(kind__in=LOOP_KINDS, state__in=Job.UNFINISHED):
        request_cancel(job)


def resume(study: Study) -> None:
    """Let a loop that failed or was stopped go on, once its jobs are queued again."""
    Loop.objects.filter(study=study, state__in=[Loop.State.FAILED, Loop.State.STOPPED]).update(
        state=Loop.State.RUNNING, reason="", finished_at=None
    )
    advance(study)


def advance(study: Study) -> Decision | None:
    """Take the next decision, unless jobs of the last one still run. Safe to call at any time, by anyone."""
    loop = Loop.objects.filter(study=study).first()
    if loop is None or loop.is_finished:
        return None
    jobs = study.jobs.filter(kind__in=LOOP_KINDS)
    failed = jobs.filter(state__in=[Job.State.FAILED, Job.State.CANCELLED]).first()
    if failed:
        _end(loop, Loop.State.FAILED, f"{failed.key}: {failed.error or failed.message}"[:300])
        return None
    if jobs.filter(state__in=Job.UNFINISHED).exists():
        return None
    decision = decide(facts(study), rules_of(study))
    with transaction.atomic():
        LoopEntry.objects.get_or_create(
            loop=loop, level=decision.level, decision=decision.step, reason=decision.reason[:300]
        )
        _ACTIONS[decision.step](study, decision)
    return decision


def advance_all() -> None:
    """Take the next decision of every running loop that has one to take."""
    for study in Study.objects.filter(loop__state=Loop.State.RUNNING):
        advance(study)


def rules_of(study: Study) -> Rules:
    return Rules(
        ceiling=study.ceiling,
        epsilon=study.improvement_epsilon,
        max_rounds=study.max_rounds,
        minimum_levels=study.minimum_levels,
    )


def facts(study: Study) -> list[LevelFacts]:
    """What the database knows about each level."""
    items = study.items.count()
    runs = study.attacker_runs.trained()
    designed = set(runs.filter(role=AttackerRun.Role.DESIGN).values_list("trained_through", flat=True))
    tested = study.jobs.filter(kind=Job.Kind.TEST, state=Job.State.SUCCEEDED).values_list("key", flat=True)
    return [
        LevelFacts(
            number=level.number,
            rendered=level.stimuli.count() == items,
            awaits_review=study.review_required and _pending(level),
            tested=f"test:l{level.number}" in tested,
            designed=level.number in designed,
            rounds=rounds_of(study, level.number),
        )
        for level in study.levels.all()
    ]


def rounds_of(study: Study, level: int) -> tuple[tuple[float, ...], ...]:
    """Validation accuracy per seed of each finished round at a level, of its strongest architecture."""
    found: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    runs = study.attacker_runs.attackers().trained().filter(trained_through=level).order_by("round", "seed")
    for run in runs:
        found[run.architecture][run.round].append(run.validation_accuracy or 0.0)
    if not found:
        return ()
    best = max(found.values(), key=lambda rounds: max(sum(a) / len(a) for a in rounds.values()))
    return tuple(tuple(best[number]) for number in sorted(best))


def _check(study: Study) -> None:
    if not study.items.exists():
        raise LoopRefused(f"{study.name!r} has no photos. Import a folder or zip file first.")
    if study.levels.count() < 2:
        raise LoopRefused(f"{study.name!r} has no crop levels. Add at least level 0 and one smaller.")


def _pending(level: Level) -> bool:
    waiting = level.stimuli.for_people().filter(review=Stimulus.Review.PENDING)
    return level.number > 0 and waiting.exists()


def _design(study: Study, decision: Decision) -> None:
    for number in range(DESIGNERS):
        _queue_run(
            study,
            role=AttackerRun.Role.DESIGN,
            architecture=study.architectures[0],
            seed=DESIGNER_SEED + number,
            trained_through=decision.level,
        )


def _retrain(study: Study, decision: Decision) -> None:
    for architecture in study.architectures:
        for seed in range(study.seeds):
            _queue_run(
                study,
                role=AttackerRun.Role.ATTACK,
                architecture=architecture,
                seed=seed,
                trained_through=decision.level,
                round=decision.round,
            )


def queue_attack(study: Study, architecture: str, seed: int, trained_through: int) -> AttackerRun:
    """Queue one attacker by hand; a run that is there already is found again."""
    return _queue_run(
        study,
        role=AttackerRun.Role.ATTACK,
        architecture=architecture,
        seed=seed,
        trained_through=trained_through,
    )


def _queue_run(
    study: Study,
    *,
    role: AttackerRun.Role,
    architecture: str,
    seed: int,
    trained_through: int,
    round: int = 1,
) -> AttackerRun:
    recipe = {"role": role, "architecture": architecture, "seed": seed, "trained_through": trained_through}
    before = study.attacker_runs.filter(**recipe, round=round - 1).first()
    key = f"train:{role}:{architecture}:s{seed}:l{trained_through}:r{round}"
    with transaction.atomic():
        job = enqueue(study, Job.Kind.TRAIN, key)
        run, _ = AttackerRun.objects.get_or_create(
            study=study, round=round, **recipe, defaults={"job": job, "warm_from": before}
        )
    return run


def _crop(study: Study, decision: Decision) -> None:
    enqueue(study, Job.Kind.CROP, f"crop:l{decision.level}", level=decision.level)


def _test(study: Study, decision: Decision) -> None:
    enqueue(study, Job.Kind.TEST, f"test:l{decision.level}", level=decision.level)


def _review(study: Study, decision: Decision) -> None:
    Loop.objects.filter(study=study).update(state=Loop.State.WAITING, reason=decision.reason)


def _finish(study: Study, decision: Decision) -> None:
    _end(study.loop, Loop.State.FINISHED, decision.reason)


def _end(loop: Loop, state: Loop.State, reason: str) -> None:
    Loop.objects.filter(pk=loop.pk).update(state=state, reason=reason[:300], finished_at=timezone.now())


_ACTIONS: dict[Step, Callable[[Study, Decision], None]] = {
    Step.DESIGN: _design,
    Step.CROP: _crop,
    Step.REVIEW: _review,
    Step.TEST: _test,
    Step.RETRAIN: _retrain,
    Step.STOP: _finish,
}
