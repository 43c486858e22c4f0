"""Jobs that train a study's designers and attackers, and that average them."""

from __future__ import annotations

from typing import Any

import msgspec
from django.db import transaction

from pipeline.models import ENSEMBLE, AttackerRun, Job
from pipeline.models.run_records import SearchedRecipe
from pipeline.queue.job_requests import enqueue, redo
from study.models import Study

DESIGNERS = 2  # networks whose mean attention decides where to cut
DESIGNER_SEED = 1000  # designers never share a seed with an attacker


def queue_designers(study: Study, trained_through: int) -> None:
    """Queue the networks whose attention decides where the next level is cut."""
    for number in range(DESIGNERS):
        _queue(
            study, AttackerRun.Role.DESIGN, study.architectures[0], DESIGNER_SEED + number, trained_through
        )


def queue_attackers(study: Study, trained_through: int, round: int) -> None:
    """Queue one round of attackers: every architecture with every seed."""
    for architecture in study.architectures:
        for seed in range(study.seeds):
            _queue(study, AttackerRun.Role.ATTACK, architecture, seed, trained_through, round)


def queue_attack(study: Study, architecture: str, seed: int, trained_through: int) -> AttackerRun:
    """Queue one attacker by hand, or return the run that exists."""
    return _queue(study, AttackerRun.Role.ATTACK, architecture, seed, trained_through)


def queue_ensembles(study: Study, trained_through: int, round: int) -> None:
    """Queue an ensemble for each seed of a round; one that lacks an architecture is made anew."""
    for seed in range(study.seeds):
        run = _queue(study, AttackerRun.Role.ATTACK, ENSEMBLE, seed, trained_through, round)
        if not run.averages(study.architectures):
            redo(run.job)


def queue_searched(study: Study, level: int, name: str, recipe: SearchedRecipe) -> None:
    """Queue the study's seeds of a recipe that a search found, each from pretrained weights."""
    own = {"recipe": name, "searched": msgspec.to_builtins(recipe)}
    architecture = recipe.settings["architecture"]
    for seed in range(study.seeds):
        place = {"architecture": architecture, "seed": seed, "trained_through": level, "round": 1}
        role = AttackerRun.Role.ATTACK
        with transaction.atomic():
            key = f"{Job.Kind.TRAIN}:{role}:{architecture}:s{seed}:l{level}:r1:{name}"
            job = enqueue(study, Job.Kind.TRAIN, key)
            AttackerRun.objects.get_or_create(
                study=study, role=role, recipe=name, **place, defaults=own | {"job": job}
            )


def _queue(
    study: Study, role: AttackerRun.Role, architecture: str, seed: int, trained_through: int, round: int = 1
) -> AttackerRun:
    recipe = {"role": role, "architecture": architecture, "seed": seed, "trained_through": trained_through}
    kind = Job.Kind.COMBINE if architecture == ENSEMBLE else Job.Kind.TRAIN
    key = f"{kind}:{role}:{architecture}:s{seed}:l{trained_through}:r{round}"
    with transaction.atomic():
        job = enqueue(study, kind, key)
        run, _ = AttackerRun.objects.get_or_create(
            study=study,
            round=round,
            recipe="",
            **recipe,
            defaults={"job": job, "warm_from": _start_of(study, recipe, round)},
        )
    return run


def _start_of(study: Study, recipe: dict[str, Any], round: int) -> AttackerRun | None:
    """Return the run to start from, of the same architecture and seed; None to start from pretrained weights.

    Round 1 starts from pretrained weights, round 2 from the best round of the level before, later rounds (and
    all at level 0) from the round before.
    """
    same = study.attacker_runs.trained().networks().filter(recipe="")
    if recipe["architecture"] == ENSEMBLE or round == 1:
        return None
    if round == 2 and recipe["trained_through"]:
        lighter = recipe | {"trained_through": recipe["trained_through"] - 1}
        return same.filter(**lighter).order_by("-validation_accuracy", "round").first()
    return same.filter(**recipe, round=round - 1).first()
