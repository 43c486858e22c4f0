"""Which checks a study gets, the job of each, and whether it still holds. Imports no torch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction

from pipeline.attacks.strongest import Attack, strongest_attack
from pipeline.models import Check, Job, Loop
from pipeline.queue.job_requests import enqueue, redo, retry
from study.models import Study
from study.models.studies import LevelFamily

ALWAYS = (Check.Kind.CONTROLS, Check.Kind.SHUFFLE, Check.Kind.NUISANCE, Check.Kind.ATTENTION)


def kinds_for(study: Study) -> tuple[Check.Kind, ...]:
    """Checks of a level at which the machine fell; the learning curve comes before them."""
    return (*ALWAYS, Check.Kind.COVER) if study.level_family == LevelFamily.BOX else ALWAYS


class AttackersNotReady(Exception):
    """The loop still trains attackers: what is shown of them now would pass for a check of the last ones."""


def queue_attention(study: Study) -> list[int]:
    """Queue the attention check of every level that an attacker was trained on, fallen or not.

    Returns the levels whose check was not there yet, or had failed.

    Raises
    ------
    AttackersNotReady
        If the loop has not finished.
    """
    if not Loop.objects.filter(study=study, state=Loop.State.FINISHED).exists():
        raise AttackersNotReady(
            "The loop has not finished, so its attackers may still change: ask again then."
        )
    networks = study.attacker_runs.attackers().trained().networks()
    there = {check.level: check for check in study.checks.filter(kind=Check.Kind.ATTENTION)}
    queued = []
    for level in sorted(set(networks.values_list("trained_through", flat=True))):
        if level not in there:
            queue_check(study, level, Check.Kind.ATTENTION)
        if level not in there or retry(there[level].job):
            queued.append(level)
    return queued


def queue_check(study: Study, level: int, kind: Check.Kind) -> Check:
    """Queue a check; one that is done already is done anew."""
    with transaction.atomic():
        job = enqueue(study, Job.Kind.CHECK, f"check:{kind}:l{level}")
        check, _ = Check.objects.get_or_create(study=study, level=level, kind=kind, defaults={"job": job})
        redo(job)
    return check


def valid_checks(checks: Iterable[Check], attacks: Iterable[Attack]) -> dict[str, Check]:
    """Return the finished checks of a level that still hold, by kind; `attacks` are those on the level."""
    networks = [attack for attack in attacks if not attack.is_ensemble]
    return {check.kind: check for check in checks if check.result and not is_outdated(check, networks)}


def is_outdated(check: Check, networks: Sequence[Attack]) -> bool:
    """Return whether a check is of one architecture, and another is now stronger by the study's epsilon.

    A further round, or an architecture that the study was given later, may be.
    """
    architecture = (check.result or {}).get("settings", {}).get("architecture")
    if architecture is None:
        return False
    seeds = check.study.seeds
    checked = [attack for attack in networks if attack.recipe.architecture == architecture]
    strongest, strongest_checked = (strongest_attack(attacks, seeds) for attacks in (networks, checked))
    lead = (strongest.mean if strongest else 0.0) - (strongest_checked.mean if strongest_checked else 0.0)
    return lead > 0 and lead >= check.study.improvement_epsilon
