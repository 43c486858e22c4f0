"""Page of an analysis that puts all machines side by side, as figures first, and its tables as files."""

from __future__ import annotations

from itertools import zip_longest

from django.contrib.admin.views.decorators import staff_member_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from pipeline.analysis.report_content import findings_of
from pipeline.audit import record
from pipeline.desk.access import own_study
from pipeline.exports.columns.table_columns import header
from pipeline.exports.compared_rows import COMPARED, comparison_of
from pipeline.exports.csv_lines import csv_lines
from pipeline.models import Analysis
from stats.machine.comparison import FINDING
from stats.report.blocks import Picture, Section, Table
from stats.report.compose import BANNER
from study.models.people import Mode


@require_GET
@staff_member_required
def machines(request: HttpRequest, code: str, analysis_id: int) -> HttpResponse:
    """Show every machine of an analysis beside every other, and beside people."""
    analysis = _own_analysis(request, code, analysis_id)
    section = section_of(analysis)
    context = {
        "study": analysis.study,
        "analysis": analysis,
        "section": section,
        "blocks": blocks_of(section) if section else [],
        "banner": BANNER if analysis.mode == Mode.SIMULATED else "",
        "files": COMPARED,
        "title": f"Machines side by side: {analysis.study}",
    }
    return render(request, "pipeline/side_by_side.html", context)


@require_GET
@staff_member_required
def machines_file(request: HttpRequest, code: str, analysis_id: int, name: str) -> HttpResponse:
    """Deliver a table of an analysis's comparison as CSV; the download is logged."""
    analysis = _own_analysis(request, code, analysis_id)
    comparison = comparison_of(analysis)
    if comparison is None or name not in COMPARED:
        raise Http404
    record(request.user, analysis.study, f"downloaded {name} of analysis {analysis.pk}")
    lines = csv_lines(header(name, ()), COMPARED[name](comparison))
    response = HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")
    file = f"{analysis.study.code}-v{analysis.version.number}-{analysis.mode}-{name}"
    response["Content-Disposition"] = f'attachment; filename="{file}"'
    return response


def section_of(analysis: Analysis) -> Section | None:
    """Return the comparison as the report prints it; None where there was nothing to compare."""
    by_name = {finding.name: finding for finding in findings_of(analysis)}
    return by_name[FINDING].section() if FINDING in by_name else None


def blocks_of(section: Section) -> list[Picture | Table]:
    """Return figures and tables in the order of the page: accuracy and its tables, then the kappas."""
    accuracy, *kappas = section.pictures or (None,)
    of_machines, of_pairs = section.tables[:2], section.tables[2:]
    beside = [block for pair in zip_longest(kappas, of_pairs) for block in pair]
    return [block for block in (accuracy, *of_machines, *beside) if block is not None]


def _own_analysis(request: HttpRequest, code: str, analysis_id: int) -> Analysis:
    analyses = own_study(request, code).analyses.select_related("study", "version__study")
    return get_object_or_404(analyses, pk=analysis_id)
