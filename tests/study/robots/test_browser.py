"""The robots' browser: it behaves as a site expects of a browser, and says in words what went wrong."""

from __future__ import annotations

import httpx
import pytest

from study.robots.browser import Browser, PageError
from study.sessions.wire import Recorded, TabRequest
from tests.study.factories import new_uuid

SITE = "https://study.example"


class Site:
    """Answers every request with a page, and remembers what was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: httpx.Response) -> None:
        self.requests: list[httpx.Request] = []
        self.answers = list(answers)
        monkeypatch.setattr(httpx.HTTPTransport, "handle_request", lambda _transport, request: self(request))

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        return self.answers.pop(0)


def page(**headers: str) -> httpx.Response:
    return httpx.Response(200, headers=headers, content=b"page")


def test_a_form_carries_its_fields_and_the_cookies_of_the_pages_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = Site(monkeypatch, page(**{"Set-Cookie": "seen=abc; Path=/; Secure"}), page())
    with Browser(SITE) as browser:
        browser.get("/s/study/")
        browser.post_form("/s/study/consent", {"agree": "on"})
    sent = site.requests[1]
    assert sent.content == b"agree=on"
    assert sent.headers["Cookie"] == "seen=abc"


def test_a_form_leads_to_the_page_that_the_site_names(monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site(monkeypatch, httpx.Response(302, headers={"Location": "/s/next/"}), page())
    with Browser(SITE) as browser:
        assert browser.post_form("/s/study/consent", {}).url == f"{SITE}/s/next/"
    assert [request.method for request in site.requests] == ["POST", "GET"]


def test_a_reply_is_read_as_what_it_must_be(monkeypatch: pytest.MonkeyPatch) -> None:
    held = b'{"rows": [1], "closed": 1, "total": 9, "status": "trials", "feedback": {}}'
    Site(monkeypatch, httpx.Response(200, content=held))
    with Browser(SITE) as browser:
        recorded = browser.post_json("/s/answers", TabRequest(new_uuid()), Recorded)
    assert (recorded.rows, recorded.total) == ((1,), 9)


def test_a_refusal_is_an_error_with_the_sites_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    Site(monkeypatch, httpx.Response(409, content=b'{"error": "open_elsewhere"}'))
    with Browser(SITE) as browser, pytest.raises(PageError, match=r"answered 409.*open_elsewhere"):
        browser.post_json("/s/answers", TabRequest(new_uuid()), Recorded)


def test_a_site_that_cannot_be_reached_is_an_error_in_words() -> None:
    with Browser("http://127.0.0.1:1") as browser, pytest.raises(PageError, match="could not be reached"):
        browser.get("/s/study/")


def test_a_connection_that_the_server_has_closed_is_opened_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([httpx.RemoteProtocolError("Server disconnected without sending a response."), page()])

    def handle(_transport: httpx.HTTPTransport, _request: httpx.Request) -> httpx.Response:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)
    with Browser(SITE) as browser:
        assert browser.get("/s/study/").content == b"page"
