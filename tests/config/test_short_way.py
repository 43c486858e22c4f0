"""Answers and photos pass nothing that only pages need, and are guarded as pages are."""

from __future__ import annotations

import json
from http import HTTPStatus

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from study.models import Session
from tests.study.addresses import address
from tests.study.factories import open_study_version, player
from tests.study.playing import TAB, answer, body, open_block, trials_of

pytestmark = pytest.mark.django_db
JSON = "application/json"
NOWHERE = "0" * 32
GUARDS = (
    "Content-Security-Policy",
    "X-Frame-Options",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
)


@pytest.fixture
def session() -> Session:
    return player(open_study_version())


def photo(session: Session) -> str:
    """The address of the first photo that is due."""
    token = trials_of(open_block(session))[0].token
    return reverse("study:photos", kwargs={"token": session.token, "photos": token})


def post(client: Client, session: Session, sent: bytes, **headers: str) -> HttpResponse:
    return client.post(address("answers", session), sent, content_type=JSON, headers=headers)


def test_browsers_are_told_of_answers_and_photos_what_they_are_told_of_pages(
    client: Client, session: Session
) -> None:
    page = client.get(address("session", session))
    shown = client.get(photo(session))
    stored = post(client, session, body(answer(trials_of(open_block(session))[0])))
    refused = post(client, session, b"{}")
    assert [each.status_code for each in (shown, stored, refused)] == [200, 200, 400]
    for each in (shown, stored, refused):
        assert {name: each[name] for name in GUARDS} == {name: page[name] for name in GUARDS}
        assert each["Content-Length"] == str(len(each.content))
        assert "no-store" in each["Cache-Control"]


def test_a_failure_is_told_with_the_same_guards(
    client: Client, session: Session, settings: Settings, tmp_path: object
) -> None:
    client.raise_request_exception = False
    where = photo(session)
    settings.MEDIA_ROOT = tmp_path  # the files are gone
    failed = client.get(where)
    assert failed.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert {"Content-Security-Policy", "X-Frame-Options"} <= set(failed.headers)


def test_another_hosts_name_is_refused(client: Client, session: Session) -> None:
    refused = client.get(photo(session), headers={"Host": "elsewhere.example"})
    assert refused.status_code == HTTPStatus.BAD_REQUEST


def test_on_a_server_they_come_by_https_only(client: Client, session: Session, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    there = Client().get(photo(session))
    assert there["Location"].startswith("https://")


def test_what_is_not_there_is_said_in_the_visitors_language(client: Client, session: Session) -> None:
    for unknown in (NOWHERE, "0,0"):
        nowhere = f"/s/{session.token}/photos/{unknown}"
        missing = client.get(nowhere, headers={"Accept-Language": "de"})
        assert missing.status_code == HTTPStatus.NOT_FOUND
        assert missing["Content-Language"] == "de"


def test_an_answer_from_another_sites_page_is_refused_with_a_page(client: Client, session: Session) -> None:
    first = trials_of(open_block(session))[0]
    refused = post(client, session, body(answer(first)), **{"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == HTTPStatus.FORBIDDEN
    assert refused["Content-Type"].startswith("text/html")
    assert session.trials.get(pk=first.pk).response_status == ""


def test_they_have_no_user_and_no_session(client: Client, session: Session) -> None:
    shown = client.get(photo(session))
    assert not hasattr(shown.wsgi_request, "user")
    assert not hasattr(shown.wsgi_request, "session")


def test_their_routes_are_known_to_logs_and_figures(client: Client, session: Session) -> None:
    from config.logs.secrecy import route_of

    shown = client.get(photo(session))
    assert route_of(shown.wsgi_request) == "/s/<token:token>/photos/<tokens:photos>"


def test_what_else_the_player_asks_for_goes_the_long_way(client: Client, session: Session) -> None:
    block = client.post(address("block", session), json.dumps({"tab": TAB}), content_type=JSON)
    assert hasattr(block.wsgi_request, "session")
