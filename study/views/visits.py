"""Who opens a study and may take part: others get a page that says why they cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from study import sessions
from study.models import Pilot, Session, Study, StudyVersion
from study.models.people import Mode
from study.plan import plan_of
from study.platforms.contract import BadArrivalError, Outcome, WayBack
from study.recruitment import Arrival, Entrance, NotAllowedError, arrival_of
from study.sessions.errors import NotFoundError
from study.views.frames import open_to
from study.views.language import language_choices, speak_a_language_of

HAS_ENDED = {
    Session.Status.COMPLETED: "already_finished",
    Session.Status.SCREENED_OUT: "already_screened_out",
    Session.Status.STOPPED: "already_stopped",
}


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

    @property
    def lacks_id(self) -> bool:
        """Whether this person has no id, and the study takes nobody without."""
        live = self.arrival.mode is Mode.LIVE
        return live and self.entrance.recruitment.needs_id and self.arrival.identity is None

    def context(self) -> dict[str, object]:
        """Return what each page before consent shows."""
        return {"study": self.study, "arrival": self.arrival, "code": self.entrance.code} | {
            "is_pilot": self.version.is_pilot,
            "languages": language_choices(plan_of(self.version).design),
        }

    def way_back(self, outcome: Outcome) -> WayBack:
        """Return what leads back somebody for whom nothing is stored."""
        return self.entrance.way_back(self.arrival, outcome)


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
            return unavailable(request, "bad_link", status=400, detail=str(error))
        except NotAllowedError as refusal:
            return _closed(request, entrance, refusal.arrival)
        if entrance.version is None:
            return unavailable(request, "not_frozen", status=409)
        visit = Visit(entrance, entrance.version, arrival)
        return open_to(arrival.platform, _welcome(request, visit, view))

    return opened


def _welcome(
    request: HttpRequest, visit: Visit, view: Callable[[HttpRequest, Visit], HttpResponse]
) -> HttpResponse:
    """Show what is asked for to those who may see it."""
    speak_a_language_of(plan_of(visit.version).design, visit.arrival.language)
    if visit.arrival.is_preview:
        return render(request, "study/platform_preview.html", visit.context())
    if _comes_from_the_pilot(request, visit):
        return unavailable(request, "took_part_in_pilot", status=409)
    if visit.lacks_id and not visit.arrival.platform.typed:
        platform = visit.entrance.recruitment.get_platform_display()
        return unavailable(request, "no_id", status=403, detail=platform)
    return view(request, visit)


def welcome_back(request: HttpRequest, visit: Visit) -> HttpResponse | None:
    """Lead those who have begun to where they stopped, and tell those who have ended; None for newcomers.

    Somebody whom the platform sends once more, under a new session, is not counted twice.
    """
    begun = session_of_this_browser(request, visit.entrance, visit.arrival)
    identity = visit.arrival.identity
    if identity is None:
        return redirect("study:session", token=begun.token) if begun else None
    earlier = begun or sessions.earlier_session(visit.version, identity)
    if earlier is None:
        withdrew = sessions.has_withdrawn(visit.version, identity)
        return unavailable(request, "already_withdrawn", status=409) if withdrew else None
    in_this_browser = begun is not None and (begun.is_running() or not identity.session_reference)
    comes_again = sessions.come_for_next_part(earlier, identity)
    if in_this_browser or comes_again or sessions.of_same_visit(earlier, identity):
        return redirect("study:session", token=earlier.token)
    reason = HAS_ENDED.get(Session.Status(earlier.status), "already_taken_part")
    return unavailable(request, reason, status=409)


def session_of_this_browser(request: HttpRequest, entrance: Entrance, arrival: Arrival) -> Session | None:
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


def cookie_name(version: StudyVersion) -> str:
    """Return the name of the cookie by which a browser finds its session in a study, or in a pilot."""
    return f"sweetspot_{version.study.code}" + ("_pilot" if version.is_pilot else "")


def unavailable(
    request: HttpRequest, reason: str, *, status: int, detail: str = "", way_back: WayBack | None = None
) -> HttpResponse:
    """Show why somebody cannot take part."""
    context = {"reason": reason, "detail": detail, "way_back": way_back}
    return render(request, "study/unavailable.html", context, status=status)


def _session_in_cookie(request: HttpRequest, version: StudyVersion) -> Session | None:
    """Return the session that this browser has begun in any version of the study, or in this pilot of it."""
    try:
        session = sessions.find(request.COOKIES.get(cookie_name(version), ""))
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


def _closed(request: HttpRequest, entrance: Entrance, arrival: Arrival) -> HttpResponse:
    """Say that a study is over, but let those who have begun finish.

    A draft, or another mode than the live one, does not exist for strangers.
    """
    if not entrance.is_over or arrival.mode is not Mode.LIVE:
        raise Http404
    begun = session_of_this_browser(request, entrance, arrival) or _sent_again(entrance, arrival)
    if begun is not None and begun.is_running():
        return redirect("study:session", token=begun.token)
    return unavailable(request, "closed", status=410)


def _sent_again(entrance: Entrance, arrival: Arrival) -> Session | None:
    """Return the session of somebody whom a platform sends for the next part."""
    if entrance.version is None or arrival.identity is None:
        return None
    earlier = sessions.earlier_session(entrance.version, arrival.identity)
    return earlier if earlier and sessions.come_for_next_part(earlier, arrival.identity) else None
