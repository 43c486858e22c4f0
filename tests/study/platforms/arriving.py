"""The side of a recruitment platform: people whom it sends, and what they see and take back."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http import HTTPStatus

from django.http import HttpResponse
from django.test import Client

from study.models import Session, StudyVersion
from tests.study.addresses import address, consent, landing


@dataclass
class Page:
    """What of a page matters to a platform: its links, its forms with their fields, and its code."""

    status: int
    text: str
    links: list[str] = field(default_factory=list)
    forms: dict[str, dict[str, str]] = field(default_factory=dict)
    code: str = ""


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.form: dict[str, str] = {}
        self.in_code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.page.links.append(values.get("href", ""))
        if tag == "form":
            self.form = self.page.forms.setdefault(values.get("action", ""), {})
        if tag == "input":
            self.form[values.get("name", "")] = values.get("value", "")
        self.in_code = values.get("id") == "completion-code"

    def handle_data(self, data: str) -> None:
        if self.in_code:
            self.page.code, self.in_code = data.strip(), False


def read(response: HttpResponse) -> Page:
    page = Page(response.status_code, response.content.decode())
    _Reader(page).feed(page.text)
    return page


class Sent:
    """Somebody whom a platform sends, in a browser of their own: only what the pages carry goes on."""

    def __init__(self, version: StudyVersion, **query: str) -> None:
        self.version, self.query, self.client = version, query, Client()

    def land(self) -> Page:
        return read(self.client.get(landing(self.version), self.query))

    def begin(self) -> Session:
        """Start, and agree; raises where a page says that this person cannot."""
        carried = self.land().forms[consent(self.version)]
        page = read(self.client.get(consent(self.version), carried))
        response = self.client.post(consent(self.version), page.forms[""] | {"agree": "on"})
        assert response.status_code == HTTPStatus.FOUND, response.content.decode()
        return Session.of_any_stage.get(token=response.url.rstrip("/").rpartition("/")[2])

    def agree(self) -> Page:
        """Agree at once, as who finds the study full does."""
        return read(self.client.post(consent(self.version), {**self.query, "agree": "on"}))

    def decline(self) -> Page:
        page = read(self.client.get(consent(self.version), self.query))
        return read(self.client.get(next(link for link in page.links if "declined" in link)))

    def look(self, session: Session) -> Page:
        return read(self.client.get(address("session", session)))
