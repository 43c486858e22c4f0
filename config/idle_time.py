"""Researchers who leave their desk are logged out: whoever sits down after them is somebody else."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from study.views.language import PARTICIPANTS_PAGES

LAST_ACT = "last_act"  # in the session: seconds since 1970
FIRST_ACT = "first_act"
IN_PART = "HX-Request"  # the header of an open page that asks by itself for a part of it
NOTED_EVERY_S = 60  # a session is not written at each click


class IdleTimeMiddleware:
    """End the login of who has done nothing for `IDLE_MINUTES`, and every login after `LOGIN_HOURS`.

    Pages that poll do not count as something done.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_logged_in(request):
            return self.get_response(request)
        now = time.time()
        if _is_over(request, now):
            logout(request)
            return _to_login(request)
        polls = request.method == "GET" and IN_PART in request.headers
        if not polls and now - request.session.get(LAST_ACT, 0.0) > NOTED_EVERY_S:
            request.session[LAST_ACT] = now
            request.session.setdefault(FIRST_ACT, now)
        return self.get_response(request)


def _is_over(request: HttpRequest, now: float) -> bool:
    idle = now - request.session.get(LAST_ACT, now)
    lasted = now - request.session.get(FIRST_ACT, now)
    return bool(idle > 60 * settings.IDLE_MINUTES or lasted > 3600 * settings.LOGIN_HOURS)


def _is_logged_in(request: HttpRequest) -> bool:
    """Return whether a researcher asks; a participant's request is not even looked at."""
    if request.path.startswith(PARTICIPANTS_PAGES) or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    return request.user.is_authenticated


def _to_login(request: HttpRequest) -> HttpResponse:
    """Lead to the login, and from there back; a part of a page makes the whole page go there."""
    if IN_PART in request.headers:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return redirect_to_login(request.get_full_path())
