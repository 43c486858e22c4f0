"""The short way of what the player asks for again and again: answers and photos.

Between what guards every request and a view lie parts that pages need: sessions, a user, a language,
messages, forms. An answer or a photo uses none of them, and they would cost as much as the rest of it.
Browsers are told here what they are told about pages, and what becomes a page for people goes the long way.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve

OF_THE_PLAYER = re.compile(r"/s/[0-9a-f]{32}/(?:answers|photos/[0-9a-f,]+)")


class ShortWayMiddleware:
    """Send answers and photos straight to their views; behind it come the parts that only pages need."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._long_way = get_response
        self._short_way: Callable[[HttpRequest], HttpResponse | None] = convert_exception_to_response(
            _straight_to_the_view  # type: ignore[arg-type]
        )  # type: ignore[assignment]
        self._headers = {HEADER: str(build_policy()), "X-Frame-Options": settings.X_FRAME_OPTIONS}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not OF_THE_PLAYER.fullmatch(request.path_info):
            return self._long_way(request)
        response = self._short_way(request)
        if response is None:
            return self._long_way(request)
        response.headers["Content-Length"] = str(len(response.content))
        for name, value in self._headers.items():
            response.headers[name] = value
        return response


def _straight_to_the_view(request: HttpRequest) -> HttpResponse | None:
    """Return what the view answers; None where that is a page: it changed nothing, and is made again."""
    request.get_host()  # refuses a host that is not ours
    try:
        request.resolver_match = match = resolve(request.path_info)
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    except Http404:
        return None
    return None if response.headers["Content-Type"].startswith("text/html") else response
