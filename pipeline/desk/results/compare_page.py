"""Page that puts analyses of a study, and its attackers, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from pipeline.desk.access import own_study
from pipeline.desk.machine_page import AttackRow, attacks_of
from pipeline.models import Analysis
from stats.apa import count, estimate, p_cell
from stats.decision.records import LevelResult
from stats.decision.results import Verdict
from stats.inference.estimates import Accuracy
from study.models import Study

MOST = 4  # analyses beside each other
LONGEST = 60  # characters of a setting


@dataclass(frozen=True)
class Line:
    """One line of a table: its name, a cell for each column, and whether the cells differ."""

    name: str
    cells: Sequence[str]

    @property
    def differs(self) -> bool:
        return len(set(self.cells)) > 1


@require_GET
@staff_member_required
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """Show the chosen analyses beside each other; without a choice the newest of each version and mode."""
    study = own_study(request, code)
    done = list(study.analyses.filter(result__isnull=False).select_related("version__study"))
    chosen = _chosen(done, request.GET.getlist("analysis"))
    context = {
        "study": study,
        "done": done,
        "chosen": chosen,
        "results": results_of(chosen),
        "settings": settings_of(chosen),
        "levels": study.levels.all(),
        "attackers": attackers_of(study),
        "most": MOST,
        "title": f"Side by side: {study.name}",
    }
    return render(request, "pipeline/compare.html", context)


def _chosen(done: list[Analysis], numbers: list[str]) -> list[Analysis]:
    """Return the named analyses, oldest version first; if none is, the newest of each version and mode."""
    if not numbers:
        newest = {(each.version.number, each.mode): each for each in reversed(done)}
        return [newest[place] for place in sorted(newest)][-MOST:]
    named = [each for each in done if str(each.pk) in numbers]
    return sorted(named, key=lambda each: (each.version.number, each.created_at))[:MOST]


def results_of(analyses: Sequence[Analysis]) -> list[Line]:
    """Return people, machine and verdict of every level, and what they rest on."""
    verdicts = [Verdict.from_dict(analysis.result or {}) for analysis in analyses]
    by_level: list[dict[float, LevelResult]] = [
        {level.crop_level: level for level in verdict.levels} for verdict in verdicts
    ]
    lines = [
        Line("Verdict", [verdict.headline() for verdict in verdicts]),
        Line("People", [count(verdict.sample.people, "person", "people") for verdict in verdicts]),
        Line("Networks", [_networks(verdict) for verdict in verdicts]),
        Line("Photos", [count(verdict.sample.photos, "photo", "photos") for verdict in verdicts]),
    ]
    for number in sorted({number for levels in by_level for number in levels}):
        here = [levels.get(number) for levels in by_level]
        lines += [
            Line(f"Level {number}: people", [_accuracy(level.human if level else None) for level in here]),
            Line(f"Level {number}: machine", [_accuracy(level.machine if level else None) for level in here]),
            Line(
                f"Level {number}: p of both, Holm",
                [p_cell(level.p_holm if level else None) for level in here],
            ),
            Line(f"Level {number}: conclusion", [level.verdict.value if level else "–" for level in here]),
        ]
    return lines


def _networks(verdict: Verdict) -> str:
    """Return how many networks a verdict rests on, and of which architectures."""
    names = ", ".join(verdict.sample.architectures or ())
    return f"{count(verdict.sample.networks, 'network', 'networks')}{f' ({names})' if names else ''}"


def _accuracy(side: Accuracy | None) -> str:
    return estimate(side.estimate, side.ci_low, side.ci_high) if side else "–"


def settings_of(analyses: Sequence[Analysis]) -> list[Line]:
    """Return the settings in which the frozen designs differ."""
    designs = [analysis.version.design.to_dict() for analysis in analyses]
    names = sorted({name for design in designs for name in design})
    lines = [Line(name.replace("_", " "), [_text(design.get(name)) for design in designs]) for name in names]
    return [line for line in lines if line.differs]


def _text(value: Any) -> str:
    """Return a setting on one line, cut off where it is a long text."""
    written = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return written if len(written) <= LONGEST else f"{written[:LONGEST]}…"


@dataclass(frozen=True)
class AttackerLine:
    """One architecture, round and recipe, with its attack on each level; None where it has none there."""

    architecture: str
    round: int
    searched: str
    attacks: list[AttackRow | None]


def attackers_of(study: Study) -> list[AttackerLine]:
    """Return the attackers with a cell for every level, the strongest of each level marked by its row."""
    levels = list(study.levels.values_list("number", flat=True))
    rows = attacks_of(study)
    by_place = {(row.architecture, row.round, row.searched, row.level): row for row in rows}
    recipes = sorted({(row.architecture, row.round, row.searched) for row in rows})
    return [AttackerLine(*recipe, [by_place.get((*recipe, level)) for level in levels]) for recipe in recipes]
