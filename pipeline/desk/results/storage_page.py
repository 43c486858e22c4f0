"""Page of a study's storage: what it takes on the disk, its bundle, and its deletion."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from pipeline.actions.study_deletion import NotDeletedError, delete_study
from pipeline.audit import record
from pipeline.bundle.bundle_manifest import BundleError
from pipeline.bundle.bundle_stream import bundle_stream
from pipeline.bundle.sizes_on_disk import sizes_of
from pipeline.desk.access import own_study, powers
from study.models import Role


@require_GET
@staff_member_required
def storage(request: HttpRequest, code: str) -> HttpResponse:
    """Show what the study takes, and offer its bundle; its owner may delete it."""
    study = own_study(request, code)
    sizes = sizes_of(study)
    context = {
        "study": study,
        "sizes": sizes,
        "total": sum(size.bytes for size in sizes),
        "people": sum(version.participants.count() for version in study.versions.all()),
        "title": f"Storage: {study.name}",
        **powers(request, study),
    }
    return render(request, "pipeline/storage.html", context)


@require_GET
@staff_member_required
def bundle(request: HttpRequest, code: str) -> HttpResponseBase:
    """Stream the study's bundle; the download is logged."""
    study = own_study(request, code)
    try:
        content = bundle_stream(study)
    except BundleError as error:
        messages.error(request, str(error))
        return redirect("pipeline:storage", code=code)
    record(request.user, study, "downloaded the bundle")
    response = StreamingHttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{study.code}-bundle.zip"'
    return response


@require_POST
@staff_member_required
def delete(request: HttpRequest, code: str) -> HttpResponse:
    """Delete the study with all that it holds, once its name was typed; only the owner may."""
    study = own_study(request, code, Role.OWNER)
    try:
        messages.success(request, delete_study(request.user, study, request.POST.get("name", "")))
    except NotDeletedError as error:
        messages.error(request, str(error))
        return redirect("pipeline:storage", code=code)
    return redirect("pipeline:studies")
