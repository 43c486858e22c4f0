"""The report of an analysis as a page of the desk, with its figures and its verdict as JSON."""

from __future__ import annotations

import json

from django.contrib.admin.views.decorators import staff_member_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from pipeline.analysis.gallery import gallery_of
from pipeline.analysis.report_content import figure_of, source_of
from pipeline.desk.access import own_study
from pipeline.exports.dataset.psych_ds import ARCHIVE
from pipeline.models import Analysis
from stats.report.compose import compose


@require_GET
@staff_member_required
def report(request: HttpRequest, code: str, analysis_id: int) -> HttpResponse:
    """Show the report, or the progress of an analysis that is not done."""
    analysis = _own_analysis(request, code, analysis_id)
    study = analysis.study
    if analysis.result is None:
        return render(request, "pipeline/report_pending.html", {"analysis": analysis, "study": study})
    document = compose(source_of(analysis))
    context = {
        "title": document.title,
        "study": study,
        "analysis": analysis,
        "document": document,
        "gallery": gallery_of(study),
        "archive": ARCHIVE,
    }
    return render(request, "pipeline/report.html", context)


@require_GET
@staff_member_required
def figure(request: HttpRequest, code: str, analysis_id: int, name: str) -> HttpResponse:
    """Deliver one figure of the report as SVG."""
    svg = figure_of(_own_analysis(request, code, analysis_id), name)
    if svg is None:
        raise Http404
    return HttpResponse(svg, content_type="image/svg+xml")


@require_GET
@staff_member_required
def verdict_json(request: HttpRequest, code: str, analysis_id: int) -> HttpResponse:
    """Deliver the stored verdict as JSON."""
    content = verdict_bytes(_own_analysis(request, code, analysis_id))
    return HttpResponse(content, content_type="application/json")


def verdict_bytes(analysis: Analysis) -> bytes:
    """Return the verdict as JSON with sorted keys: the same bytes from every database."""
    return json.dumps(analysis.result, indent=2, sort_keys=True).encode()


def _own_analysis(request: HttpRequest, code: str, analysis_id: int) -> Analysis:
    analyses = own_study(request, code).analyses.select_related("study", "version__study", "job")
    return get_object_or_404(analyses, pk=analysis_id)
