"""Access to studies: researchers reach their own only; others do not exist for them (404)."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from study.models import Study, StudyVersion


def own_study(request: HttpRequest, code: str) -> Study:
    """Return a study of this researcher; 404 for others."""
    return get_object_or_404(Study.objects.of(request.user), code=code)


def chosen_version(request: HttpRequest, study: Study) -> StudyVersion | None:
    """Return the version that the address names (`?version=1`), else the newest; None without any."""
    number = request.GET.get("version")
    if number is None:
        return study.version()
    if not number.isdecimal():
        raise Http404
    return get_object_or_404(study.versions, number=int(number))
