"""Nothing secret in a log: an address holds a session's secret, and its query a platform's id of a person.

Addresses of known requests are named by their route; whatever text is left is searched for what looks like a
secret, as the lines of other people's programs are not ours to write.
"""

from __future__ import annotations

import logging
import re

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from structlog.typing import EventDict

HIDDEN = "[hidden]"
TOKEN = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{32}(?![0-9A-Za-z])|sweetspot_[\w-]{20,}")
QUERY = re.compile(r"(?<=[\w/])\?[^\s'\"<>]*=[^\s'\"<>]*")
ADDRESS = re.compile(
    r"(?<=ip=)\S+|(?<![\d.])(?!127\.|0\.)(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"
)  # not this machine's
UNKNOWN = "an unknown address"


def route_of(request: HttpRequest) -> str:
    """Return the pattern that a request's address follows, which names no session and no person."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match is not None else UNKNOWN


class WithoutAddresses(logging.Filter):
    """Name the route of a record about a request instead of its address."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record; it is never dropped."""
        request = record.__dict__.pop("request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            route = route_of(request)
            record.args = tuple(route if part == request.path else part for part in record.args)
            record.__dict__ |= {"method": request.method}
        if record.exc_info and isinstance(record.exc_info[1], DisallowedHost):
            record.exc_info = None  # anybody can ask for any host: a line is enough
        return True


def without_secrets(_logger: object, _name: str, event: EventDict) -> EventDict:
    """Hide what looks like a session's address, a query or somebody's IP address, in each text of a line."""
    return {name: _cleaned(value) for name, value in event.items()}


def _cleaned(value: object) -> object:
    """Return a value as it may be written; whatever is neither text nor number becomes text first."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return ADDRESS.sub(HIDDEN, TOKEN.sub(HIDDEN, QUERY.sub(f"?{HIDDEN}", str(value))))
