"""The page that Prometheus scrapes."""

from __future__ import annotations

import os
import secrets

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from config.metrics.request_times import SECONDS
from config.metrics.site_figures import SiteFigures


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the figures to who sends the token; without one in the settings there is no such page."""
    if not settings.METRICS_TOKEN:
        raise Http404
    sent = request.headers.get("Authorization", "")
    if not secrets.compare_digest(sent.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()):
        return HttpResponse(
            "Send the site's METRICS_TOKEN: Authorization: Bearer <token>\n",
            status=401,
            content_type="text/plain; charset=utf-8",
            headers={"WWW-Authenticate": "Bearer"},
        )
    return HttpResponse(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(SiteFigures())
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        # Of all web processes.
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(SECONDS)  # one process, as with runserver
    return registry
