"""Page of an import: upload, encoding of names, and the preview in which classes are chosen."""

from __future__ import annotations

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from attacker.errors import DataError
from pipeline.actions.photo_upload import read_names_in, take_in, throw_away, upload
from pipeline.desk.access import own_study
from pipeline.desk.preparing.class_choices import LAYOUT_LABELS, chosen, rows_of
from pipeline.intake.archive_rules import SourceRefusedError
from pipeline.intake.import_job import survey_of
from pipeline.intake.import_plan import ImportPlan, plan_of
from pipeline.intake.name_encodings import ENCODINGS
from pipeline.intake.photo_import import require_usable
from pipeline.intake.photo_survey import Choices, Survey
from pipeline.models import PhotoImport
from study.models import Role, Study

SHOWN = 200  # files that are left out


class UploadForm(forms.Form):
    """A zip file of photos."""

    archive = forms.FileField(
        label="Zip file",
        help_text="JPEG, PNG, WebP, TIFF, BMP, AVIF or HEIC, at most 25 megapixels each; without a password, "
        "at most 4 GiB and 50,000 files.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_member_required
def import_photos(request: HttpRequest, code: str) -> HttpResponse:
    """Take a zip file; once a worker has read it, show what would be imported, and import it."""
    study = own_study(request, code, Role.COLLABORATOR)
    waiting = PhotoImport.objects.filter(study=study).first()
    if waiting is None:
        return _upload(request, study)
    if waiting.survey is None or waiting.choices is not None:
        readings = [(name, ENCODINGS[name], names) for name, names in (waiting.readings or {}).items()]
        context = {"study": study, "readings": readings, "title": "Import photos"}
        return render(request, "pipeline/import_waits.html", context)
    return _preview(request, study, waiting)


@require_POST
@staff_member_required
def choose_encoding(request: HttpRequest, code: str) -> HttpResponse:
    """Read the upload again, with its names in the encoding that was chosen."""
    waiting = get_object_or_404(PhotoImport.objects.waiting(), study=own_study(request, code))
    try:
        read_names_in(request.user, waiting, request.POST.get("encoding", ""))
    except SourceRefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("pipeline:import", code=code)
    return redirect("pipeline:desk", code=code)


@require_POST
@staff_member_required
def discard(request: HttpRequest, code: str) -> HttpResponse:
    """Throw away an upload that was not imported."""
    study = own_study(request, code)
    if throw_away(request.user, study):
        messages.success(request, "The upload is thrown away; the study's photos are as they were.")
    return redirect("pipeline:import", code=code)


def _upload(request: HttpRequest, study: Study) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            upload(request.user, study, form.cleaned_data["archive"])
        except SourceRefusedError as refusal:
            form.add_error("archive", str(refusal))
        else:
            messages.success(
                request, "The photos are being read. Nothing is imported before you have looked."
            )
            return redirect("pipeline:desk", code=study.code)
    context = {"form": form, "study": study, "title": "Import photos"}
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "pipeline/upload.html", context, status=status)


def _preview(request: HttpRequest, study: Study, waiting: PhotoImport) -> HttpResponse:
    survey = survey_of(waiting)
    choices = chosen(request.POST, survey) if request.method == "POST" else Choices.first(survey)
    plan = plan_of(survey, choices)
    problem = _problem(study, survey, plan)
    if request.POST.get("do") == "import" and not problem:
        take_in(request.user, study, choices)
        messages.success(request, f"{len(plan.photos)} photos are being imported.")
        return redirect("pipeline:desk", code=study.code)
    context = {
        "study": study,
        "plan": plan,
        "total": len(plan.photos),
        "rows": rows_of(survey, choices),
        "layouts": LAYOUT_LABELS.items(),
        "layout": choices.layout,
        "near_duplicates": plan.near_duplicates(set(study.items.values_list("cluster", flat=True))),
        "left_out": plan.left_out[:SHOWN],
        "problem": problem,
        "title": "Import photos: preview",
    }
    return render(request, "pipeline/import_preview.html", context)


def _problem(study: Study, survey: Survey, plan: ImportPlan) -> str:
    """Return why it cannot be imported like this; empty if it can."""
    try:
        require_usable(study, survey, plan)
    except DataError as refusal:
        return str(refusal)
    return ""
