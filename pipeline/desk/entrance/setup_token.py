"""Who may make the first account of a site: somebody at its machine, or with the token that it printed."""

from __future__ import annotations

import secrets
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

SENT_ON = ("X-Forwarded-For", "Forwarded", "X-Real-IP")  # a proxy's marks: its own address says nothing
OWN_NAMES = ("localhost", "127.0.0.1", "[::1]")


def no_account_yet() -> bool:
    """Return whether nobody can log in to this site."""
    return not get_user_model().objects.exists()


def offer_token() -> str:
    """Write a new token while there is no account, take it away once there is; return the token or ""."""
    path = _token_file()
    if not no_account_yet():
        path.unlink(missing_ok=True)
        return ""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    token = secrets.token_urlsafe(24)
    path.write_text(token, encoding="ascii")
    return token


def may_make_first_account(request: HttpRequest, token: str) -> bool:
    """Return whether this request comes from the site's own machine or brings its token."""
    path = _token_file()
    offered = path.read_text(encoding="ascii") if path.is_file() else ""
    return _from_own_machine(request) or (bool(offered) and constant_time_compare(token, offered))


def _from_own_machine(request: HttpRequest) -> bool:
    """Believe the address only where no proxy can stand between, and the name only of this machine.

    A page of another site may let a browser ask this machine by a name of its own; so the name counts too.
    """
    if settings.PRODUCTION or any(name in request.headers for name in SENT_ON):
        return False
    host = request.get_host().rpartition(":")[0] or request.get_host()
    address = request.META.get("REMOTE_ADDR", "")
    return host in OWN_NAMES and bool(address) and ip_address(address).is_loopback


def _token_file() -> Path:
    return Path(settings.SWEETSPOT_VAR) / "run" / "first-account"
