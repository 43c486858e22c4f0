"""What answers tell besides the verdict: how well photos were shown, and the own questionnaire."""

from __future__ import annotations

from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from pipeline.analysis.questionnaire_answers import questionnaire_summary
from pipeline.desk.access import chosen_version, own_study
from pipeline.sittings.timing_quality import timing_quality


@require_GET
@staff_member_required
def answers(request: HttpRequest, code: str) -> HttpResponse:
    """Show both as a page; as a part of the desk, which asks for it, since every answer is looked at."""
    study = own_study(request, code)
    version = chosen_version(request, study)
    context = {
        "study": study,
        "version": version,
        "timing": timing_quality(version) if version else None,
        "own_form": questionnaire_summary(version) if version else [],
        "title": "Timing and own questionnaire",
    }
    part = "HX-Request" in request.headers
    return render(request, "pipeline/answers_panels.html" if part else "pipeline/answers.html", context)
