"""What a production process refuses to start with."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

SHORTEST_SECRET_KEY = 50
INSECURE_KEY_PREFIX = "django-insecure-"  # what `startproject` and copied examples carry


def refuse_unsafe(*, debug: bool, secret_key: str, allowed_hosts: list[str], broker_url: str) -> None:
    """Raise `ImproperlyConfigured` for the first setting that would make a public server unsafe."""
    if debug:
        raise ImproperlyConfigured("DEBUG is on. Unset DEBUG, or set SWEETSPOT_MODE=local on a laptop.")
    if len(secret_key) < SHORTEST_SECRET_KEY or secret_key.startswith(INSECURE_KEY_PREFIX):
        raise ImproperlyConfigured(
            f"SECRET_KEY is missing, a default, or shorter than {SHORTEST_SECRET_KEY} characters."
            ' Make one with: python -c "import secrets; print(secrets.token_urlsafe(64))"'
        )
    if not allowed_hosts or "*" in allowed_hosts:
        raise ImproperlyConfigured("ALLOWED_HOSTS must list the site's host names, without '*'.")
    _refuse_open_broker(broker_url)


def _refuse_open_broker(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "redis+socket":
        return
    if parts.scheme not in {"redis", "rediss"}:
        raise ImproperlyConfigured(
            f"BROKER_URL has the scheme {parts.scheme!r}; use redis, rediss or redis+socket."
        )
    if not parts.password:
        raise ImproperlyConfigured(
            "BROKER_URL names a Redis over TCP without a password: anyone who reaches it can run tasks here."
            " Set a password (redis://:PASSWORD@host:6379/0) or use a unix socket (redis+socket:///path)."
        )
