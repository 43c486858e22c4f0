"""Page of the pilot: its link and people, the answers to its windows, and what they choose."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.views.decorators import staff_member_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from pipeline.actions.study_actions import ACTIONS
from pipeline.audit import record
from pipeline.desk.access import own_study, powers
from pipeline.pilot.choice import Question
from pipeline.pilot.pilot_files import PILOT_FILES
from pipeline.pilot.pilot_outcome import Decided, decided_by, stored_outcome
from stats.report.content import PilotOutcome
from study.models import Pilot, Session, Stimulus, Study
from study.models.people import Mode

SHOWN_DROPPED = 48
CHOICES = {Mode.LIVE: "choose-crops", Mode.SIMULATED: "choose-crops-simulated"}  # previews choose nothing


@dataclass(frozen=True)
class WindowRow:
    """The windows with one number at one level, together."""

    level: int
    candidate: int
    windows: int
    answers: int
    fewest: int
    right: int
    passed: int

    @property
    def right_pct(self) -> float | None:
        return 100 * self.right / self.answers if self.answers else None


@dataclass(frozen=True)
class PilotPanel:
    """What the desk's first page says of a study's pilot."""

    pilot: Pilot | None
    completed: int
    outcome: PilotOutcome | None


def pilot_panel(study: Study) -> PilotPanel | None:
    """Return how far the pilot is; None for a study without one."""
    if not study.pilot:
        return None
    pilot = Pilot.objects.of(study)
    return PilotPanel(pilot, _completed(pilot, _mode(pilot)) if pilot else 0, stored_outcome(pilot))


@require_GET
@staff_member_required
def pilot(request: HttpRequest, code: str) -> HttpResponse:
    """Show the pilot as it is now; once it has chosen, what it chose."""
    study = own_study(request, code)
    context: dict[str, Any] = {"study": study, "title": f"Pilot: {study.name}", "files": list(PILOT_FILES)}
    context |= powers(request, study)
    row = Pilot.objects.of(study)
    if row is not None:
        mode = _mode(row, request.GET.get("mode"))
        context |= {"pilot": row, "mode": mode, "modes": Mode, "design": row.version.design}
        choice = CHOICES.get(mode, "")
        context |= {"choice": choice, "choice_label": ACTIONS[choice].label if choice else ""}
        context |= _answers(row, mode)
    return render(request, "pipeline/pilot.html", context)


@require_GET
@staff_member_required
def pilot_file(request: HttpRequest, code: str, mode: str, name: str) -> StreamingHttpResponse:
    """Stream one file of the pilot; the export is logged."""
    study = own_study(request, code)
    row = get_object_or_404(Pilot.objects.select_related("version__study"), version__study=study)
    if name not in PILOT_FILES or mode not in Mode.values:
        raise Http404
    record(request.user, study, f"exported {name} ({mode})")
    response = StreamingHttpResponse(PILOT_FILES[name](row, mode), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{study.code}-{mode}-{name}"'
    return response


def _mode(row: Pilot | None, wanted: str | None = None) -> Mode:
    """Return whose answers are shown: those asked for, those that chose, else people's."""
    if wanted in Mode.values:
        return Mode(wanted)
    return Mode(row.decided_by) if row and row.decided_by else Mode.LIVE


def _completed(row: Pilot, mode: Mode) -> int:
    people = {"participant__version": row.version, "participant__mode": mode}
    return Session.of_any_stage.completed().filter(**people).count()


def _answers(row: Pilot, mode: Mode) -> dict[str, Any]:
    decided = decided_by(row, mode)
    outcome = stored_outcome(row) if row.decided_by == mode else None
    return {
        "completed": _completed(row, mode),
        "rows": window_rows(decided),
        "outcome": outcome or decided.outcome,
        "final": outcome is not None,
        "dropped": dropped_windows(decided)[:SHOWN_DROPPED],
    }


def window_rows(decided: Decided) -> list[WindowRow]:
    """Return the answers by level and number of the window."""
    cells: dict[tuple[int, int], list[tuple[Question, int]]] = defaultdict(list)
    for asked in decided.questions:
        for place in range(len(asked.windows)):
            cells[asked.level, place].append((asked, place))
    return [
        WindowRow(
            level,
            place + 1,
            windows=len(members),
            answers=sum(asked.tallies[at].answers for asked, at in members),
            fewest=min(asked.tallies[at].answers for asked, at in members),
            right=sum(asked.tallies[at].right for asked, at in members),
            passed=sum(decided.passes(asked.tallies[at]) for asked, at in members),
        )
        for (level, place), members in sorted(cells.items())
    ]


def dropped_windows(decided: Decided) -> list[Stimulus]:
    """Return, for each photo that no window of which passes, the one that shows most of the subject."""
    last = [
        asked.windows[-1] for asked in decided.questions if decided.places[asked.item, asked.level] is None
    ]
    windows = Stimulus.candidates.select_related("item__category", "level").filter(pk__in=last)
    return list(windows.order_by("level__number", "item__category", "item"))
