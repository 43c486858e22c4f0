"""The machine's side of a study: every attack that was tried, and what its failures mean."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.contrib.admin.views.decorators import staff_member_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from pipeline.attacks.strongest import Recipe, machine_by_level
from pipeline.desk.access import own_study
from pipeline.loop.machine_warnings import cautions_of
from pipeline.models import AttackerRun
from study.models import Study


@dataclass(frozen=True)
class AttackRow:
    """All seeds of one architecture and round at a level."""

    level: int
    architecture: str
    round: int
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
        "checks": study.checks.select_related("job"),
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
    """Light to heavy; within a level by round and architecture."""
    attackers = study.attacker_runs.attackers().trained().select_related("warm_from")
    found: dict[Recipe, list[AttackerRun]] = defaultdict(list)
    for run in attackers:
        found[Recipe(run.trained_through, run.round, run.architecture)].append(run)
    counts: dict[Recipe, list[int]] = defaultdict(list)
    for level, machine in machine_by_level(study).items():
        counts[machine.recipe].append(level)
    return [_attack(runs, tuple(counts[recipe])) for recipe, runs in sorted(found.items())]


def _attack(runs: list[AttackerRun], counts_at: tuple[int, ...]) -> AttackRow:
    first = runs[0]
    return AttackRow(
        level=first.trained_through,
        architecture=first.architecture,
        round=first.round,
        start=_start(first),
        accuracies=tuple(run.validation_accuracy or 0.0 for run in runs),
        seconds=sum(run.seconds or 0.0 for run in runs),
        devices=", ".join(sorted({run.device for run in runs if run.device})),
        best_epochs=", ".join(filter(None, (run.best_epoch for run in runs))),
        counts_at=counts_at,
    )


def _start(run: AttackerRun) -> str:
    """Where its training began."""
    if run.is_ensemble:
        return "mean of the others"
    if run.warm_from is None:
        return "pretrained weights"
    return f"level {run.warm_from.trained_through}, round {run.warm_from.round}"
