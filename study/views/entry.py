"""Pages from the link to consent, which store nothing about a person."""

from __future__ import annotations

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from study import sessions, texts
from study.anonymous_address import hashed_address
from study.design import Design, pdf_name
from study.formatted import formatted_passage
from study.models import Session
from study.models.people import Mode
from study.plan import plan_of
from study.platforms.contract import Outcome
from study.recruitment import note_unknown
from study.sessions.errors import AlreadyTakenPartError, StudyFullError, TookPartInPilotError
from study.views.arrivals_limit import ArrivalsLimit
from study.views.forms import ConsentForm
from study.views.same_site import from_this_site
from study.views.visits import Visit, cookie_name, for_visits, unavailable, welcome_back

COOKIE_LIFE_SECONDS = 30 * 24 * 3600
LONG_COOKIE_LIFE_SECONDS = 400 * 24 * 3600  # as long as browsers keep any: what follows may come late
ARRIVALS = ArrivalsLimit()
SECONDS_PER_PHOTO, SECONDS_PER_TILE = 5, 2


@never_cache
@require_safe
@for_visits
def landing(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the first page, which link previews may fetch as often as they like."""
    back = welcome_back(request, visit)
    if back is not None:
        return back
    if visit.arrival.mode is Mode.LIVE:
        note_unknown(visit.entrance, visit.arrival, timezone.now())
    design = plan_of(visit.version).design
    context = visit.context() | {"task": texts.task(design), "minutes": _minutes(design), "design": design}
    context |= {name: texts.own(design, name) for name in ("title", "institution", "pay")}
    context["typed_id"] = visit.arrival.platform.person[0] if visit.lacks_id else ""
    return render(request, "study/landing.html", context)


@from_this_site
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_visits
def consent(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show information and consent; agreeing starts a session."""
    if visit.lacks_id:
        return redirect(f"{reverse('study:landing', args=[visit.entrance.code])}{visit.arrival.query}")
    form = ConsentForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _start(request, visit)
    design = plan_of(visit.version).design
    information = texts.information(design, pilot=visit.version.is_pilot)
    context = visit.context() | {"form": form, "design": design}
    context |= {"information": [formatted_passage(part) for part in information]}
    context |= {"statement": formatted_passage(texts.consent(design))}
    return render(request, "study/consent.html", context)


@never_cache
@require_safe
@for_visits
def information_pdf(_request: HttpRequest, visit: Visit) -> HttpResponse:
    """Send the information as the file that was frozen with the version."""
    sha256 = plan_of(visit.version).design.information_pdf_sha256
    if not sha256:
        raise Http404
    with default_storage.open(pdf_name(sha256)) as stored:
        return HttpResponse(stored.read(), content_type="application/pdf")


@never_cache
@require_safe
@for_visits
def declined(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the page for those who did not agree."""
    context = visit.context() | {"way_back": visit.way_back(Outcome.DECLINED)}
    return render(request, "study/declined.html", context)


def _start(request: HttpRequest, visit: Visit) -> HttpResponse:
    version, arrival = visit.version, visit.arrival
    most = settings.ARRIVALS_PER_MINUTE if arrival.mode is Mode.LIVE else 0
    if not ARRIVALS.take(hashed_address(request), most):
        return unavailable(request, "crowded", status=429)
    text = texts.agreed_text(plan_of(version).design, pilot=version.is_pilot)
    agreed = sessions.Consent(text, translation.get_language() or "en")
    try:
        session = sessions.start(version, arrival.mode, agreed, arrival.identity, timezone.now())
        if arrival.language:
            sessions.choose_language(session.token, arrival.language)
    except StudyFullError:
        return unavailable(request, "full", status=409, way_back=visit.way_back(Outcome.FULL))
    except AlreadyTakenPartError:
        back = welcome_back(request, visit)
        return back or unavailable(request, "already_taken_part", status=409)
    except TookPartInPilotError:
        return unavailable(request, "took_part_in_pilot", status=409)
    return _to_session(session)


def _to_session(session: Session) -> HttpResponseRedirect:
    response = redirect("study:session", token=session.token)
    response.set_cookie(
        cookie_name(session.participant.version),
        session.token,
        max_age=_cookie_life(session),
        path="/s/",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def _cookie_life(session: Session) -> int:
    """Return how many seconds a browser is to know its session: longer where the person comes back to it."""
    version = session.participant.version
    is_long = version.is_pilot or plan_of(version).design.is_on_several_days
    return LONG_COOKIE_LIFE_SECONDS if is_long else COOKIE_LIFE_SECONDS


def _minutes(design: Design) -> int:
    """Estimate how many minutes a part takes: its trials, and three minutes for the rest."""
    seconds = SECONDS_PER_TILE * design.photos_per_trial if design.is_grid else SECONDS_PER_PHOTO
    return 3 + round(design.trials_per_person / design.parts * seconds / 60)
