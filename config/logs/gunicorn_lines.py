"""Gunicorn's lines, in the same form and to the same place as the site's own."""

from __future__ import annotations

from logging.config import dictConfig
from typing import Any

from django.conf import settings
from gunicorn.glogging import Logger


class SiteLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Leave formats and handlers to the settings, and the line for each request to the middleware."""

    def setup(self, cfg: Any) -> None:
        """Take gunicorn's own handlers away again."""
        super().setup(cfg)
        dictConfig(settings.LOGGING)

    def access(self, *_request: Any) -> None:
        """Write nothing: gunicorn's line would hold the address asked for, and who asked."""
