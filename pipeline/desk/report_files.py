"""The written report for download: a page, a PDF, and all numbers."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.contrib.admin.views.decorators import staff_member_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from pipeline.analysis.report_content import source_of
from pipeline.audit import record
from pipeline.desk.access import own_study
from pipeline.models import Analysis
from stats.report.content import Source


@require_GET
@staff_member_required
def written_report(request: HttpRequest, code: str, analysis_id: int, kind: str) -> HttpResponse:
    """Print one analysis; the download is logged."""
    study = own_study(request, code)
    analysis = get_object_or_404(study.analyses.select_related("version__study"), pk=analysis_id)
    if analysis.result is None:
        raise Http404
    content_type, printed = PRINTERS[kind]
    record(request.user, study, f"downloaded report.{kind} of analysis {analysis.pk}")
    response = HttpResponse(printed(source_of(analysis), analysis), content_type=content_type)
    name = f"{study.code}-v{analysis.version.number}-{analysis.mode}-report.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _html(source: Source, _: Analysis) -> bytes:
    from stats.report.compose import compose
    from stats.report.html import to_html

    return to_html(compose(source)).encode()


def _pdf(source: Source, analysis: Analysis) -> bytes:
    from stats.report.compose import compose
    from stats.report.pdf import to_pdf

    return to_pdf(compose(source), analysis.created_at)


def _json(source: Source, _: Analysis) -> bytes:
    return json.dumps(source.to_dict(), indent=2, allow_nan=False).encode()


PRINTERS: dict[str, tuple[str, Callable[[Source, Analysis], bytes]]] = {
    "html": ("text/html; charset=utf-8", _html),
    "pdf": ("application/pdf", _pdf),
    "json": ("application/json", _json),
}
