"""What a robot needs of a browser: cookies, forms, redirects and JSON messages."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from functools import cache
from types import TracebackType
from typing import Any, TypeVar

import httpx
import msgspec

TIMEOUT_SECONDS = 30

# The certificates to trust, read once for all robots: that takes longer than a request.
_certificates = cache(ssl.create_default_context)

Reply = TypeVar("Reply")


class PageError(RuntimeError):
    """The site could not be reached, or answered otherwise than a participant needs."""


class Browser:
    """One visitor's cookies and open connection to a site; `transport` says how, if not over the network."""

    def __init__(self, base_url: str, transport: httpx.BaseTransport | None = None) -> None:
        self.client = httpx.Client(
            base_url=base_url,
            transport=transport,
            follow_redirects=True,
            timeout=TIMEOUT_SECONDS,
            headers={"User-Agent": "Sweetspot robot"},
            trust_env=False,  # a proxy of this machine would not reach a site on this machine
            verify=_certificates(),
        )

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()

    def get(self, url: str) -> httpx.Response:
        """Return a page or photo. Raises PageError."""
        return self._fetch("GET", url)

    def post_form(self, url: str, fields: Mapping[str, Any]) -> httpx.Response:
        """Send a form; return the page that it leads to. Raises PageError."""
        return self._fetch("POST", url, data=dict(fields))

    def post_json(self, url: str, message: msgspec.Struct, reply: type[Reply]) -> Reply:
        """Send a message as the player does; return the server's reply. Raises PageError."""
        headers = {"Content-Type": "application/json"}
        response = self._fetch("POST", url, content=msgspec.json.encode(message), headers=headers)
        return msgspec.json.decode(response.content, type=reply)

    def _send(self, method: str, url: str, **content: Any) -> httpx.Response:
        """Try on the kept connection, then once on a new one: a server may close an idle connection."""
        try:
            return self.client.request(method, url, **content)
        except (httpx.NetworkError, httpx.RemoteProtocolError):
            return self.client.request(method, url, **content)

    def _fetch(self, method: str, url: str, **content: Any) -> httpx.Response:
        try:
            response = self._send(method, url, **content)
        except httpx.HTTPError as error:
            raise PageError(f"{url} could not be reached: {error}") from error
        if response.status_code != httpx.codes.OK:
            raise PageError(f"{response.url} answered {response.status_code}: {response.text[:200]!r}")
        return response
