"""Page of people: recruitment in figures, and everybody who began, with a page for each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from pipeline.actions.simulating import MOST_ROBOTS, NobodyToSimulateError, simulate_people, simulate_pilot
from pipeline.actions.study_actions import ACTIONS
from pipeline.desk.access import chosen_version, own_study, powers
from pipeline.desk.live_progress import ROBOTS
from pipeline.sittings.recruitment_figures import monitor_of
from pipeline.sittings.sitting import Sitting, sittings_of
from study.models.people import Mode

PER_PAGE = 50
ANALYSES = {Mode.LIVE: "analyse", Mode.SIMULATED: "analyse-simulated"}  # previews are never analysed
SEED = 1  # robots that come later have other numbers, and are other people


class RobotsForm(forms.Form):
    """How many simulated people take part."""

    people = forms.IntegerField(
        min_value=1, max_value=MOST_ROBOTS, initial=ROBOTS, label="Number of simulated people"
    )


@require_GET
@staff_member_required
def people(request: HttpRequest, code: str) -> HttpResponse:
    """Show who came to a version in one mode, what became of them, and what they left of the photos."""
    study = own_study(request, code)
    version, mode = chosen_version(request, study), mode_of(request)
    context: dict[str, Any] = {
        "study": study,
        "version": version,
        "versions": study.versions.order_by("-number").values_list("number", flat=True),
        "mode": mode,
        "modes": Mode,
        "title": "People",
        **powers(request, study),
    }
    if version is not None:
        sittings = sittings_of(version, mode, timezone.now())
        context |= {"monitor": monitor_of(version, sittings), "target": version.design.target_completes}
        analysis = ANALYSES.get(mode, "")
        context |= {"analysis": analysis, "analysis_label": ACTIONS[analysis].label if analysis else ""}
        context |= _listed(request, sittings) | {"robots": RobotsForm(label_suffix="")}
    return render(request, "pipeline/people.html", context)


@require_POST
@staff_member_required
def simulate(request: HttpRequest, code: str) -> HttpResponse:
    """Queue robots that take part, marked as simulated everywhere."""
    study = own_study(request, code)
    form = RobotsForm(request.POST)
    try:
        people = form.cleaned_data["people"] if form.is_valid() else 0
        simulate_people(request.user, study, people, SEED, request.build_absolute_uri("/"))
        messages.success(request, f"{people} robots are queued; a worker lets them take part.")
    except NobodyToSimulateError as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{reverse('pipeline:people', args=[code])}?mode={Mode.SIMULATED}")


@require_POST
@staff_member_required
def simulate_pilot_people(request: HttpRequest, code: str) -> HttpResponse:
    """Queue robots that answer the pilot."""
    study = own_study(request, code)
    try:
        simulate_pilot(request.user, study, SEED, request.build_absolute_uri("/"))
        messages.success(request, "Robots are queued; a worker lets them answer the pilot.")
    except NobodyToSimulateError as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{reverse('pipeline:pilot', args=[code])}?mode={Mode.SIMULATED}")


def mode_of(request: HttpRequest) -> Mode:
    """Return whose sittings are asked for; those of real people if the address does not say."""
    wanted = request.GET.get("mode", "")
    return Mode(wanted) if wanted in Mode.values else Mode.LIVE


def _listed(request: HttpRequest, sittings: list[Sitting]) -> dict[str, Any]:
    """Return the people whom the list shows: all, or those whose sitting ended in one way."""
    end = request.GET.get("end", "")
    chosen = [sitting for sitting in sittings if not end or sitting.end == end]
    page = Paginator(chosen[::-1], PER_PAGE).get_page(request.GET.get("page"))
    return {"page": page, "chosen_end": end}
