"""The language that a visitor chooses, stored in their browser only."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

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
    response = HttpResponseRedirect(page)
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
