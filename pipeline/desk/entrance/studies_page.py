"""The studies of a researcher, newest first: the desk's own first page."""

from __future__ import annotations

from django.contrib.admin.views.decorators import staff_member_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from pipeline.desk.entrance.setup_token import no_account_yet
from study.models import Study


@require_safe
def studies(request: HttpRequest) -> HttpResponse:
    """Show the studies, or make the first account where there is none to log in with."""
    return redirect("pipeline:first-account") if no_account_yet() else _studies(request)


@staff_member_required
def _studies(request: HttpRequest) -> HttpResponse:
    own = Study.objects.of(request.user).select_related("owner").order_by("-created_at")
    return render(
        request,
        "pipeline/studies.html",
        {
            "studies": own.annotate(frozen=Count("versions", distinct=True)),
            "may_add": request.user.has_perm("study.add_study"),
            "title": "Studies",
        },
    )
