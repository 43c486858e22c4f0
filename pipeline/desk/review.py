"""Crop review: can people recognise the action? Approve, discard, or move the crop by hand."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pipeline.actions.crop_review import approve_level, resume_waiting_loops, review, reviewable_crops
from pipeline.actions.hand_cutting import StudyBusyError, redraw
from pipeline.crops.changed_crops import StimulusInUseError
from pipeline.crops.hand_windows import HandWindow
from pipeline.crops.levels import photos_without_crop
from pipeline.crops.windows import CropError
from pipeline.desk.access import own_study
from pipeline.models import Job
from study.models import Stimulus, Study

PER_PAGE = 60
REFUSALS = (StimulusInUseError, StudyBusyError, CropError)
DECISIONS = {"approve": Stimulus.Review.APPROVED, "discard": Stimulus.Review.DISCARDED}
COUNTED = {
    Stimulus.Review.PENDING: "not reviewed",
    Stimulus.Review.APPROVED: "approved",
    Stimulus.Review.DISCARDED: "discarded",
}


class WindowForm(forms.Form):
    """The upper left corner of a new window; its size stays as it is."""

    left = forms.FloatField(min_value=0, max_value=1)
    top = forms.FloatField(min_value=0, max_value=1)


@require_GET
@staff_member_required
def crops(request: HttpRequest, code: str, number: int) -> HttpResponse:
    study = own_study(request, code)
    level = get_object_or_404(study.levels, number=number)
    stimuli = reviewable_crops(level).select_related("item__category", "level").order_by("item_id")
    page = Paginator(stimuli, PER_PAGE).get_page(request.GET.get("page"))
    counts = {words: stimuli.filter(review=review).count() for review, words in COUNTED.items()}
    cutting = study.jobs.unfinished().filter(kind=Job.Kind.CROP).exists()
    left_out = 0 if cutting else photos_without_crop(level)
    context = {
        "study": study,
        "level": level,
        "left_out": left_out,
        "levels": study.levels.all(),
        "page": page,
        "counts": counts,
    }
    return render(request, "pipeline/crops.html", context | {"title": f"Review of {level}"})


@require_POST
@staff_member_required
def decide(request: HttpRequest, pk: int, decision: str) -> HttpResponse:
    """Approve or discard one crop, and answer with its card."""
    stimulus = _own_stimulus(request, pk)
    study, refusal = stimulus.level.study, ""
    try:
        review(request.user, stimulus, DECISIONS[decision])
        resume_waiting_loops([study])
    except StimulusInUseError as error:
        refusal = str(error)
    context = {"stimulus": stimulus, "study": study, "refusal": refusal}
    return render(request, "pipeline/crop_card.html", context)


@require_POST
@staff_member_required
def approve_rest(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Approve every crop of a level that was not reviewed."""
    study = own_study(request, code)
    level = get_object_or_404(study.levels, number=number)
    count = approve_level(request.user, level)
    messages.success(request, f"{count} crops approved.")
    resume_waiting_loops([study])
    return redirect("pipeline:crops", code=code, number=number)


@require_http_methods(["GET", "POST"])
@staff_member_required
def cut_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the source photo with the window of a crop, and take its new place."""
    stimulus = _own_stimulus(request, pk)
    form = WindowForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _cut(request, stimulus, form.cleaned_data["left"], form.cleaned_data["top"])
    context = {
        "stimulus": stimulus,
        "form": form,
        "study": stimulus.level.study,
        "title": "Move the crop",
    }
    return render(request, "pipeline/cut_again.html", context)


def _cut(request: HttpRequest, stimulus: Stimulus, left: float, top: float) -> HttpResponse:
    try:
        redraw(request.user, stimulus, HandWindow(left, top))
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    return redirect("pipeline:crops", code=stimulus.level.study.code, number=stimulus.level.number)


def _own_stimulus(request: HttpRequest, pk: int) -> Stimulus:
    stimuli = Stimulus.objects.select_related("item", "level__study")
    return get_object_or_404(stimuli, pk=pk, level__study__in=Study.objects.of(request.user))
