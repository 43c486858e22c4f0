"""Whoever has given a password, and a second factor is still to come, is nobody yet."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from pipeline.accounts.half_way import whole_user


class BothFactorsMiddleware:
    """Give a request to its user only when both factors were given; looked up when somebody asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            known = request.user
            request.user = SimpleLazyObject(lambda: whole_user(request, known))  # type: ignore[assignment]
        return self.get_response(request)
