"""The one address of a session, which shows the step that is due, and the forms of its steps."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Protocol

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from study import sessions
from study.design import Design
from study.models import Session
from study.plan import plan_of
from study.questions.comprehension import right_answers
from study.sessions.errors import NotFoundError, NotNowError
from study.sessions.lifecycle import distance_is_due, size_is_due
from study.views import between_parts, pages
from study.views.browsers import browser_name, system_name
from study.views.forms import (
    DeviceForm,
    DistanceForm,
    comprehension_form,
    questionnaire_of,
    questions_form,
    screen_size_form,
)
from study.views.language import speak_a_language_of
from study.views.same_site import from_this_site

Status = Session.Status


class FormPage(Protocol):
    """A page that shows a form."""

    def __call__(
        self, request: HttpRequest, session: Session, form: Form, *, status: int = 200
    ) -> HttpResponse: ...


@never_cache
@require_safe
def sitting(request: HttpRequest, token: str) -> HttpResponse:
    """Show the step that is due."""
    try:
        session = sessions.resume(token, timezone.now())
    except NotFoundError as error:
        raise Http404 from error
    speak_a_language_of(_design(session), session.chosen_language)
    return STEPS[session.status](request, session)


def takes_form(
    form_of: Callable[[Session], type[Form]], show: FormPage
) -> Callable[[Callable[[HttpRequest, str, Form], None]], Callable[..., HttpResponse]]:
    """Make a view that acts on a valid form and shows the session, or shows the form with its errors."""

    def view_of(act: Callable[[HttpRequest, str, Form], None]) -> Callable[..., HttpResponse]:
        @from_this_site
        @never_cache
        @require_POST
        @wraps(act)
        def view(request: HttpRequest, token: str) -> HttpResponse:
            session = _find(token)
            form = form_of(session)(request.POST)
            if not form.is_valid():
                return show(request, session, form, status=400)
            act(request, token, form)
            return redirect("study:session", token=token)

        return view

    return view_of


@from_this_site
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for confirmation, then erase the answers."""
    session = _find(token)
    if request.method != "POST":
        return pages.page(request, session, "withdraw", {})
    sessions.withdraw(token, timezone.now())
    return redirect("study:session", token=token)


@from_this_site
@never_cache
@require_POST
def stop(_request: HttpRequest, token: str) -> HttpResponse:
    """End the session; the answers until then are kept."""
    sessions.stop(_find(token).token)
    return redirect("study:session", token=token)


def _find(token: str) -> Session:
    try:
        session = sessions.find(token)
    except NotFoundError as error:
        raise Http404 from error
    speak_a_language_of(_design(session), session.chosen_language)
    return session


def _design(session: Session) -> Design:
    return plan_of(session.participant.version).design


@takes_form(lambda _session: DeviceForm, pages.device)
def device(request: HttpRequest, token: str, form: Form) -> None:
    """Store what the device check measured."""
    agent = request.headers.get("User-Agent", "")
    facts = sessions.Device(browser=browser_name(agent), os=system_name(agent), **form.cleaned_data)
    sessions.device_checked(token, facts)


@takes_form(lambda session: screen_size_form(_design(session)), pages.calibration)
def calibration(_request: HttpRequest, token: str, form: Form) -> None:
    """Store how large a pixel of the screen is."""
    sessions.size_measured(token, sessions.ScreenSize(**form.cleaned_data))


def _distance_page(request: HttpRequest, session: Session, form: Form, *, status: int = 200) -> HttpResponse:
    """Show how the distance is measured; somebody for whom that is not due sees what is."""
    if not distance_is_due(session):
        return redirect("study:session", token=session.token)
    return pages.distance(request, session, form, status=status)


@takes_form(lambda _session: DistanceForm, _distance_page)
def distance(_request: HttpRequest, token: str, form: Form) -> None:
    """Store from how far a person looks."""
    sessions.distance_measured(token, sessions.Distance(**form.cleaned_data))


def _instructions_form(session: Session) -> type[Form]:
    """Return the questions about the instructions; in a later part there are none."""
    return comprehension_form(_design(session)) if session.part == 1 else Form


@takes_form(_instructions_form, pages.instructions)
def instructions(_request: HttpRequest, token: str, form: Form) -> None:
    """Note whether the instructions were understood, or were read again."""
    right = right_answers(_design(_find(token)).comprehension)
    sessions.instructions_read(token, understood=form.cleaned_data == right)


@takes_form(lambda session: questions_form(_design(session)), pages.questions)
def questions(_request: HttpRequest, token: str, form: Form) -> None:
    """Complete the session with the closing questionnaire."""
    with suppress(NotNowError):  # the session's own page then shows what is due instead
        answers = questionnaire_of(_design(_find(token)), form.cleaned_data)
        sessions.complete(token, answers, timezone.now())


def consented(request: HttpRequest, session: Session) -> HttpResponse:
    """Show the device check, what the design asks people to measure, then the instructions."""
    if session.viewport_w is None:
        return pages.device(request, session, DeviceForm())
    if size_is_due(session):
        return pages.calibration(request, session, screen_size_form(_design(session))())
    if distance_is_due(session):
        return pages.distance(request, session, DistanceForm())
    return pages.instructions(request, session, _instructions_form(session)())


STEPS: dict[str, Callable[[HttpRequest, Session], HttpResponse]] = {
    Status.CONSENTED: consented,
    Status.PRACTICE: pages.play,
    Status.TRIALS: pages.play,
    Status.BETWEEN: between_parts.between,
    Status.QUESTIONS: pages.questions,
    Status.COMPLETED: pages.completed,
    Status.SCREENED_OUT: pages.screened_out,
    Status.STOPPED: pages.stopped,
    Status.WITHDRAWN: pages.withdrawn,
}
