"""Page of one person: the sitting as a line of time, flags, and what a researcher decides about them."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from pipeline.actions.participants import MOST_REASON, ParticipantError, erase, rule, rulings_for
from pipeline.desk.access import own_study, powers
from pipeline.sittings.sitting import Sitting, sitting_of
from pipeline.sittings.time_line import time_lines
from study.models import Participant, Role, Study
from study.models.people import Ruling
from study.plan import plan_of


class RulingForm(forms.Form):
    """What is decided about a person, and why."""

    ruling = forms.ChoiceField(label="Decision", widget=forms.RadioSelect, required=False)
    reason = forms.CharField(
        label="Reason",
        max_length=MOST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Printed in the report and kept in the log: no names, nothing that tells who it is.",
    )

    def __init__(self, *args: object, offered: list[Ruling], **kwargs: object) -> None:
        super().__init__(*args, **({"label_suffix": ""} | kwargs))  # type: ignore[arg-type]
        field = self.fields["ruling"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(ruling.value, ruling.label) for ruling in offered]


@require_GET
@staff_member_required
def person(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """Show one sitting, and what was decided about the person."""
    study = own_study(request, code)
    participant = _participant(study, public_id)
    sitting = sitting_of(participant, timezone.now())
    context = {
        "study": study,
        "participant": participant,
        "sitting": sitting,
        "lines": time_lines(sitting, plan_of(participant.version)) if sitting else [],
        "changes": participant.ruling_changes.select_related("user"),
        "form": _form(participant, sitting),
        "title": f"Participant {participant.public_id[:8]}",
        **powers(request, study),
    }
    return render(request, "pipeline/person.html", context)


@require_POST
@staff_member_required
def decide_person(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """Leave a person out by a frozen rule, count them, or leave it to the rules again."""
    study = own_study(request, code)
    participant = _participant(study, public_id)
    form = RulingForm(request.POST, offered=list(Ruling))
    if not form.is_valid():
        messages.error(request, f"Nothing is changed. {form.errors.as_text()}")
        return redirect("pipeline:person", code=code, public_id=public_id)
    given = form.cleaned_data
    try:
        change = rule(request.user, participant, Ruling(given["ruling"]), given["reason"], timezone.now())
        messages.success(
            request, f"Decided: {change.get_after_display()}. Analyses made so far stay as they are."
        )
    except ParticipantError as refusal:
        messages.error(request, str(refusal))
    return redirect("pipeline:person", code=code, public_id=public_id)


@require_POST
@staff_member_required
def erase_person(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """Erase a person who asks for it; only the owner may, and types the beginning of their number."""
    study = own_study(request, code, Role.OWNER)
    participant = _participant(study, public_id)
    if request.POST.get("typed", "").strip() != participant.public_id[:8]:
        messages.error(request, f"Nothing is erased: type {participant.public_id[:8]} to erase this person.")
        return redirect("pipeline:person", code=code, public_id=public_id)
    try:
        erase(request.user, participant, timezone.now())
        messages.success(request, "Erased: answers, questionnaire, device and platform id. This row stays.")
    except ParticipantError as refusal:
        messages.error(request, str(refusal))
    return redirect("pipeline:person", code=code, public_id=public_id)


def _participant(study: Study, public_id: str) -> Participant:
    people = Participant.of_any_stage.select_related("version__study")
    return get_object_or_404(people, public_id=public_id, version__study=study)


def _form(participant: Participant, sitting: Sitting | None) -> RulingForm | None:
    """Return the form of a decision; None where there is nothing to decide."""
    if sitting is None or participant.version.is_pilot:
        return None
    try:
        return RulingForm(offered=rulings_for(participant))
    except ParticipantError:
        return None
