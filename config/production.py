"""What a production process refuses to start with."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

SHORTEST_SECRET_KEY = 50
OF_THIS_MACHINE = ("127.0.0.1", "localhost", "[::1]")
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


def refuse_unstated_mode(bind: str, mode: str | None) -> None:
    """Raise `ImproperlyConfigured` where others can reach a server that was not told its mode.

    Parameters
    ----------
    bind
        What the server listens on: host and port, or a unix socket (`unix:PATH`).
    mode
        `SWEETSPOT_MODE` as the environment has it; None: not at all.
    """
    if mode is not None or bind.startswith("unix:") or bind.rpartition(":")[0] in OF_THIS_MACHINE:
        return
    raise ImproperlyConfigured(
        f"The server would listen on {bind}, where others can reach it, and SWEETSPOT_MODE is not set. Set "
        "SWEETSPOT_MODE=production (HTTPS rules, secure cookies), or SWEETSPOT_MODE=local in a network that "
        "you trust."
    )


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
