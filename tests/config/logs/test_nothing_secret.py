"""A whole study with refusals writes no session's secret, no platform's id, no query and no IP address."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path
from gunicorn.config import Config

from config.logs.formats import logging_config
from config.logs.gunicorn_lines import SiteLogger
from config.logs.secrecy import HIDDEN, WithoutAddresses
from study.models import Session, StudyVersion
from tests.study.addresses import address, landing
from tests.study.factories import newcomer, open_study_version, player, recruit
from tests.study.playing import TAB, answer, body, play_to_the_end
from tests.study.views.test_participant_pages import JSON

pytestmark = pytest.mark.django_db
PERSON = "5f01ab77"
ELSEWHERE = "203.0.113.77"


def fail(_request: HttpRequest, token: str) -> HttpResponse:
    raise ValueError(f"nothing fits {token}")


urlpatterns = [path("s/<str:token>/broken", fail), path("", include("config.urls"))]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that a server writes at the most talkative level."""
    options = dict(logging_config(as_json=True, level="DEBUG")["formatters"]["structured"])
    SiteLogger(Config())  # as a server's start does it: gunicorn's lines go where the site's go
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(options.pop("()")(**options))
    handler.addFilter(WithoutAddresses())
    talkative = [logging.getLogger(), logging.getLogger("django"), logging.getLogger("gunicorn.error")]
    before = [logger.level for logger in talkative]
    talkative[0].addHandler(handler)
    for logger in talkative:
        logger.setLevel(logging.DEBUG)
    yield written
    talkative[0].removeHandler(handler)
    for logger, level in zip(talkative, before, strict=True):
        logger.setLevel(level)


@pytest.fixture
def version() -> StudyVersion:
    return open_study_version()


def lines(log: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


@pytest.fixture
def visitor(log: io.StringIO) -> Client:
    with override_settings(ACCESS_LOG=True, ROOT_URLCONF=__name__):
        yield Client(REMOTE_ADDR=ELSEWHERE, raise_request_exception=False)


def take_part_and_be_refused(visitor: Client, version: StudyVersion) -> Session:
    """Go the whole way, and try on the way all that is refused."""
    visitor.get(landing(version), {"PROLIFIC_PID": PERSON, "STUDY_ID": "s77", "SESSION_ID": "v77"})
    session = player(version)
    page = address("session", session)
    for method, where, sent in [
        ("get", page, {}),
        ("get", f"{page}no/such/page", {}),
        ("get", f"{page}broken", {}),
        ("get", address("answers", session), {}),
        ("get", f"{page}photos/{'0' * 32}", {}),
        ("post", address("questions", session), {"PROLIFIC_PID": PERSON}),
    ]:
        getattr(visitor, method)(where, sent, query_params={"PROLIFIC_PID": PERSON})
    visitor.post(address("answers", session), headers={"Sec-Fetch-Site": "cross-site"})
    visitor.get(page, headers={"host": "elsewhere.example"})
    visitor.post(address("answers", session), b"[" * 100_000, content_type=JSON)
    visitor.post(address("answers", session), body(answer("f" * 32), tab=TAB), content_type=JSON)
    play_to_the_end(session)
    visitor.get(page)
    return session


@pytest.mark.thorough
def test_a_whole_study_with_refusals_tells_nobodys_secret(
    visitor: Client, log: io.StringIO, version: StudyVersion
) -> None:
    recruit(version, platform="prolific")
    session = take_part_and_be_refused(visitor, version)
    statuses = {line["status"] for line in lines(log) if line["event"] == "request"}
    assert {200, 400, 403, 404, 405, 500} <= statuses
    trials = list(session.trials.values_list("token", flat=True))
    for secret in (session.token, *trials, PERSON, "s77", "v77", "PROLIFIC_PID", "?", ELSEWHERE):
        assert secret not in log.getvalue()


@pytest.mark.thorough
def test_each_request_is_a_line_with_its_route(
    visitor: Client, log: io.StringIO, version: StudyVersion
) -> None:
    visitor.get(address("session", newcomer(version)))
    request = next(line for line in lines(log) if line["event"] == "request")
    assert request["route"] == "/s/<token:token>/"
    assert (request["method"], request["status"]) == ("GET", 200)
    assert request["ms"] > 0


def test_a_wrong_host_is_one_line_without_a_traceback(visitor: Client, log: io.StringIO) -> None:
    with override_settings(ACCESS_LOG=False):
        Client().get("/", headers={"host": "elsewhere.example"})
    [line] = lines(log)
    assert "elsewhere.example" in str(line["event"])
    assert "exception" not in line


def test_a_failure_keeps_its_traceback_without_the_secret(
    visitor: Client, log: io.StringIO, version: StudyVersion
) -> None:
    visitor.get(f"{address('session', newcomer(version))}broken")
    [failure] = [line for line in lines(log) if "exception" in line]
    assert f"ValueError: nothing fits {HIDDEN}" in str(failure["exception"])


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("Error handling request /s/%s/answers", f"Error handling request /s/{HIDDEN}/answers"),
        ("Invalid request from ip=203.0.113.9: %s", f"Invalid request from ip={HIDDEN}"),
        ("Listening at: http://127.0.0.1:8000 (%s)", f"Listening at: http://127.0.0.1:8000 ({HIDDEN})"),
        ("GET /s/abc/?workerId=A1&x=%s", f"GET /s/abc/?{HIDDEN}"),
        ("bearer sweetspot_0123456789abcdef-xyz_%s", f"bearer {HIDDEN}"),
    ],
)
def test_lines_of_other_programs_are_searched_for_secrets(log: io.StringIO, line: str, written: str) -> None:
    logging.getLogger("gunicorn.error").error(line, "0f" * 16)
    assert written in str(lines(log)[-1]["event"])
    assert "0f0f" not in log.getvalue()


def test_a_files_hash_is_no_secret(log: io.StringIO) -> None:
    logging.getLogger("pipeline").warning("the file %s was changed", "0f" * 32)
    assert "0f" * 32 in log.getvalue()
