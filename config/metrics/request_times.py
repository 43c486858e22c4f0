"""How long each route takes, counted by every web process into files that they share."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from prometheus_client import Histogram

from config.logs.secrecy import route_of

BOUNDS = (
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    10.0,
)  # seconds; goals of an answer: .25 and 1
SECONDS = Histogram(
    "sweetspot_request_seconds",
    "How long the site took for a request.",
    ("method", "route", "status"),
    buckets=BOUNDS,
)


class RequestTimesMiddleware:
    """Count each request by its route, which names no session and no person, where metrics are on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.METRICS_TOKEN:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        response = self.get_response(request)
        method = request.method if request.method in {"GET", "HEAD", "POST"} else "other"
        SECONDS.labels(method, route_of(request), str(response.status_code)).observe(perf_counter() - began)
        return response
