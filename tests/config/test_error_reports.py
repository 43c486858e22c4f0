"""Failures told to Sentry: a server that stands in for it receives all that a failing site sends."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.error_reports import only_where, report_failures
from tests.config.running import CHECKOUT

SECRETS = {
    "session": "0123456789abcdef0123456789abcdef",
    "platform id": "5f01ab77cd",
    "answer": "layup-was-answered",
    "photo": "bytes-of-a-photo",
    "mail": "ada@people.example",
    "token": "sweetspot_abcdefghijklmnopqrstuvwxyz",
    "password": "correct-horse-battery",
    "address": "203.0.113.77",
    "cookie": "cookie-of-ada",
}
FAILING_SITE = """
import json, sys
import django
django.setup()
import structlog
from django.test import Client
from django.urls import path
from config import urls

secrets = json.loads(sys.stdin.read())

def page_fails(request, token):
    photo, sent = secrets["photo"], request.POST.dict()
    raise ValueError(f"{token} {secrets['mail']} {photo} {sent}")

def job_fails():
    mail = secrets["mail"]
    try:
        raise OSError(mail)
    except OSError as error:
        raise RuntimeError(secrets["answer"]) from error

urls.urlpatterns.insert(0, path("s/<str:token>/answers", page_fails))
client = Client(raise_request_exception=False, REMOTE_ADDR=secrets["address"])
client.cookies["sessionid"] = secrets["cookie"]
client.post(
    f"/s/{secrets['session']}/answers?PROLIFIC_PID={secrets['platform id']}",
    {"label": secrets["answer"], "password": secrets["password"]},
    headers={"Authorization": f"Bearer {secrets['token']}"},
)
log = structlog.get_logger()
try:
    job_fails()
except RuntimeError:
    log.exception("job failed", job=secrets["mail"])
log.error("a line without an exception, of " + secrets["mail"])
import sentry_sdk
sentry_sdk.flush(10)
"""


class _Receiver(BaseHTTPRequestHandler):
    received: list[bytes]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        plain = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
        self.received.append(str(self.headers).encode() + plain)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        """Write nothing to this terminal."""


@pytest.fixture
def sentry() -> Iterator[tuple[str, list[bytes]]]:
    """The DSN of a server that stands in for Sentry, and what it has received."""
    received: list[bytes] = []
    server = HTTPServer(("127.0.0.1", 0), type("Receiver", (_Receiver,), {"received": received}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://key@127.0.0.1:{server.server_port}/1", received
    server.shutdown()
    server.server_close()


def events_of(received: list[bytes]) -> list[dict[str, Any]]:
    lines = [line for envelope in received for line in envelope.splitlines() if b'"exception"' in line]
    return [json.loads(line) for line in lines]


@pytest.mark.server
def test_a_report_says_where_it_failed_and_nothing_of_what_was_worked_on(
    sentry: tuple[str, list[bytes]], local_environment: dict[str, str]
) -> None:
    dsn, received = sentry
    hosts = {"ALLOWED_HOSTS": "testserver", "SENTRY_DSN": dsn, "PYTHONPATH": str(CHECKOUT)}
    site = subprocess.run(
        [sys.executable, "-c", FAILING_SITE],
        input=json.dumps(SECRETS),
        env=local_environment | hosts,
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=200,
        check=True,
    )
    events = events_of(received)
    kinds = [[failure["type"] for failure in event["exception"]["values"]] for event in events]
    assert kinds == [["ValueError"], ["OSError", "RuntimeError"]], site.stderr
    last = [event["exception"]["values"][-1]["stacktrace"]["frames"][-1]["function"] for event in events]
    assert last == ["page_fails", "job_fails"]
    everything = b"\n".join(received).decode()
    assert [name for name, secret in SECRETS.items() if secret in everything] == []
    assert os.uname().nodename not in everything
    assert all(event["release"] for event in events)


def test_whatever_else_sentry_would_send_stays_here() -> None:
    frame = {
        "function": "f",
        "lineno": 3,
        "vars": {"mail": "ada"},
        "context_line": "mail = ada",
        "abs_path": "/home",
    }
    event: Any = {
        "event_id": "1",
        "level": "error",
        "exception": {"values": [{"type": "E", "value": "ada", "stacktrace": {"frames": [frame]}}]},
        "request": {"url": "https://x/s/1", "cookies": "c"},
        "user": {"email": "ada"},
        "server_name": "laptop",
        "extra": {"sys.argv": ["ada"]},
        "logentry": {"message": "ada"},
        "breadcrumbs": {"values": [{"message": "ada"}]},
    }
    report: Any = only_where(event, {})
    assert set(report) == {"event_id", "level", "exception"}
    (failure,) = report["exception"]["values"]
    assert failure["stacktrace"]["frames"] == [{"function": "f", "lineno": 3}]
    assert set(failure) == {"type", "module", "stacktrace"}


def test_a_line_without_an_exception_is_no_report() -> None:
    assert only_where({"logentry": {"message": "of ada"}}, {}) is None


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    with pytest.raises(ImproperlyConfigured, match=r"pip install '\.\[sentry\]'"):
        report_failures("https://key@sentry.example/1", release="1")
