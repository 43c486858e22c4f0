"""Which checks a study gets, the job of each, and whether it still holds. Imports no torch."""

from __future__ import annotations

from statistics import fmean

from django.db import transaction

from pipeline.models import Check, Job, Loop
from pipeline.models.runs import AttackerRunQuerySet
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
    """Queue a check, or find the one that is there; one that does not hold any more is done anew."""
    with transaction.atomic():
        job = enqueue(study, Job.Kind.CHECK, f"check:{kind}:l{level}")
        check, _ = Check.objects.get_or_create(study=study, level=level, kind=kind, defaults={"job": job})
        if is_outgrown(check):
            redo(job)
    return check


def holding(study: Study, level: int) -> set[str]:
    """Kinds of the checks of a level that are done, and still of the network that they ought to be of."""
    return {check.kind for check in study.checks.done().at(level) if not is_outgrown(check)}


def is_outgrown(check: Check) -> bool:
    """Whether what was found is of one architecture, and another has become stronger by the study's epsilon.

    A round, or an architecture that the study was given later, may do that.
    """
    looked_at = (check.result or {}).get("settings", {}).get("architecture")
    if looked_at is None:
        return False
    runs = check.study.attacker_runs.attackers().trained().networks().filter(trained_through=check.level)
    lead = _best(runs) - _best(runs.filter(architecture=looked_at))
    return lead > 0 and lead >= check.study.improvement_epsilon


def _best(runs: AttackerRunQuerySet) -> float:
    accuracies = runs.strongest().values_list("validation_accuracy", flat=True)
    return fmean(accuracy or 0.0 for accuracy in accuracies) if accuracies else 0.0
