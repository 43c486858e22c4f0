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
from stats.report.compose import compose
from stats.report.content import Source
from stats.report.html import to_html


@require_GET
@staff_member_required
def written_report(request: HttpRequest, code: str, analysis_id: int, kind: str) -> HttpResponse:
    """Deliver the report of an analysis as a file; the download is logged."""
    study = own_study(request, code)
    analysis = get_object_or_404(study.analyses.select_related("version__study"), pk=analysis_id)
    if analysis.result is None:
        raise Http404
    content_type, print_report = PRINTERS[kind]
    record(request.user, study, f"downloaded report.{kind} of analysis {analysis.pk}")
    response = HttpResponse(print_report(source_of(analysis), analysis), content_type=content_type)
    name = f"{study.code}-v{analysis.version.number}-{analysis.mode}-report.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _pdf(source: Source, analysis: Analysis) -> bytes:
    from stats.report.paper.pdf import to_pdf  # matplotlib and the PDF writer only where a PDF is printed

    return to_pdf(compose(source), analysis.created_at)


PRINTERS: dict[str, tuple[str, Callable[[Source, Analysis], bytes]]] = {
    "html": ("text/html; charset=utf-8", lambda source, _: to_html(compose(source)).encode()),
    "pdf": ("application/pdf", _pdf),
    "json": (
        "application/json",
        lambda source, _: json.dumps(source.to_dict(), indent=2, allow_nan=False).encode(),
    ),
}
