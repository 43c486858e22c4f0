"""Answers to decisions about crops: data for the page's script, or the page itself without one."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from pipeline.actions import crop_review, hand_cutting, picking, undoing
from pipeline.actions.crop_review import resume_waiting_loops
from pipeline.actions.hand_windows import HandWindow
from pipeline.crops.changed_crops import StimulusInUseError
from pipeline.crops.windows import CropError
from pipeline.desk.access import own_study, require_role
from pipeline.desk.crop_cards import cards_of
from pipeline.models import CropChange, Job
from study.models import Level, Stimulus, Study

REFUSALS = (
    StimulusInUseError,
    hand_cutting.StudyBusyError,
    undoing.NothingToUndoError,
    picking.NoSuchSubjectError,
    CropError,
)
DECISIONS = [Stimulus.Review.APPROVED, Stimulus.Review.DISCARDED]


class Token(forms.Form):
    """Names a request, so that one that is sent twice is done once."""

    token = forms.CharField(max_length=36, required=False)


class Decision(Token):
    """What a researcher says of a crop, and which one they look at next."""

    decision = forms.ChoiceField(choices=[(decision, decision) for decision in DECISIONS])
    next = forms.IntegerField(required=False)


class DrawnWindow(Token):
    """Corner and width of a window, as shares of the photo's sides."""

    left = forms.FloatField(min_value=0, max_value=1)
    top = forms.FloatField(min_value=0, max_value=1)
    width = forms.FloatField(min_value=0, max_value=1, required=False)


class Subject(Token):
    """The number of a person, or the sides of a box as shares of the photo's."""

    person = forms.IntegerField(min_value=1, required=False)
    left = forms.FloatField(min_value=0, max_value=1, required=False)
    top = forms.FloatField(min_value=0, max_value=1, required=False)
    right = forms.FloatField(min_value=0, max_value=1, required=False)
    bottom = forms.FloatField(min_value=0, max_value=1, required=False)

    def picked(self) -> picking.PickedSubject:
        """Return what was picked; the action says what is wrong with it."""
        given = self.cleaned_data
        left, top, right, bottom = (given[side] or 0.0 for side in ("left", "top", "right", "bottom"))
        return picking.PickedSubject(given["person"], (left, top, right, bottom))


@require_POST
@staff_member_required
def decide(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Approve or discard one crop."""
    crop, form = own_crop(request, pk), Decision(request.POST)
    if not form.is_valid():
        return _refused(request, crop.level, pk, f"This is no decision about a crop: {form.errors.as_text()}")
    given = form.cleaned_data

    def act() -> CropChange:
        change = crop_review.review(request.user, crop, Stimulus.Review(given["decision"]), given["token"])
        resume_waiting_loops([crop.level.study])
        return change

    return _answer(request, crop.level, given["next"] or pk, act)


@require_POST
@staff_member_required
def cut(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Cut a crop where a researcher drew its window."""
    crop, form = own_crop(request, pk), DrawnWindow(request.POST)
    if not form.is_valid():
        return _refused(request, crop.level, pk, f"This is no window in the photo: {form.errors.as_text()}")
    given = form.cleaned_data
    drawn = HandWindow(given["left"], given["top"], given["width"])

    def act() -> CropChange:
        change = hand_cutting.redraw(request.user, crop, drawn, given["token"])
        resume_waiting_loops([crop.level.study])
        return change

    return _answer(request, crop.level, pk, act)


@require_POST
@staff_member_required
def pick(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Say which subject a crop's photo is about: a person by number, or a box."""
    crop, form = own_crop(request, pk), Subject(request.POST)
    if not form.is_valid():
        return _refused(request, crop.level, pk, f"This is no subject of a photo: {form.errors.as_text()}")
    given = form.cleaned_data
    return _answer(
        request,
        crop.level,
        pk,
        lambda: picking.pick_subject(request.user, crop.item, form.picked(), given["token"]),
    )


@require_POST
@staff_member_required
def undo(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """Undo a researcher's newest decision about the study's crops, or the one that is named."""
    study = own_study(request, code)
    level = get_object_or_404(study.levels, number=number)
    form = Token(request.POST)
    token = form.cleaned_data["token"] if form.is_valid() else ""
    return _answer(request, level, None, lambda: undoing.undo_last(request.user, study, token))


@require_GET
@staff_member_required
def following(request: HttpRequest, code: str, number: int) -> JsonResponse:
    """Tell how far the photos are that are cut again, and how the crops that the page asks about look now."""
    study = own_study(request, code)
    level = get_object_or_404(study.levels, number=number)
    ids = [int(crop) for crop in request.GET.getlist("crop") if crop.isdecimal()]
    text, busy = following_words(study)
    return JsonResponse({"text": text, "busy": busy, "crops": cards_of(level, ids) if ids else []})


def following_words(study: Study) -> tuple[str, bool]:
    """Return a sentence about the photos that are being cut again, and whether a job is at it."""
    photos = study.items.filter(outdated_from__isnull=False).count()
    job = study.jobs.filter(kind=Job.Kind.FOLLOW).order_by("-pk").first()
    if not photos or job is None:
        return "", False
    which = "1 photo" if photos == 1 else f"{photos} photos"
    if job.is_finished:
        return (
            f"Heavier crops of {which} could not be cut again: {job.error or job.message} Retry on the desk.",
            False,
        )
    return f"Heavier crops of {which} are being cut again: {job.percent} %. {job.message}", True


def own_crop(request: HttpRequest, pk: int) -> Stimulus:
    """Return a crop of a study that who asks has a part in, if their role allows what they ask."""
    stimuli = Stimulus.objects.select_related("item", "level__study")
    crop = get_object_or_404(stimuli, pk=pk, level__study__in=Study.objects.of(request.user))
    require_role(request, crop.level.study)
    return crop


def _answer(
    request: HttpRequest, level: Level, show: int | None, act: Callable[[], CropChange]
) -> HttpResponseBase:
    """Do what was asked, and answer with the crops of the level that it touched."""
    try:
        change = act()
    except REFUSALS as refusal:
        return _refused(request, level, show, str(refusal))
    touched = list(Stimulus.objects.filter(level=level, item__in=change.items).values_list("pk", flat=True))
    if _wants_data(request):
        text, busy = following_words(level.study)
        return JsonResponse(
            {
                "crops": cards_of(level, touched),
                "message": decision_words(change),
                "follows": busy or bool(text),
            }
        )
    messages.success(request, decision_words(change))
    return _back(level, show or next(iter(touched), None))


def decision_words(change: CropChange) -> str:
    """Return how a decision went."""
    if change.undone_at:
        return f"Undone: {change.get_kind_display()}."
    if change.kind == CropChange.Kind.REVIEW:
        return "Stored."
    if change.kind == CropChange.Kind.PICK:
        return "Picked; the photo is cut again."
    return "Cut; the photo's heavier crops follow."


def _refused(request: HttpRequest, level: Level, show: int | None, reason: str) -> HttpResponseBase:
    if _wants_data(request):
        return JsonResponse({"refusal": reason}, status=409)
    messages.error(request, reason)
    return _back(level, show)


def _back(level: Level, show: int | None) -> HttpResponse:
    page = reverse("pipeline:crops", args=[level.study.code, level.number])
    return redirect(f"{page}?crop={show}" if show else page)


def _wants_data(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"
