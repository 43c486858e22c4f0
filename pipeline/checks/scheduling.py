"""Which checks a study gets, the job of each, and whether it is still up to date. Imports no torch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction

from pipeline.attacks.strongest import Attack, strongest_attack
from pipeline.checks.result import result_of
from pipeline.checks.result_types import CheckResult
from pipeline.models import Check, Job, Loop
from pipeline.queue.job_requests import enqueue, redo, retry
from study.models import Study
from study.models.studies import LevelFamily

ALWAYS = (Check.Kind.CONTROLS, Check.Kind.SHUFFLE, Check.Kind.NUISANCE, Check.Kind.ATTENTION)
EVERYWHERE = (Check.Kind.NUISANCE,)  # at every crop level, failed or not: takes seconds, and trains nothing


class AttackersNotReadyError(Exception):
    """The loop still trains attackers, so that a check now would not be one of the final attackers."""


def kinds_for(study: Study) -> tuple[Check.Kind, ...]:
    """Return the checks of a level at which the machine failed; the learning curve comes before them."""
    return (*ALWAYS, Check.Kind.COVER) if study.level_family == LevelFamily.BOX else ALWAYS


STILL_RUNS = "The loop has not finished, so its attackers may still change. Try again when it has."


def queue_attention(study: Study) -> list[int]:
    """Queue the attention check of every level that an attacker was trained on, failed there or not.

    Returns the levels whose check was not there yet, had failed, or was of crops that were changed since.
    Raises AttackersNotReadyError if the loop has not finished.
    """
    if not Loop.objects.filter(study=study, state=Loop.State.FINISHED).exists():
        raise AttackersNotReadyError(STILL_RUNS)
    networks = study.attacker_runs.attackers().trained().networks()
    checks = {check.level: check for check in study.checks.filter(kind=Check.Kind.ATTENTION)}
    queued = []
    for level in sorted(set(networks.values_list("trained_through", flat=True))):
        if level not in checks:
            queue_check(study, level, Check.Kind.ATTENTION)
        if level not in checks or retry(checks[level].job) or _redo_forgotten(checks[level]):
            queued.append(level)
    return queued


def _redo_forgotten(check: Check) -> bool:
    """Queue a finished check again whose result counts no more, as crops were changed by hand since."""
    forgotten = check.result is None
    return forgotten and redo(check.job)


def queue_check(study: Study, level: int, kind: Check.Kind) -> Check:
    """Queue a check; one that is done already is done again."""
    with transaction.atomic():
        job = enqueue(study, Job.Kind.CHECK, f"check:{kind}:l{level}")
        check, _ = Check.objects.get_or_create(study=study, level=level, kind=kind, defaults={"job": job})
        redo(job)
    return check


def valid_results(checks: Iterable[Check], attacks: Iterable[Attack]) -> dict[str, CheckResult]:
    """Return the results of a level's checks that are not outdated, by kind; `attacks` are on that level."""
    networks = [attack for attack in attacks if not attack.is_ensemble]
    results = {check.kind: result_of(check) for check in checks if not is_outdated(check, networks)}
    return {kind: result for kind, result in results.items() if result}


def is_outdated(check: Check, networks: Sequence[Attack]) -> bool:
    """Return whether another network is now stronger than the checked one, by the study's epsilon.

    A further round, a recipe that a search found, or an architecture that came later, may become so. Checks
    that look at no particular network are never outdated.
    """
    result, seeds = result_of(check), check.study.seeds
    if result is None or result.settings.architecture is None:
        return False
    own = (result.settings.architecture, result.settings.searched)
    checked = [attack for attack in networks if (attack.recipe.architecture, attack.recipe.searched) == own]
    strongest, strongest_checked = (strongest_attack(attacks, seeds) for attacks in (networks, checked))
    lead = (strongest.mean if strongest else 0.0) - (strongest_checked.mean if strongest_checked else 0.0)
    return lead > 0 and lead >= check.study.improvement_epsilon
