"""The address that supervisors, monitors and a container's health check ask: `/healthz`."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

from config.health.probes import health
from config.health.site_parts import HEALTH_PATH
from pipeline.queue.recent_answer import RecentAnswer

REMEMBERED = 3.0  # seconds: whoever asks in a loop costs no more than that


class HealthMiddleware:
    """Answer the probe before hosts are checked and before plain HTTP is sent to HTTPS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._health = RecentAnswer(health, REMEMBERED)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info != HEALTH_PATH or request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        now = self._health()
        return JsonResponse(now.plain(), status=now.status, headers={"Cache-Control": "no-store"})
