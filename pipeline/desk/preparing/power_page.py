"""Page of the power planner: what is assumed, the curve that follows, and a number of people to plan with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from django import forms
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pipeline.analysis.power_plan import asked_by, assumed_for, power_report_of
from pipeline.desk.access import own_study, powers
from pipeline.desk.preparing.planning import PlanRefusedError, simulate_power, take_planned_number
from pipeline.models import Job
from pipeline.models.job_params import PowerParams
from study.asking.every_task import TASKS
from study.freezing.freeze import has_people
from study.models import Study

SHOWN = 5
MOST_SIZES, MOST_PEOPLE, MOST_PHOTOS = 8, 1000, 2000


class NumbersField(forms.Field):
    """Numbers separated by commas or spaces, each in a range."""

    def __init__(self, low: float, high: float, **kwargs: Any) -> None:
        self.low, self.high = low, high
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> str:
        """Return numbers as people write them."""
        return ", ".join(f"{number:g}" for number in value) if isinstance(value, tuple | list) else value

    def to_python(self, value: Any) -> tuple[float, ...]:
        """Return the numbers."""
        try:
            numbers = tuple(float(part) for part in str(value or "").replace(",", " ").split())
        except ValueError as error:
            raise forms.ValidationError("Numbers, separated by commas.") from error
        if not numbers or not all(self.low <= number <= self.high for number in numbers):
            raise forms.ValidationError(f"Numbers from {self.low:g} to {self.high:g}, separated by commas.")
        return numbers


class PowerForm(forms.Form):
    """What is assumed about people, machine and sizes."""

    human = NumbersField(0.01, 0.99, label="Accuracy of people at each level, light to heavy")
    machine = NumbersField(0.01, 0.99, label="Accuracy of the machine at each level")
    people = NumbersField(2, MOST_PEOPLE, label="Numbers of people to try")
    photos = forms.IntegerField(min_value=4, max_value=MOST_PHOTOS, label="Test photos")
    trials = forms.IntegerField(min_value=1, label="Trials of each person: photos, or pairs of them")
    seeds = forms.IntegerField(min_value=1, max_value=50, label="Seeds of the attacker")
    classes = forms.IntegerField(min_value=2, max_value=100, label="Classes")
    goal = forms.FloatField(min_value=0.5, max_value=0.99, label="Chance wanted")

    def __init__(self, study: Study, *args: Any, **kwargs: Any) -> None:
        self.task, self.asked = TASKS[study.task], asked_by(study)
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if {"human", "machine"} <= cleaned.keys() and len(cleaned["human"]) != len(cleaned["machine"]):
            self.add_error("machine", "As many numbers as for people: one for each level.")
        if len(cleaned.get("people", ())) > MOST_SIZES:
            self.add_error("people", f"At most {MOST_SIZES} numbers of people at once.")
        photos, trials = cleaned.get("photos", 0), cleaned.get("trials", 0)
        if photos and trials > photos // self.task.photos:
            pairs = ", of which two make a pair" if self.task.photos > 1 else ""
            self.add_error("trials", f"At most as many as there are test photos{pairs}.")
        self._refuse_less_than_guessing(cleaned)
        return cleaned

    def _refuse_less_than_guessing(self, cleaned: dict[str, Any]) -> None:
        """Refuse accuracies that guessing between the words of a task exceeds."""
        if words := len(self.task.words):
            for side in ("human", "machine"):
                if min(cleaned.get(side, (1.0,))) < 1 / words:
                    self.add_error(side, f"Not below {1 / words:g}: guessing is right so often.")

    @property
    def assumed(self) -> PowerParams:
        """What was sent, as the worker takes it."""
        people = tuple(sorted({int(number) for number in self.cleaned_data["people"]}))
        return PowerParams(**self.cleaned_data | {"people": people, "asked": self.asked})


def assumptions(study: Study, changes: Mapping[str, Any]) -> PowerForm:
    """Return what is assumed of a study, but for what is changed, as if its page had sent it."""
    values = msgspec.structs.asdict(assumed_for(study)) | dict(changes)
    fields = PowerForm.base_fields
    return PowerForm(
        study,
        {
            name: fields[name].prepare_value(value) if name in fields else value
            for name, value in values.items()
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_member_required
def power(request: HttpRequest, code: str) -> HttpResponse:
    """Take assumptions, let a worker simulate, and show what follows."""
    study = own_study(request, code)
    form = PowerForm(
        study, request.POST or None, initial=msgspec.structs.asdict(assumed_for(study)), label_suffix=""
    )
    if request.method == "POST" and form.is_valid():
        simulate_power(request.user, study, form.assumed)
        messages.success(request, "The simulation is queued; its result appears here.")
        return redirect("pipeline:power", code=code)
    jobs = study.jobs.filter(kind=Job.Kind.POWER).order_by("-pk")[:SHOWN]
    context = {
        "study": study,
        "form": form,
        "plans": [(job, power_report_of(job)) for job in jobs],
        "waits": any(not job.is_finished for job in jobs),
        "has_people": has_people(study),
        "title": "Power",
        **powers(request, study),
    }
    return render(request, "pipeline/power.html", context)


@require_GET
@staff_member_required
def power_figure(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Deliver the curve of one plan as SVG."""
    report = power_report_of(get_object_or_404(own_study(request, code).jobs, pk=pk, kind=Job.Kind.POWER))
    if report is None:
        raise Http404
    return HttpResponse(report.figure, content_type="image/svg+xml")


@require_POST
@staff_member_required
def take_number(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Put the recommended number of people into the design, until people take part."""
    study = own_study(request, code)
    job = get_object_or_404(study.jobs, pk=pk, kind=Job.Kind.POWER)
    try:
        messages.success(request, take_planned_number(request.user, study, job))
    except PlanRefusedError as refusal:
        messages.error(request, str(refusal))
    return redirect("pipeline:desk", code=code)
