"""What the web process carries: no torch, strict headers, guarded logins, logs on stderr."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

from django.contrib.auth import get_user_model
from django.test import Client
from pytest_django import Settings

from config.logs import logging_config

CHECKOUT = Path(__file__).parents[2]
HEAVY = ("torch", "torchvision", "timm", "pytorch_grad_cam", "scipy", "pandas", "matplotlib", "statsmodels")


def run_python(code: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, env=environment, cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=True
    )


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


def test_guessing_a_password_locks_the_account_and_keeps_no_address(
    client: Client, db: None, settings: Settings
) -> None:
    from axes.models import AccessAttempt

    get_user_model().objects.create_user("ada", password="correct horse battery", is_staff=True)
    guess = {"username": "ada", "password": "wrong"}
    answers = [client.post("/admin/login/", guess).status_code for _ in range(settings.AXES_FAILURE_LIMIT)]
    assert answers[0] == 200
    assert answers[-1] == 429
    right = client.post("/admin/login/", {"username": "ada", "password": "correct horse battery"})
    assert right.status_code == 429
    assert set(AccessAttempt.objects.values_list("ip_address", flat=True)) == {None}


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


def test_an_error_is_logged_with_its_traceback() -> None:
    config = logging_config(as_json=True, level="INFO")
    options = dict(config["formatters"]["structured"])
    formatter = options.pop("()")(**options)
    try:
        int("bad photo")
    except ValueError:
        record = logging.LogRecord("pipeline", logging.ERROR, __file__, 1, "failed", None, sys.exc_info())
    assert "ValueError: invalid literal" in json.loads(formatter.format(record))["exception"]
