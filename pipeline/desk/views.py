"""Pages of the desk: each view finds the study, asks the pipeline, and renders the answer."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.files import File
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET, require_POST

from pipeline.actions import job_actions
from pipeline.actions.study_actions import ACTIONS, REFUSALS, AskFirstError, perform_action
from pipeline.analysis.before_freezing import known_before_freezing
from pipeline.analysis.gallery import gallery_rows
from pipeline.audit import record
from pipeline.desk.access import chosen_among, chosen_version, own_study, powers
from pipeline.desk.live_progress import people_of, progress_of
from pipeline.desk.pilot_page import pilot_panel
from pipeline.exports.dataset.psych_ds import ARCHIVE, dataset_zip
from pipeline.exports.files import FILES
from pipeline.models import Analysis, Loop
from pipeline.standing.recruitment_notes import recruitment_notes
from pipeline.standing.study_facts import standing_of
from study.models import Item, Level, Stimulus, Study
from study.models.people import Mode
from study.statements.prepared_sql import PreparedQuery

REGISTERED = ("preregistration.json", "preregistration-osf.txt", "preregistration-aspredicted.txt")
KINDS = {"json": "application/json", "csv": "text/csv", "txt": "text/plain"}


@require_GET
@staff_member_required
def desk(request: HttpRequest, code: str) -> HttpResponse:
    study = own_study(request, code)
    standing = standing_of(study)
    version = chosen_among(request, standing.versions)
    progress, people_came = progress_of(study, standing), standing.known.has_people
    may_freeze = version is None and progress["facts"].loop == Loop.State.FINISHED
    return render(
        request,
        "pipeline/desk.html",
        {
            **progress,
            **powers(request, study),
            "people": people_of(version),
            "version": version,
            "versions": [each.number for each in standing.versions],
            "levels": _LEVELS(study.pk),
            "gallery": gallery_rows(study),
            "analyses": _ANALYSES(study.pk),
            "pilot": pilot_panel(study),
            "recruitment_notes": recruitment_notes(study),
            "before_freezing": known_before_freezing(study) if may_freeze else [],
            "files": FILES,
            "archive": ARCHIVE,
            "modes": Mode,
            "registered": REGISTERED,
            "has_people": people_came,
            "has_answers": version is not None and (people_came or version.design.own_form),
            "title": study.name,
        },
    )


@require_GET
@staff_member_required
def progress(request: HttpRequest, code: str) -> HttpResponse:
    study = own_study(request, code)
    return render(request, "pipeline/progress.html", progress_of(study) | powers(request, study))


@require_POST
@staff_member_required
def act(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Run one of the researcher's actions and show how it went."""
    study = own_study(request, code)
    if name not in ACTIONS:
        raise Http404
    try:
        agreed = "agreed" in request.POST
        messages.success(request, perform_action(request.user, study, name, agreed=agreed))
        if name == "open-pilot":
            return redirect("pipeline:pilot", code=code)  # whose link, people and robots are there
    except AskFirstError as question:
        context = {"study": study, "name": name, "price": str(question), "title": ACTIONS[name].label}
        return render(request, "pipeline/ask_first.html", context)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    return redirect("pipeline:desk", code=code)


@require_POST
@staff_member_required
def retry_job(request: HttpRequest, code: str, job_id: int) -> HttpResponse:
    """Queue a failed job again; the loop goes on if it had stopped because of this job."""
    study = own_study(request, code)
    job = get_object_or_404(study.jobs, pk=job_id)
    try:
        messages.success(request, job_actions.retry_job(request.user, job))
    except job_actions.NothingToRetryError as refusal:
        messages.warning(request, str(refusal))
    return redirect("pipeline:desk", code=code)


@require_POST
@staff_member_required
def stop_job(request: HttpRequest, code: str, job_id: int) -> HttpResponse:
    """Stop one job: at once if it waits, within a batch if it runs."""
    study = own_study(request, code)
    job = get_object_or_404(study.jobs, pk=job_id)
    messages.success(request, job_actions.stop_job(request.user, job))
    return redirect("pipeline:desk", code=code)


@require_GET
@staff_member_required
def export(request: HttpRequest, code: str, mode: str, name: str) -> StreamingHttpResponse:
    """Stream one file of the newest frozen version, or of the one named; the export is logged."""
    study = own_study(request, code)
    version = chosen_version(request, study)
    if version is None or name not in (*FILES, ARCHIVE) or mode not in Mode.values:
        raise Http404
    record(request.user, study, f"exported {name} ({mode})")
    if name == ARCHIVE:
        content: Iterator[str] | Iterator[bytes] = dataset_zip(version, mode, FILES)
        kind = "application/zip"
    else:
        content = FILES[name](version, mode)
        kind = f"{KINDS[name.rpartition('.')[2]]}; charset=utf-8"
    response = StreamingHttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{study.code}-v{version.number}-{mode}-{name}"'
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
    kind = "image/jpeg" if str(stored.name).endswith(".jpg") else "image/png"
    response = FileResponse(stored, content_type=kind)
    if "v" in request.GET:
        patch_cache_control(response, private=True, max_age=86400, immutable=True)
    return response


def _analyses(study: int) -> QuerySet[Analysis]:
    """Return the analyses of a study, newest first, without their results, tables and figures."""
    own = Analysis.objects.filter(study=study).select_related("job", "version")
    return own.only("created_at", "mode", "cause", "job__state", "version__number")


_ANALYSES = PreparedQuery(_analyses, int)
_LEVELS: PreparedQuery[Level] = PreparedQuery(lambda study: Level.objects.filter(study=study), int)
