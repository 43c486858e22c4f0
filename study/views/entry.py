"""Pages from the link to consent, which store nothing about a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from study import sessions, texts
from study.design import Design
from study.models import Pilot, Session, Study, StudyVersion
from study.models.people import Mode
from study.plan import plan_of
from study.recruitment import Arrival, BadArrivalError, Entrance, NotAllowedError, arrival_of
from study.sessions.errors import AlreadyTakenPartError, NotFoundError, StudyFullError, TookPartInPilotError
from study.views.forms import ConsentForm

COOKIE_LIFE_SECONDS = 30 * 24 * 3600
PILOT_COOKIE_LIFE_SECONDS = 400 * 24 * 3600  # as long as browsers keep any: the main study may come late
SECONDS_PER_PHOTO, SECONDS_PER_TILE = 5, 2


@dataclass(frozen=True)
class Visit:
    """Somebody who opens a study and may take part in it."""

    entrance: Entrance
    version: StudyVersion
    arrival: Arrival

    @property
    def study(self) -> Study:
        """The study whose main part or pilot it is."""
        return self.entrance.study

    def context(self) -> dict[str, object]:
        """Return what each page before consent shows."""
        return {"study": self.study, "arrival": self.arrival, "code": self.entrance.code} | {
            "is_pilot": self.version.is_pilot
        }


def for_visits(view: Callable[[HttpRequest, Visit], HttpResponse]) -> Callable[..., HttpResponse]:
    """Make a view that gets visits only; others get a page that says why they cannot take part."""

    @wraps(view)
    def opened(request: HttpRequest, code: str) -> HttpResponse:
        entrance = Entrance.named(code)
        if entrance is None:
            raise Http404
        try:
            arrival = arrival_of(request, entrance)
        except BadArrivalError as error:
            return _unavailable(request, "bad_link", status=400, detail=str(error))
        except NotAllowedError as refusal:
            return _closed(request, entrance, refusal.arrival)
        if entrance.version is None:
            return _unavailable(request, "not_frozen", status=409)
        visit = Visit(entrance, entrance.version, arrival)
        if _comes_from_the_pilot(request, visit):
            return _unavailable(request, "took_part_in_pilot", status=409)
        return view(request, visit)

    return opened


@never_cache
@require_safe
@for_visits
def landing(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the first page, which link previews may fetch as often as they like."""
    begun = _session_of_this_browser(request, visit.entrance, visit.arrival)
    if begun is not None:
        return redirect("study:session", token=begun.token)
    design = plan_of(visit.version).design
    context = visit.context() | {"task": texts.task(design), "minutes": _minutes(design)}
    return render(request, "study/landing.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_visits
def consent(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show information and consent; agreeing starts a session."""
    form = ConsentForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _start(request, visit)
    design = plan_of(visit.version).design
    information = texts.information(design, pilot=visit.version.is_pilot)
    context = visit.context() | {"form": form, "information": information}
    context |= {"statement": texts.consent(design)}
    return render(request, "study/consent.html", context)


@never_cache
@require_safe
@for_visits
def declined(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the page for those who did not agree."""
    return render(request, "study/declined.html", visit.context())


def _start(request: HttpRequest, visit: Visit) -> HttpResponse:
    version, arrival = visit.version, visit.arrival
    text = texts.agreed_text(plan_of(version).design, pilot=version.is_pilot)
    agreed = sessions.Consent(text, translation.get_language() or "en")
    try:
        session = sessions.start(version, arrival.mode, agreed, arrival.identity, timezone.now())
    except StudyFullError:
        return _unavailable(request, "full", status=409)
    except AlreadyTakenPartError:
        return _welcome_back(request, visit)
    except TookPartInPilotError:
        return _unavailable(request, "took_part_in_pilot", status=409)
    return _to_session(session)


def _welcome_back(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Continue the same visit of a platform in any browser; refuse anybody else who has taken part."""
    identity = visit.arrival.identity
    earlier = sessions.earlier_session(visit.version, identity) if identity else None
    if earlier and identity and sessions.of_same_visit(earlier, identity):
        return _to_session(earlier)
    return _unavailable(request, "already_taken_part", status=409)


def _to_session(session: Session) -> HttpResponseRedirect:
    response = redirect("study:session", token=session.token)
    response.set_cookie(
        _cookie_name(session.participant.version),
        session.token,
        max_age=PILOT_COOKIE_LIFE_SECONDS if session.participant.version.is_pilot else COOKIE_LIFE_SECONDS,
        path="/s/",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def _session_of_this_browser(request: HttpRequest, entrance: Entrance, arrival: Arrival) -> Session | None:
    """Return the session that this browser has begun, unless somebody else is using it now.

    Where no platform says who that is, a session that has ended is taken for somebody else's.
    """
    session = _session_in_cookie(request, entrance.version) if entrance.version else None
    if session is None or session.mode != arrival.mode:
        return None
    if arrival.identity is None:
        return session if session.is_running() else None
    known = getattr(session.participant, "identity", None)
    return session if known is not None and known.person == arrival.identity.person else None


def _session_in_cookie(request: HttpRequest, version: StudyVersion) -> Session | None:
    """Return the session that this browser has begun in any version of the study, or in this pilot of it."""
    try:
        session = sessions.find(request.COOKIES.get(_cookie_name(version), ""))
    except NotFoundError:
        return None
    own = session.participant.version
    return session if (own.study_id, own.stage) == (version.study_id, version.stage) else None


def _comes_from_the_pilot(request: HttpRequest, visit: Visit) -> bool:
    """Return whether somebody took part in the pilot, by this browser or with this id of a platform.

    Who has chosen the crops must not be asked about them again, whatever link they open.
    """
    if visit.version.is_pilot or visit.arrival.mode is not Mode.LIVE:
        return False
    identity, pilot = visit.arrival.identity, Pilot.objects.of(visit.study)
    if pilot is None:
        return False
    before = _session_in_cookie(request, pilot.version)
    by_browser = before is not None and before.mode == Mode.LIVE
    return by_browser or (identity is not None and sessions.took_part_in_pilot(visit.study, identity))


def _cookie_name(version: StudyVersion) -> str:
    return f"sweetspot_{version.study.code}" + ("_pilot" if version.is_pilot else "")


def _minutes(design: Design) -> int:
    """Estimate how many minutes the study takes: the trials, and three minutes for the rest."""
    seconds = SECONDS_PER_TILE * design.photos_per_trial if design.is_grid else SECONDS_PER_PHOTO
    return 3 + round(design.trials_per_person * seconds / 60)


def _closed(request: HttpRequest, entrance: Entrance, arrival: Arrival) -> HttpResponse:
    """Say that a study is over, but let those who have begun finish.

    A draft, or another mode than the live one, does not exist for strangers.
    """
    if not entrance.is_over or arrival.mode is not Mode.LIVE:
        raise Http404
    begun = _session_of_this_browser(request, entrance, arrival)
    if begun is not None and begun.is_running():
        return redirect("study:session", token=begun.token)
    return _unavailable(request, "closed", status=410)


def _unavailable(request: HttpRequest, reason: str, *, status: int, detail: str = "") -> HttpResponse:
    return render(request, "study/unavailable.html", {"reason": reason, "detail": detail}, status=status)
