"""A researcher reaches their own studies only; everything else does not exist for them."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from study.models import Study


def own_study(request: HttpRequest, code: str) -> Study:
    return get_object_or_404(Study.objects.of(request.user), code=code)
