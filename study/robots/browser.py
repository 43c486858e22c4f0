"""Just enough of a browser to take part: cookies, CSRF, forms, redirects, JSON; one connection kept open."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from http.cookies import SimpleCookie
from types import TracebackType
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

TIMEOUT_SECONDS = 30
REDIRECTS = {301, 302, 303, 307, 308}


class PageError(RuntimeError):
    """The site answered otherwise than a participant could accept."""


@dataclass
class Page:
    """An answer of the site."""

    url: str
    status: int
    body: bytes

    def json(self) -> dict[str, Any]:
        fields: dict[str, Any] = json.loads(self.body)
        return fields


@dataclass
class Browser:
    """Cookies and a kept connection to one site."""

    base_url: str
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._connection = self._connect()

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def get(self, url: str) -> Page:
        return self._followed(self._request("GET", url))

    def post_form(self, url: str, fields: dict[str, Any]) -> Page:
        body = urlencode({**fields, "csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}).encode()
        return self._followed(self._request("POST", url, body, "application/x-www-form-urlencoded"))

    def post_json(self, url: str, fields: dict[str, Any]) -> dict[str, Any]:
        page = self._request("POST", url, json.dumps(fields).encode(), "application/json")[0]
        if page.status != 200:
            raise PageError(f"{url} answered {page.status}: {page.body[:200]!r}")
        return page.json()

    def _followed(self, answer: tuple[Page, str]) -> Page:
        page, location = answer
        while page.status in REDIRECTS:
            page, location = self._request("GET", urljoin(page.url, location))
        if page.status != 200:
            raise PageError(f"{page.url} answered {page.status}.")
        return page

    def _request(self, method: str, url: str, body: bytes | None = None, kind: str = "") -> tuple[Page, str]:
        address = urljoin(self.base_url, url)
        parts = urlsplit(address)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        response = self._send(method, target, body, self._headers(address, kind))
        content = response.read()
        self._keep_cookies(response)
        return Page(address, response.status, content), response.getheader("Location", "")

    def _send(self, method: str, target: str, body: bytes | None, headers: dict[str, str]) -> HTTPResponse:
        """One try on the kept connection, one on a new one: a server may close an idle connection."""
        try:
            self._connection.request(method, target, body, headers)
            return self._connection.getresponse()
        except (HTTPException, ConnectionError):
            self._connection.close()
            self._connection.request(method, target, body, headers)
            return self._connection.getresponse()

    def _headers(self, address: str, kind: str) -> dict[str, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers |= {"Referer": address, "User-Agent": "Sweetspot robot"}
        if kind:
            headers |= {"Content-Type": kind, "X-CSRFToken": self.cookies.get("csrftoken", "")}
        return headers

    def _keep_cookies(self, response: HTTPResponse) -> None:
        for header in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value

    def _connect(self) -> HTTPConnection:
        parts = urlsplit(self.base_url)
        secure = parts.scheme == "https"
        return (HTTPSConnection if secure else HTTPConnection)(parts.netloc, timeout=TIMEOUT_SECONDS)
