"""All addresses of the site."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.http import require_safe

from config.metrics.page import metrics
from pipeline.desk.entrance import lost_password
from pipeline.desk.entrance.code_page import log_in


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """Ask search engines to stay away: whoever takes part comes by a link."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")


urlpatterns = [
    path("robots.txt", robots),
    path("metrics", metrics),
    path("admin/password/", include(lost_password.addresses() if settings.SENDS_MAIL else [])),
    path("admin/login/", log_in),
    path("admin/", admin.site.urls),
    path("", include("study.urls")),
    path("api/v1/", include("pipeline.api.paths")),
    path("", include("pipeline.urls")),
]

handler500 = "config.health.failed_requests.server_error"
