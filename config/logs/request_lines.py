"""A line for each request: what was asked for and how it ended, and neither by whom nor with which secret."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import structlog
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

from config.logs.secrecy import route_of

log = structlog.get_logger("access")


class AccessLogMiddleware:
    """Write the method, route, status and milliseconds of each request where `ACCESS_LOG` says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.ACCESS_LOG:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        response = self.get_response(request)
        log.info(
            "request",
            method=request.method,
            route=route_of(request),
            status=response.status_code,
            ms=round(1000 * (perf_counter() - began), 1),
        )
        return response
