"""Page of the machine: every attack that was tried, and what its failures mean."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.contrib.admin.views.decorators import staff_member_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from pipeline.attacks.strongest import Attack, Recipe, attacks_by_level, machine_by_level
from pipeline.checks.result import result_of
from pipeline.desk.access import own_study
from pipeline.loop.machine_warnings import cautions_of
from pipeline.models import AttackerRun
from study.models import Study


@dataclass(frozen=True)
class AttackRow:
    """All seeds of one architecture, round and recipe at a level."""

    level: int
    architecture: str
    round: int
    searched: str  # name of a recipe that a search found; empty for the study's own
    provenance: str  # how that was found
    start: str
    accuracies: tuple[float, ...]
    seconds: float
    devices: str
    best_epochs: str  # by seed; an attacker whose head was never improved on is seen here
    counts_at: tuple[int, ...]  # levels at which it is the strongest on validation photos

    @property
    def mean_pct(self) -> float:
        return 100 * sum(self.accuracies) / len(self.accuracies)

    @property
    def lowest_pct(self) -> float:
        return 100 * min(self.accuracies)

    @property
    def highest_pct(self) -> float:
        return 100 * max(self.accuracies)


@require_GET
@staff_member_required
def machine(request: HttpRequest, code: str) -> HttpResponse:
    study = own_study(request, code)
    context = {
        "study": study,
        "attacks": attacks_of(study),
        "checks": [(check, result_of(check)) for check in study.checks.select_related("job")],
        "cautions": cautions_of(study),
        "loop": getattr(study, "loop", None),
        "title": f"Machine: {study.name}",
    }
    return render(request, "pipeline/machine.html", context)


@require_GET
@staff_member_required
def check_figure(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    check = get_object_or_404(own_study(request, code).checks, pk=pk)
    if not check.figure:
        raise Http404
    return HttpResponse(check.figure, content_type="image/svg+xml")


def attacks_of(study: Study) -> list[AttackRow]:
    """Return the attacks from light to heavy levels; within a level by round, architecture and recipe."""
    attacks = attacks_by_level(study.attacker_runs.attackers())
    levels_by_recipe: dict[Recipe, list[int]] = defaultdict(list)
    for level, machine in machine_by_level(study).items():
        levels_by_recipe[machine.recipe].append(level)
    rows = [
        _row(attack, tuple(levels_by_recipe[attack.recipe]))
        for level in sorted(attacks)
        for attack in attacks[level]
        if attack.recipe.trained_through == level
    ]
    return sorted(rows, key=lambda row: (row.level, row.round, row.architecture, row.searched))


def _row(attack: Attack, counts_at: tuple[int, ...]) -> AttackRow:
    own = attack.runs[0].searched_recipe
    return AttackRow(
        level=attack.recipe.trained_through,
        architecture=attack.recipe.architecture,
        round=attack.recipe.round,
        searched=attack.recipe.searched,
        provenance=own.provenance if own else "",
        start=_start(attack.runs[0]),
        accuracies=attack.accuracies,
        seconds=sum(run.seconds or 0.0 for run in attack.runs),
        devices=", ".join(sorted({run.device for run in attack.runs if run.device})),
        best_epochs=", ".join(filter(None, (run.best_epoch for run in attack.runs))),
        counts_at=counts_at,
    )


def _start(run: AttackerRun) -> str:
    """Return what the training of a run started from."""
    if run.is_ensemble:
        return "average of the others"
    if run.warm_from is None:
        return "pretrained weights"
    return f"level {run.warm_from.trained_through}, round {run.warm_from.round}"
