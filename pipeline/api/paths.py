"""Addresses of the API, from its endpoints."""

from __future__ import annotations

from itertools import groupby

from django.urls import path

from pipeline.api.description import ENDPOINTS, openapi
from pipeline.api.dispatch import view_of

app_name = "api"
_by_path = groupby(sorted(ENDPOINTS, key=lambda endpoint: endpoint.path), key=lambda endpoint: endpoint.path)
urlpatterns = [
    path("openapi.json", openapi, name="openapi"),
    *(path(address, view_of(list(endpoints))) for address, endpoints in _by_path),
]
