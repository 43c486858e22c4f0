"""Which checks a study gets, and the job of each. Imports no torch."""

from __future__ import annotations

from django.db import transaction

from pipeline.jobs import enqueue
from pipeline.models import Check, Job
from study.models import Study
from study.models.studies import LevelFamily

ALWAYS = (Check.Kind.CONTROLS, Check.Kind.SHUFFLE, Check.Kind.NUISANCE, Check.Kind.ATTENTION)


def kinds_for(study: Study) -> tuple[Check.Kind, ...]:
    """Checks of a level at which the machine fell; the learning curve comes before them."""
    return (*ALWAYS, Check.Kind.COVER) if study.level_family == LevelFamily.BOX else ALWAYS


class NothingToExplain(Exception):
    """No attacker has been trained whose attention could be shown."""


def queue_attention(study: Study) -> list[int]:
    """Queue the attention check of every level that an attacker was trained on, fallen or not.

    Returns the levels whose check was not there yet.

    Raises
    ------
    NothingToExplain
        If there are none.
    """
    networks = study.attacker_runs.attackers().trained().networks()
    attacked = sorted(set(networks.values_list("trained_through", flat=True)))
    if not attacked:
        raise NothingToExplain("No attacker is trained yet, so nothing looks anywhere: start the loop first.")
    there = set(study.checks.filter(kind=Check.Kind.ATTENTION).values_list("level", flat=True))
    for level in (queued := [level for level in attacked if level not in there]):
        queue_check(study, level, Check.Kind.ATTENTION)
    return queued


def queue_check(study: Study, level: int, kind: Check.Kind) -> Check:
    """Queue a check, or find the one that is there."""
    with transaction.atomic():
        job = enqueue(study, Job.Kind.CHECK, f"check:{kind}:l{level}")
        check, _ = Check.objects.get_or_create(study=study, level=level, kind=kind, defaults={"job": job})
    return check
