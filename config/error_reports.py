"""Failures told to Sentry, for those who ask for it: where the code failed, never what it was working on.

What is sent is built anew from a short list of facts, not cleaned of a long one: a message, a variable or an
address may hold anything, and nobody can say in advance what a secret looks like.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from sentry_sdk.types import Event

SENT = ("event_id", "timestamp", "platform", "level", "logger", "release", "environment")
SENT_OF_A_FRAME = ("module", "function", "filename", "lineno", "in_app")


def report_failures(dsn: str, release: str) -> None:
    """Report from now on what this process and its children log as failed with an exception.

    Raises
    ------
    ImproperlyConfigured
        If what reports is not installed.
    """
    try:
        import sentry_sdk
        from sentry_sdk.integrations.logging import LoggingIntegration
    except ImportError as error:
        raise ImproperlyConfigured(
            "SENTRY_DSN is set, and sentry-sdk is not installed. Install it with pip install '.[sentry]', or "
            "unset SENTRY_DSN."
        ) from error
    sentry_sdk.init(
        dsn=dsn,
        release=release,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[LoggingIntegration(level=None, event_level=logging.ERROR)],
        before_send=only_where,
        max_breadcrumbs=0,
        include_local_variables=False,
        include_source_context=False,
        send_default_pii=False,
        auto_session_tracking=False,
    )


def only_where(event: Event, _hint: dict[str, Any]) -> Event | None:
    """Return what may be told of a failure; nothing of a line without an exception, which is a text only."""
    failures = event.get("exception", {}).get("values", [])
    if not failures:
        return None
    facts: Any = {name: event[name] for name in SENT if name in event}  # type: ignore[literal-required]
    report: Event = facts | {"exception": {"values": [_kind_and_place(failure) for failure in failures]}}
    return report


def _kind_and_place(failure: dict[str, Any]) -> dict[str, Any]:
    frames = (failure.get("stacktrace") or {}).get("frames", [])
    places = [{name: frame[name] for name in SENT_OF_A_FRAME if name in frame} for frame in frames]
    return {
        "type": failure.get("type"),
        "module": failure.get("module"),
        "stacktrace": {"frames": places},
    }
