"""Page of recruitment: links to copy, what it costs, and whom to pay."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from pipeline.audit import record
from pipeline.desk.access import chosen_version, own_study, powers
from pipeline.desk.people.people_page import mode_of
from pipeline.exports.csv_lines import csv_lines
from pipeline.sittings.payments import COLUMNS, Bonus, Cost, payment_rows, usual_minutes
from pipeline.sittings.recruiting_links import recruiting_links
from pipeline.sittings.sitting import sittings_of
from pipeline.standing.recruitment_notes import recruitment_notes
from study.models import Recruitment, Role, Study, StudyVersion
from study.models.studies import Stage

MONEY = {"max_digits": 8, "decimal_places": 2, "min_value": Decimal(0)}


class CostForm(forms.Form):
    """What is assumed about pay."""

    people = forms.IntegerField(min_value=1, max_value=100_000, label="People")
    reward = forms.DecimalField(**MONEY, label="Reward for each, in your currency")  # type: ignore[arg-type]
    fee = forms.DecimalField(
        max_digits=5,
        decimal_places=2,
        min_value=0,
        max_value=100,
        label="Fee of the platform, % of the reward",
    )
    minutes = forms.FloatField(min_value=0.5, max_value=600, label="Minutes that a sitting takes")

    @property
    def cost(self) -> Cost:
        """What follows from the numbers that were sent."""
        given = self.cleaned_data
        return Cost(given["people"], given["reward"], given["fee"], given["minutes"])


class BonusForm(forms.Form):
    """What is paid beside the reward."""

    each = forms.DecimalField(**MONEY, required=False, label="Bonus for each person who counts")  # type: ignore[arg-type]
    per_correct = forms.DecimalField(**MONEY, required=False, label="and for each right answer")  # type: ignore[arg-type]

    @property
    def bonus(self) -> Bonus:
        """The sums; nothing where nothing was sent."""
        given = self.cleaned_data
        return Bonus(given["each"] or Decimal(0), given["per_correct"] or Decimal(0))


@require_GET
@staff_member_required
def recruiting(request: HttpRequest, code: str) -> HttpResponse:
    """Show the links of a study, a cost estimate, and the way to the list of people to pay."""
    study = own_study(request, code)
    version = study.version()
    address = request.build_absolute_uri(reverse("study:landing", args=[study.code]))
    form = _cost_form(request, study, version)
    context = {
        "study": study,
        "version": version,
        "links": recruiting_links(address, Recruitment.objects.of(study.pk, Stage.MAIN)),
        "notes": recruitment_notes(study),
        "form": form,
        "cost": form.cost if form.is_bound and form.is_valid() else None,
        "bonus": BonusForm(label_suffix=""),
        "may_pay": may_pay(request, study),
        "title": "Recruitment",
        **powers(request, study),
    }
    return render(request, "pipeline/recruiting.html", context)


@require_GET
@staff_member_required
def payments(request: HttpRequest, code: str) -> StreamingHttpResponse:
    """Stream whom to pay, with the ids of their platform, for those who may see ids."""
    study = own_study(request, code)
    if not may_pay(request, study):
        raise PermissionDenied(
            "This list says who people are. The owner takes it, or a collaborator of the group Payers."
        )
    version, form = chosen_version(request, study), BonusForm(request.GET)
    if version is None or not form.is_valid():
        raise Http404
    mode = mode_of(request)
    rows = payment_rows(version, sittings_of(version, mode, timezone.now()), form.bonus)
    record(request.user, study, f"exported payments.csv ({mode})")
    response = StreamingHttpResponse(csv_lines(COLUMNS, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{study.code}-v{version.number}-payments.csv"'
    return response


def may_pay(request: HttpRequest, study: Study) -> bool:
    """Return whether who asks may see the ids by which people are paid."""
    role = powers(request, study)["role"]
    may_see = request.user.has_perm("study.view_externalidentity")
    return bool(role == Role.OWNER or (role == Role.COLLABORATOR and may_see))


def _cost_form(request: HttpRequest, study: Study, version: StudyVersion | None) -> CostForm:
    """Return the form as it was sent, else with what is planned and how long people take."""
    if "reward" in request.GET:
        return CostForm(request.GET, label_suffix="")
    first: dict[str, Any] = {"people": study.target_completes or 20, "fee": 33}
    if version is not None:
        first["minutes"] = usual_minutes(version)
    return CostForm(initial=first, label_suffix="")
