"""What the site does not keep about the people who use it."""

from __future__ import annotations

from django.http import HttpRequest


def no_ip_address(_request: HttpRequest) -> None:
    """Tell django-axes that there is no address: it counts failed logins by account alone."""
