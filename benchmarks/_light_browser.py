"""What a load test needs of a browser, with little processor time: it shares the cores of the server."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from types import TracebackType
from typing import NamedTuple, TypeVar
from urllib.parse import urlencode, urljoin, urlsplit

import msgspec

TIMEOUT_S = 30
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
FOUND = {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER}
Reply = TypeVar("Reply")
Note = Callable[[str, float, float, int], None]  # path, when it was sent, how long it took, status


class Page(NamedTuple):
    """What came back, after redirects."""

    url: str
    text: str


class BrokenPageError(RuntimeError):
    """An answer that no participant can go on from."""


class LightBrowser:
    """One person's cookies and kept connection to a site; `note` is told of every request."""

    def __init__(self, base_url: str, note: Note) -> None:
        self.base_url, self.note = base_url, note
        self.connection = HTTPConnection(str(urlsplit(base_url).netloc), timeout=TIMEOUT_S)
        self.cookies: dict[str, str] = {}

    def __enter__(self) -> LightBrowser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()

    def get(self, path: str) -> Page:
        """Return a page. Raises BrokenPageError, as the other methods do."""
        return self._followed("GET", path, None, "")

    def post_form(self, path: str, fields: Mapping[str, object]) -> Page:
        """Send a form; return the page that it leads to."""
        return self._followed("POST", path, urlencode(fields).encode(), FORM)

    def post_json(self, path: str, message: msgspec.Struct, reply: type[Reply]) -> Reply:
        """Send a message as the player does; return the server's reply."""
        status, _, content = self._sent("POST", path, msgspec.json.encode(message), JSON)
        if status != HTTPStatus.OK:
            raise BrokenPageError(f"{path} answered {status}: {content[:200]!r}")
        return msgspec.json.decode(content, type=reply)

    def _followed(self, method: str, path: str, body: bytes | None, kind: str) -> Page:
        status, place, content = self._sent(method, path, body, kind)
        while status in FOUND:
            path = urlsplit(urljoin(path, place)).path
            status, place, content = self._sent("GET", path, None, "")
        if status != HTTPStatus.OK:
            raise BrokenPageError(f"{path} answered {status}: {content[:200]!r}")
        return Page(path, content.decode(errors="replace"))

    def _sent(self, method: str, path: str, body: bytes | None, kind: str) -> tuple[int, str, bytes]:
        """Send one request, and note it; return status, place of a redirect and content."""
        started = time.perf_counter()
        status, place, content = self._tried(method, path, body, kind)
        self.note(urlsplit(path).path, started, time.perf_counter() - started, status)
        return status, place, content

    def _tried(self, method: str, path: str, body: bytes | None, kind: str) -> tuple[int, str, bytes]:
        """Try on the kept connection, then once on a new one: a server may close an idle connection."""
        try:
            return self._answered(method, path, body, kind)
        except (HTTPException, ConnectionError):
            self.connection.close()
            return self._answered(method, path, body, kind)

    def _answered(self, method: str, path: str, body: bytes | None, kind: str) -> tuple[int, str, bytes]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers |= {"Content-Type": kind, "Origin": self.base_url} if body is not None else {}
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie", ()):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
        return answer.status, answer.headers.get("Location", ""), answer.read()
