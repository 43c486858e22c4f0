"""Buttons of the page of machines from outside that ask one behind an endpoint; they are the owner's."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from pipeline.actions.job_actions import stop_job
from pipeline.desk.access import own_study
from pipeline.desk.outside_forms import AskForm, CapForm
from pipeline.desk.outside_page import shown
from pipeline.inquiries import inquiry_actions
from study.models import Role


@require_POST
@staff_member_required
def plan_inquiry(request: HttpRequest, code: str) -> HttpResponse:
    """Store what would be asked and say what it costs at most; nothing is sent."""
    study = own_study(request, code, Role.OWNER)
    form = AskForm(study, request.POST)
    if not form.is_valid():
        return shown(request, study, ask_form=form)
    try:
        inquiry = inquiry_actions.plan(request.user, form.cleaned_data["asked_pack"], form.wish)
    except inquiry_actions.REFUSALS as refusal:
        messages.error(request, str(refusal))
        return shown(request, study, ask_form=form)
    messages.success(request, f"Nothing is sent yet: look below at what asking {inquiry.name} would cost.")
    return redirect("pipeline:outside", code=code)


@require_POST
@staff_member_required
def begin_inquiry(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Let a worker ask what was looked at."""
    inquiry = get_object_or_404(own_study(request, code, Role.OWNER).inquiries, pk=pk)
    try:
        inquiry_actions.begin(request.user, inquiry)
    except inquiry_actions.REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"A worker asks {inquiry.name} from now on.")
    return redirect("pipeline:outside", code=code)


@require_POST
@staff_member_required
def go_on_inquiry(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Ask what has no answer yet, with a larger cap if one is given."""
    inquiry = get_object_or_404(own_study(request, code, Role.OWNER).inquiries, pk=pk)
    form = CapForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(problem) for problem in form.errors["cap"]))
        return redirect("pipeline:outside", code=code)
    try:
        inquiry_actions.go_on(request.user, inquiry, form.cleaned_data["cap"])
    except inquiry_actions.REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"A worker asks {inquiry.name} what has no answer yet.")
    return redirect("pipeline:outside", code=code)


@require_POST
@staff_member_required
def stop_inquiry(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Stop asking; what was answered stays."""
    study = own_study(request, code, Role.OWNER)
    job = get_object_or_404(study.jobs.select_related("study", "inquiry"), inquiry__pk=pk)
    stop_job(request.user, job)
    messages.success(request, f"Asking {job.inquiry.name} is being stopped; what was answered stays.")
    return redirect("pipeline:outside", code=code)


@require_POST
@staff_member_required
def discard_inquiry(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Throw away what was planned and not begun."""
    inquiry = get_object_or_404(own_study(request, code, Role.OWNER).inquiries, pk=pk)
    if inquiry_actions.discard(request.user, inquiry):
        messages.success(request, f"The plan to ask {inquiry.name} is thrown away.")
    else:
        messages.error(request, f"{inquiry.name} is asked already: stop it instead.")
    return redirect("pipeline:outside", code=code)
