"""One address for the whole session: the server shows the step that is due, however the page was reached."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from study import sessions, texts
from study.browsers import browser_name, system_name
from study.completion import return_link
from study.forms import ComprehensionForm, DeviceForm, GridComprehensionForm, QuestionsForm
from study.models import Session
from study.plan import Choice, plan_of
from study.sessions.errors import NotFound, NotNow
from study.sessions.lifecycle import COMPREHENSION_ATTEMPTS, SLOWEST_BRIEF_HZ

Status = Session.Status
PLAYER_ADDRESSES = ("tab", "block", "answers")


@never_cache
@require_safe
def sitting(request: HttpRequest, token: str) -> HttpResponse:
    """Show the step at which the session stands."""
    try:
        session = sessions.resume(token, timezone.now())
    except NotFound as error:
        raise Http404 from error
    return STEPS[session.status](request, session)


@never_cache
@require_POST
def device(request: HttpRequest, token: str) -> HttpResponse:
    session = _find(token)
    form = DeviceForm(request.POST)
    if not form.is_valid():
        return _page(request, session, "device", {"form": form}, status=400)
    agent = request.headers.get("User-Agent", "")
    facts = sessions.Device(browser=browser_name(agent), os=system_name(agent), **form.cleaned_data)
    sessions.device_checked(token, facts)
    return redirect("study:session", token=token)


@never_cache
@require_POST
def instructions(request: HttpRequest, token: str) -> HttpResponse:
    session = _find(token)
    form = _comprehension_form(session)(request.POST)
    if not form.is_valid():
        return _instructions(request, session, form, status=400)
    sessions.instructions_read(token, understood=form.understood())
    return redirect("study:session", token=token)


@never_cache
@require_POST
def questions(request: HttpRequest, token: str) -> HttpResponse:
    session = _find(token)
    form = QuestionsForm(request.POST)
    if not form.is_valid():
        return _page(request, session, "questions", {"form": form}, status=400)
    with suppress(NotNow):  # the session's own page then shows what is due instead
        sessions.complete(token, form.answers(), timezone.now())
    return redirect("study:session", token=token)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once, then erase."""
    session = _find(token)
    if request.method != "POST":
        return _page(request, session, "withdraw", {})
    sessions.withdraw(token, timezone.now())
    return redirect("study:session", token=token)


def _find(token: str) -> Session:
    try:
        return sessions.find(token)
    except NotFound as error:
        raise Http404 from error


def _consented(request: HttpRequest, session: Session) -> HttpResponse:
    if session.viewport_w is None:
        design = plan_of(session.participant.version).design
        slowest = SLOWEST_BRIEF_HZ if design.stimulus_ms is not None else 0
        return _page(request, session, "device", {"form": DeviceForm(), "slowest_hz": slowest})
    return _instructions(request, session, _comprehension_form(session)())


def _comprehension_form(session: Session) -> type[ComprehensionForm]:
    is_grid = plan_of(session.participant.version).design.is_grid
    return GridComprehensionForm if is_grid else ComprehensionForm


def _instructions(request: HttpRequest, session: Session, form: Form, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "tries_left": COMPREHENSION_ATTEMPTS - session.comprehension_attempts,
        "choices": choices_of(session),
    }
    return _page(request, session, "instructions", context, status=status)


def _play(request: HttpRequest, session: Session) -> HttpResponse:
    context = {
        "choices": choices_of(session),
        "practice": session.status == Status.PRACTICE,
        "settings": _player_settings(session),
        "tiles": range(1, plan_of(session.participant.version).design.photos_per_trial + 1),
    }
    return _page(request, session, "play", context)


def _player_settings(session: Session) -> str:
    """What the player needs to know; nothing about any photo."""
    design = plan_of(session.participant.version).design
    address = {name: reverse(f"study:{name}", kwargs={"token": session.token}) for name in PLAYER_ADDRESSES}
    return json.dumps(
        {
            "session": session.token,
            "fixationMs": design.fixation_ms,
            "stimulusMs": design.stimulus_ms,
            "maskMs": design.mask_ms,
            "deadlineMs": design.deadline_ms,
            "askConfidence": design.ask_confidence,
            "columns": design.grid_columns if design.is_grid else 0,
            "workerUrl": static("study/stage_worker.js"),
            **{f"{name}Url": url for name, url in address.items()},
        }
    )


def _questions(request: HttpRequest, session: Session) -> HttpResponse:
    return _page(request, session, "questions", {"form": QuestionsForm()})


def _completed(request: HttpRequest, session: Session) -> HttpResponse:
    design = plan_of(session.participant.version).design
    context = {"debrief": texts.debrief(design), "return_link": return_link(session)}
    return _page(request, session, "completed", context)


def _screened_out(request: HttpRequest, session: Session) -> HttpResponse:
    return _page(request, session, "screened_out", {})


def _withdrawn(request: HttpRequest, session: Session) -> HttpResponse:
    return _page(request, session, "withdrawn", {"return_link": return_link(session)})


def choices_of(session: Session) -> list[Choice]:
    """The answers in the order of this session's buttons."""
    by_id = {choice.category: choice for choice in plan_of(session.participant.version).choices}
    return [by_id[category] for category in session.choice_order]


def _page(
    request: HttpRequest, session: Session, name: str, context: Mapping[str, object], *, status: int = 200
) -> HttpResponse:
    design = plan_of(session.participant.version).design
    return render(
        request, f"study/{name}.html", {"session": session, "design": design, **context}, status=status
    )


STEPS: dict[str, Callable[[HttpRequest, Session], HttpResponse]] = {
    Status.CONSENTED: _consented,
    Status.PRACTICE: _play,
    Status.TRIALS: _play,
    Status.QUESTIONS: _questions,
    Status.COMPLETED: _completed,
    Status.SCREENED_OUT: _screened_out,
    Status.WITHDRAWN: _withdrawn,
}
