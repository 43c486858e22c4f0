"""Page of machines from outside: packs to take away, tables that come back, and what was taken."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from attacker.packs.table_problems import TableRefusedError
from pipeline.brought import pack_actions
from pipeline.brought.overruling import overruling, validated
from pipeline.brought.prediction_packs import PackRefusedError
from pipeline.brought.taking import states_by_machine, table_of
from pipeline.desk.access import own_study, powers
from pipeline.desk.outside_forms import AskForm, CapForm, PackForm, PredictionsForm
from pipeline.exports.zip_stream import Member, zip_stream
from pipeline.inquiries.inquiry_standing import standings_of
from pipeline.models import BroughtMachine
from study.models import Role, Study


@require_http_methods(["GET", "HEAD", "POST"])
@staff_member_required
def outside(request: HttpRequest, code: str) -> HttpResponse:
    """Show packs and machines from outside; read a table that is sent, and show what it holds."""
    study = own_study(request, code)
    form = PredictionsForm(study, request.POST or None, request.FILES or None)
    problems: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            _send(request, form)
        except TableRefusedError as refusal:
            problems = refusal.problems
        except PackRefusedError as refusal:
            problems = (str(refusal),)
        else:
            return redirect("pipeline:outside", code=code)
    return shown(request, study, form, problems=problems)


def shown(
    request: HttpRequest,
    study: Study,
    form: PredictionsForm | None = None,
    ask_form: AskForm | None = None,
    problems: tuple[str, ...] = (),
) -> HttpResponse:
    """Show the page, with forms as they were filled where there is something to mend."""
    forms = {"form": form or PredictionsForm(study), "ask_form": ask_form or AskForm(study)}
    return render(request, "pipeline/outside.html", _context(request, study, problems) | forms)


def _send(request: HttpRequest, form: PredictionsForm) -> None:
    values = form.cleaned_data
    pack_actions.send(request.user, values["pack"], values["table"].read(), form.statement)
    messages.success(request, "The table has no fault. Look at what it holds below, then take it.")


def _context(request: HttpRequest, study: Study, problems: tuple[str, ...]) -> dict[str, Any]:
    accuracies = validated(study)
    counting = overruling(study, accuracies)
    states = states_by_machine(study)
    standings = standings_of(study)
    waiting = study.brought_machines.waiting().select_related("pack")
    return {
        "study": study,
        "pack_form": PackForm(study),
        "problems": problems,
        "packs": study.packs.order_by("-pk"),
        "waiting": [(machine, pack_actions.preview_of(machine, table_of(machine))) for machine in waiting],
        "machines": [
            (
                machine,
                [(level, 100 * share) for level, share in accuracies.get(machine.pk, {}).items()],
                [level for level, number in counting.items() if number == machine.pk],
                states.get(machine.pk, {}).items(),
            )
            for machine in study.brought_machines.taken().select_related("pack").defer("table")
        ],
        "standings": standings,
        "polling": any(standing.is_running for standing in standings),
        "cap_form": CapForm(auto_id=False, label_suffix=""),
        "has_endpoints": bool(settings.ENDPOINTS),
        "title": f"Machines from outside: {study.name}",
        **powers(request, study),
    }


@require_POST
@staff_member_required
def freeze_pack(request: HttpRequest, code: str) -> HttpResponse:
    """Freeze a pack of the present crops."""
    study = own_study(request, code)
    form = PackForm(study, request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(form.problems))
        return redirect("pipeline:outside", code=code)
    try:
        pack = pack_actions.freeze(request.user, study, form.wish)
    except PackRefusedError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Pack {pack.name} is frozen: {pack.size} stimuli.")
    return redirect("pipeline:outside", code=code)


@require_GET
@staff_member_required
def pack_file(request: HttpRequest, code: str, name: str) -> HttpResponseBase:
    """Stream a pack; photos leave the site, so that it takes a collaborator, and is logged."""
    study = own_study(request, code, Role.COLLABORATOR)
    pack = get_object_or_404(study.packs, name=name)
    try:
        files = pack_actions.hand_out(request.user, pack)
    except PackRefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("pipeline:outside", code=code)
    members = (Member(file, [content], is_packed=True) for file, content in files)
    response = StreamingHttpResponse(zip_stream(members), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{study.code}-pack-{pack.name}.zip"'
    return response


@require_POST
@staff_member_required
def take_machine(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take a table that was looked at."""
    study = own_study(request, code)
    machine = get_object_or_404(BroughtMachine.objects.select_related("pack"), pk=pk, study=study)
    try:
        messages.success(request, pack_actions.take(request.user, machine))
    except pack_actions.REFUSALS as refusal:
        messages.error(request, str(refusal))
    return redirect("pipeline:outside", code=code)


@require_POST
@staff_member_required
def discard_machine(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Throw away a table that was not taken."""
    study = own_study(request, code)
    machine = get_object_or_404(study.brought_machines.waiting(), pk=pk)
    pack_actions.discard(request.user, study, machine.name)
    messages.success(request, f"The table of {machine.name} is thrown away.")
    return redirect("pipeline:outside", code=code)
