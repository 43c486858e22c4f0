"""What the web process carries: no torch, strict headers, guarded logins, logs on stderr."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from config.logs.formats import logging_config

CHECKOUT = Path(__file__).parents[2]
HEAVY = ("torch", "torchvision", "timm", "pytorch_grad_cam", "scipy", "pandas", "matplotlib", "statsmodels")


def run_python(code: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, env=environment, cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=True
    )


@pytest.mark.thorough
def test_the_web_process_starts_without_what_computes(local_environment: dict[str, str]) -> None:
    code = (
        "import sys, config.wsgi\n"
        "from django.urls import get_resolver; get_resolver().url_patterns\n"
        "from config.celery import app; app.loader.import_default_modules(); assert app.tasks\n"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    assert run_python(code, local_environment).stdout == "[]\n"


def test_pages_take_scripts_and_styles_from_the_site_alone_and_are_never_framed(
    client: Client, db: None
) -> None:
    answer = client.get("/admin/login/")
    directives = answer["Content-Security-Policy"].strip("; ").split(";")
    policy = dict(directive.split(maxsplit=1) for directive in directives)
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"


def guess(address: str, password: str = "wrong") -> int:
    sent = {"username": "ada", "password": password}
    return Client(REMOTE_ADDR=address).post("/admin/login/", sent).status_code


@pytest.mark.thorough
def test_guessing_a_password_locks_the_account_for_that_address_alone_and_keeps_no_address(
    db: None, settings: Settings
) -> None:
    from axes.models import AccessAttempt

    get_user_model().objects.create_user("ada", password="correct horse battery", is_staff=True)
    answers = [guess("203.0.113.7") for _ in range(settings.AXES_FAILURE_LIMIT)]
    assert (answers[0], answers[-1]) == (200, 429)
    assert guess("203.0.113.7", "correct horse battery") == 429
    assert guess("203.0.113.8", "correct horse battery") == 302
    assert all(ip_address(attempt.ip_address).is_private for attempt in AccessAttempt.objects.all())


def test_failed_logins_are_forgotten_after_an_hour(db: None) -> None:
    from axes.models import AccessAttempt

    from config.celery import forget_addresses

    guess("203.0.113.7")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=61))
    guess("203.0.113.8")
    forget_addresses()
    assert AccessAttempt.objects.count() == 1


def test_no_answer_opens_a_device_or_is_shown_to_other_sites(client: Client, db: None) -> None:
    for address in ("/admin/login/", "/robots.txt", "/static/study/player.js"):
        answer = client.get(address)
        assert "camera=()" in answer["Permissions-Policy"]
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in answer


def test_search_engines_are_asked_to_stay_away(client: Client) -> None:
    assert client.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"


def test_the_session_gets_a_new_id_at_login(client: Client, db: None) -> None:
    get_user_model().objects.create_user("ada", password="correct horse battery", is_staff=True)
    client.session.save()
    session = client.session
    session["before"] = True
    session.save()
    before = client.cookies["sessionid"].value
    client.post("/admin/login/", {"username": "ada", "password": "correct horse battery"})
    assert client.cookies["sessionid"].value != before


def test_a_form_without_its_token_is_refused(db: None) -> None:
    assert Client(enforce_csrf_checks=True).post("/admin/login/", {}).status_code == 403


@pytest.mark.thorough
def test_a_server_logs_json_that_carries_the_fields_of_a_record(local_environment: dict[str, str]) -> None:
    code = (
        "import django, structlog; django.setup()\n"
        "structlog.get_logger('pipeline').warning('the broker does not answer', job='7f')"
    )
    production = {
        **local_environment,
        "SWEETSPOT_MODE": "production",
        "SECRET_KEY": "k3Jx-9vQ_2pLmZ7rT0wYbN4cHs8dFgAe1uVoRi6XqPtMnBjW5y",
        "ALLOWED_HOSTS": "study.example.org",
        "BROKER_URL": "redis+socket:///run/valkey.sock",
    }
    record = json.loads(run_python(code, production).stderr.splitlines()[-1])
    assert (record["event"], record["job"], record["level"], record["logger"]) == (
        "the broker does not answer",
        "7f",
        "warning",
        "pipeline",
    )


def servers_formatter() -> logging.Formatter:
    options = dict(logging_config(as_json=True, level="INFO")["formatters"]["structured"])
    return options.pop("()")(**options)


def test_no_text_from_outside_makes_a_line_of_its_own_in_a_servers_log() -> None:
    forged = 'a name\r\n{"event": "a login that never was", "level": "info"}\u2028\x1b[2J'
    record = logging.LogRecord("pipeline", logging.WARNING, __file__, 1, "refused %s", (forged,), None)
    line = servers_formatter().format(record)
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line
    assert json.loads(line)["event"] == f"refused {forged}"


def test_every_kind_of_answer_says_what_it_is_and_in_which_letters(client: Client, db: None) -> None:
    kinds = {
        "/admin/login/": "text/html; charset=utf-8",
        "/robots.txt": "text/plain; charset=utf-8",
        "/healthz": "application/json",
        "/api/v1/openapi.json": "application/json",
        "/s/no-such-study/": "text/html; charset=utf-8",
    }
    assert {address: client.get(address)["Content-Type"] for address in kinds} == kinds


def test_an_error_is_logged_with_its_traceback() -> None:
    formatter = servers_formatter()
    try:
        int("bad photo")
    except ValueError:
        record = logging.LogRecord("pipeline", logging.ERROR, __file__, 1, "failed", None, sys.exc_info())
    assert "ValueError: invalid literal" in json.loads(formatter.format(record))["exception"]
