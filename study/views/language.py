"""The language that a visitor chooses among those of the study: in a cookie, in the link, in the session."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect, QueryDict
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from study import sessions
from study.design import Design
from study.languages.offered import offered_among, spoken
from study.recruitment import LANGUAGE
from study.sessions.errors import NotFoundError
from study.views.same_site import from_this_site

COOKIE_LIFE_SECONDS = 365 * 24 * 3600
PARTICIPANTS_PAGES = "/s/"


@from_this_site
@never_cache
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember the language for participants' pages, and return to the page that was open."""
    language, page = request.POST.get("language", ""), request.POST.get("next", "")
    is_ours = page.startswith(PARTICIPANTS_PAGES) and url_has_allowed_host_and_scheme(
        page, allowed_hosts=None
    )
    if language not in dict(settings.LANGUAGES) or not is_ours:
        return HttpResponseBadRequest("language must be one that is offered, next a participant's page.")
    response = HttpResponseRedirect(_page_in(language, page))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=COOKIE_LIFE_SECONDS,
        path=PARTICIPANTS_PAGES,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def _page_in(language: str, page: str) -> str:
    """Return the address of a page in a language: a session stores it, a link before carries it on."""
    path, _, query = page.partition("?")
    try:
        token = resolve(path).kwargs.get("token")
        if token is not None:
            sessions.choose_language(token, language)
            return page
    except (Resolver404, NotFoundError):
        return page
    parameters = QueryDict(query, mutable=True)
    parameters[LANGUAGE] = language
    return f"{path}?{parameters.urlencode()}"


def language_choices(design: Design) -> list[tuple[str, str]]:
    """Return the languages that people of a study may choose, by code, with their names in English."""
    return [(language.code, language.name) for language in offered_among(design.languages)]


def speak_a_language_of(design: Design, chosen: str = "") -> None:
    """Speak the language that a visitor chose, or their browser's, if the study offers it; else its own.

    A frame of another site keeps no cookie: there only the link, and later the session, know what was chosen.
    """
    wanted = chosen or translation.get_language() or ""
    translation.activate(spoken(wanted, design.languages, design.own_language))
