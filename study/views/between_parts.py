"""The page between two parts of a session on several days, its button, and the entry for a calendar."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from study import sessions, texts
from study.models import Session
from study.models.people import Mode
from study.parts.calendar_entry import CalendarEntry
from study.parts.return_window import Coming
from study.plan import plan_of
from study.sessions.completion import way_back_of_part
from study.sessions.errors import NotFoundError
from study.views import pages
from study.views.language import speak_a_language_of
from study.views.same_site import from_this_site


def between(request: HttpRequest, session: Session) -> HttpResponse:
    """Show when and where the next part begins; the button is there once it may.

    Only the button begins it: mail programs and previews of links open addresses by themselves.
    """
    window = session.return_window
    coming = window.coming(timezone.now())
    context = {
        "window": window,
        "address": _address(request, session),
        "way_back": way_back_of_part(session),
        "next": session.part + 1,
        "is_open": coming is Coming.IN_TIME,
        "skips_the_wait": coming is Coming.EARLY and session.mode != Mode.LIVE,
        "refused": session.status_reason,
    }
    return pages.page(request, session, "between", context)


@from_this_site
@never_cache
@require_POST
def begin(_request: HttpRequest, token: str) -> HttpResponse:
    """Begin the next part; too early, too late or once more, the session's page says how things are."""
    try:
        sessions.begin_part(token, timezone.now())
    except NotFoundError as error:
        raise Http404 from error
    return redirect("study:session", token=token)


@never_cache
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Send an entry for the person's calendar, which leads back."""
    try:
        session = sessions.find(token)
    except NotFoundError as error:
        raise Http404 from error
    if session.status != Session.Status.BETWEEN:
        raise Http404
    design = plan_of(session.participant.version).design
    speak_a_language_of(design, session.chosen_language)
    coming = _("part %(part)d of %(parts)d") % {"part": session.part + 1, "parts": design.parts}
    entry = CalendarEntry(
        uid=f"{session.token}-{session.part + 1}@{request.get_host()}",
        title=f"{texts.own(design, 'title').text or _('Study')}: {coming}",
        words=_("Open this address to begin: %(address)s") % {"address": _address(request, session)},
        address=_address(request, session),
        window=session.return_window,
    )
    response = HttpResponse(entry.text(timezone.now()), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="part-{session.part + 1}.ics"'
    return response


def _address(request: HttpRequest, session: Session) -> str:
    return request.build_absolute_uri(reverse("study:session", kwargs={"token": session.token}))
