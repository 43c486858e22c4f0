"""Pages of the desk: each view finds the study, asks the pipeline, and renders the answer."""

from __future__ import annotations

from tempfile import TemporaryFile

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.files import File
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET, require_POST

from pipeline.actions.study_actions import ACTIONS, REFUSALS, perform_action
from pipeline.analysis.before_freezing import known_before_freezing
from pipeline.analysis.gallery import gallery_of
from pipeline.analysis.timing_quality import timing_quality
from pipeline.audit import record
from pipeline.desk.access import chosen_version, own_study
from pipeline.desk.live_progress import people_of, progress_of
from pipeline.desk.pilot_page import pilot_panel
from pipeline.exports.files import FILES
from pipeline.exports.psych_ds import ARCHIVE, write_archive
from pipeline.loop import advance
from pipeline.models import Loop
from pipeline.queue.job_requests import request_cancel
from pipeline.standing.job_lines import title_of
from pipeline.standing.recruitment_notes import recruitment_notes
from study.models import Item, Stimulus, Study
from study.models.people import Mode


@require_GET
@staff_member_required
def desk(request: HttpRequest, code: str) -> HttpResponse:
    study = own_study(request, code)
    version = chosen_version(request, study)
    may_freeze = version is None and Loop.objects.filter(study=study, state=Loop.State.FINISHED).exists()
    return render(
        request,
        "pipeline/desk.html",
        {
            **progress_of(study),
            "people": people_of(version),
            "version": version,
            "versions": study.versions.order_by("-number").values_list("number", flat=True),
            "levels": study.levels.all(),
            "gallery": gallery_of(study),
            "analyses": study.analyses.select_related("job", "version"),
            "pilot": pilot_panel(study),
            "timing": timing_quality(version) if version else None,
            "recruitment_notes": recruitment_notes(study),
            "before_freezing": known_before_freezing(study) if may_freeze else [],
            "files": [*FILES, ARCHIVE],
            "modes": Mode,
            "title": study.name,
        },
    )


@require_GET
@staff_member_required
def progress(request: HttpRequest, code: str) -> HttpResponse:
    return render(request, "pipeline/progress.html", progress_of(own_study(request, code)))


@require_POST
@staff_member_required
def act(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Run one of the researcher's actions and show how it went."""
    study = own_study(request, code)
    if name not in ACTIONS:
        raise Http404
    try:
        messages.success(request, perform_action(request.user, study, name))
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    return redirect("pipeline:desk", code=code)


@require_POST
@staff_member_required
def retry_job(request: HttpRequest, code: str, job_id: int) -> HttpResponse:
    """Queue a failed job again; the loop goes on if it had stopped because of this job."""
    study = own_study(request, code)
    job = get_object_or_404(study.jobs, pk=job_id)
    if advance.retry(job):
        messages.success(request, f"{title_of(job)} is queued again, and resumes from its last checkpoint.")
    else:
        messages.warning(request, f"{title_of(job)} did not fail; there is nothing to retry.")
    return redirect("pipeline:desk", code=code)


@require_POST
@staff_member_required
def stop_job(request: HttpRequest, code: str, job_id: int) -> HttpResponse:
    """Stop one job: at once if it waits, within a batch if it runs."""
    study = own_study(request, code)
    job = get_object_or_404(study.jobs, pk=job_id)
    request_cancel(job)
    record(request.user, study, f"stopped {job.key}")
    messages.success(request, f"{title_of(job)} is being stopped; it can be started again from there.")
    return redirect("pipeline:desk", code=code)


@require_GET
@staff_member_required
def export(request: HttpRequest, code: str, mode: str, name: str) -> StreamingHttpResponse | FileResponse:
    """Stream one file of the newest frozen version, or of the one named; the export is logged."""
    study = own_study(request, code)
    version = chosen_version(request, study)
    if version is None or name not in (*FILES, ARCHIVE) or mode not in Mode.values:
        raise Http404
    record(request.user, study, f"exported {name} ({mode})")
    file_name = f"{study.code}-v{version.number}-{mode}-{name}"
    if name == ARCHIVE:
        file = TemporaryFile()  # noqa: SIM115  # the response closes it
        write_archive(file, version, mode, FILES)
        return FileResponse(file, as_attachment=True, filename=file_name)
    kind = "application/json" if name.endswith(".json") else "text/csv"
    response = StreamingHttpResponse(FILES[name](version, mode), content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


@require_GET
@staff_member_required
def stimulus_image(request: HttpRequest, pk: int) -> FileResponse:
    stimulus = get_object_or_404(Stimulus.of_any_kind, pk=pk, item__study__in=Study.objects.of(request.user))
    return _picture(request, stimulus.image.open("rb"))


@require_GET
@staff_member_required
def item_image(request: HttpRequest, pk: int) -> FileResponse:
    item = get_object_or_404(Item, pk=pk, study__in=Study.objects.of(request.user))
    return _picture(request, item.photo.open("rb"))


def _picture(request: HttpRequest, stored: File[bytes]) -> FileResponse:
    """Answer with a picture; the browser keeps one whose address names its content."""
    response = FileResponse(stored, content_type="image/png")
    if "v" in request.GET:
        patch_cache_control(response, private=True, max_age=86400, immutable=True)
    return response
