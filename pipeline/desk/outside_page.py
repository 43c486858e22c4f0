"""Page of machines from outside: packs to take away, tables that come back, and what was taken."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from attacker.packs.kinds import KINDS
from attacker.packs.table_problems import TableRefusedError
from pipeline.brought import pack_actions
from pipeline.brought.overruling import overruling, validated
from pipeline.brought.prediction_packs import PackRefusedError
from pipeline.brought.taking import MOST_BYTES, Statement, states_by_machine, table_of
from pipeline.desk.access import own_study, powers
from pipeline.exports.zip_stream import Member, zip_stream
from pipeline.models import BroughtMachine, PredictionPack
from study.models import Role, Study


class PredictionsForm(forms.Form):
    """A table of answers, and what its owner says of the machine."""

    pack = forms.ModelChoiceField(PredictionPack.objects.none(), label="Pack that it answers")
    table = forms.FileField(label="Table of answers", help_text="answers.csv of the pack, filled.")
    name = forms.CharField(max_length=60, label="Name of the machine")
    kind = forms.ChoiceField(
        label="Kind of attack",
        choices=[(kind, f"{kind}: learnt from {learnt}") for kind, learnt in KINDS.items()],
        initial="unknown",
    )
    trained_through = forms.TypedChoiceField(
        label="Heaviest level among its training photos",
        coerce=int,
        empty_value=None,
        required=False,
        help_text="Leave it open if you do not know.",
    )
    trained_on = forms.CharField(max_length=500, required=False, label="What it learnt from")
    source = forms.CharField(max_length=500, required=False, label="Whose it is, which weights and version")

    def __init__(self, study: Study, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"label_suffix": ""} | kwargs))
        packs: Any = self.fields["pack"]
        packs.queryset, packs.empty_label = study.packs.order_by("-pk"), None
        levels: Any = self.fields["trained_through"]
        numbers = study.levels.values_list("number", flat=True)
        levels.choices = [("", "not known"), *((number, f"level {number}") for number in numbers)]

    def clean_table(self) -> Any:
        table = self.cleaned_data["table"]
        if table.size > MOST_BYTES:
            raise forms.ValidationError(f"Over {MOST_BYTES // 1024**2} MiB: is it the right file?")
        return table

    @property
    def statement(self) -> Statement:
        """What its owner says of the machine."""
        values = {name: self.cleaned_data[name] for name in Statement.__struct_fields__}
        return Statement(**values)


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
    return render(request, "pipeline/outside.html", _context(request, study, form, problems))


def _send(request: HttpRequest, form: PredictionsForm) -> None:
    values = form.cleaned_data
    pack_actions.send(request.user, values["pack"], values["table"].read(), form.statement)
    messages.success(request, "The table has no fault. Look at what it holds below, then take it.")


def _context(
    request: HttpRequest, study: Study, form: PredictionsForm, problems: tuple[str, ...]
) -> dict[str, Any]:
    accuracies = validated(study)
    counting = overruling(study, accuracies)
    states = states_by_machine(study)
    waiting = study.brought_machines.waiting().select_related("pack")
    return {
        "study": study,
        "form": form,
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
        "title": f"Machines from outside: {study.name}",
        **powers(request, study),
    }


@require_POST
@staff_member_required
def freeze_pack(request: HttpRequest, code: str) -> HttpResponse:
    """Freeze a pack of the present crops."""
    study = own_study(request, code)
    try:
        pack = pack_actions.freeze(request.user, study)
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
