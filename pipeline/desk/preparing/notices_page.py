"""Page of notices: what a researcher wants to hear of, and where it goes."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from pipeline.desk.access import own_study
from pipeline.desk.preparing.notice_wishes import (
    NoticesForm,
    NoticesRefusedError,
    send_a_test,
    store,
    stored_wishes,
)
from pipeline.models import Notice
from study.models import Role

SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@staff_member_required
def notices(request: HttpRequest, code: str) -> HttpResponse:
    """Show and store what a study's researcher wants to hear of."""
    study = own_study(request, code, Role.COLLABORATOR)
    wishes = stored_wishes(study)
    form = NoticesForm(request.POST or None, instance=wishes)
    if request.method == "POST" and form.is_valid():
        store(request.user, study, form)
        messages.success(request, "Stored. From now on these notices are sent.")
        return redirect("pipeline:notices", code=code)
    sent = Notice.objects.filter(study=study).order_by("-pk")[:SHOWN]
    context = {"study": study, "form": form, "wishes": wishes, "sent": sent, "title": "Notices"}
    return render(request, "pipeline/notices.html", context)


@require_POST
@staff_member_required
def send_test(request: HttpRequest, code: str) -> HttpResponse:
    """Send a notice that says nothing but that notices arrive."""
    study = own_study(request, code)
    try:
        messages.success(request, send_a_test(request.user, study))
    except NoticesRefusedError as refusal:
        messages.error(request, str(refusal))
    return redirect("pipeline:notices", code=code)
