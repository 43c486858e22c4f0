"""Logins of researchers: what ends them, what is checked of a password, what a browser may keep."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def user() -> Any:
    return get_user_model().objects.create_user("ada", password=PASSWORD, is_staff=True)


def logged_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.thorough
def test_a_withdrawn_account_is_out_at_once_wherever_it_is_logged_in(user: Any) -> None:
    clients = [logged_in(user), logged_in(user)]
    assert [client.get("/desk/").status_code for client in clients] == [200, 200]
    user.is_active = False
    user.save()
    assert [client.get("/desk/").status_code for client in clients] == [302, 302]


@pytest.mark.thorough
def test_a_new_password_needs_the_old_one_and_ends_all_other_logins(user: Any) -> None:
    here, elsewhere = logged_in(user), logged_in(user)
    new = {"new_password1": "battery horse correct", "new_password2": "battery horse correct"}
    refused = here.post("/admin/password_change/", {"old_password": "a guess", **new})
    assert b"old password was entered incorrectly" in refused.content
    assert here.post("/admin/password_change/", {"old_password": PASSWORD, **new}).status_code == 302
    assert (here.get("/desk/").status_code, elsewhere.get("/desk/").status_code) == (200, 302)


def test_after_logging_out_the_session_opens_nothing_any_more(user: Any) -> None:
    client = logged_in(user)
    session = client.cookies["sessionid"].value
    client.post("/admin/logout/")
    client.cookies["sessionid"] = session
    assert client.get("/desk/").status_code == 302


@pytest.mark.parametrize("password", ["short-secret", "x" * 200, "Ünïcode mit Leerzeichen ☃"])
def test_long_passwords_of_any_letters_are_welcome_and_count_to_the_last(password: str, user: Any) -> None:
    validate_password(password, user)
    user.set_password(password)
    assert user.check_password(password)
    assert not user.check_password(password[:-1])


@pytest.mark.parametrize("password", ["eleven-char", "1q2w3e4r5t6y", "ada_lovelace1"])
def test_short_well_known_and_ones_own_passwords_are_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, get_user_model()(username="ada_lovelace"))


@pytest.mark.parametrize("address", ["/admin/login/", "/admin/password_change/"])
def test_password_fields_are_masked_and_open_to_password_managers(address: str, user: Any) -> None:
    client = Client() if "login" in address else logged_in(user)
    page = client.get(address).content.decode()
    fields = re.findall('<input[^>]*name="[^"]*password[^"]*"[^>]*>', page)
    assert fields
    assert all('type="password"' in tag and 'autocomplete="off"' not in tag for tag in fields)
    assert not any("onpaste" in tag or "maxlength" in tag for tag in fields)


@pytest.mark.thorough
def test_a_password_is_stored_by_a_slow_salted_hash(settings: Settings) -> None:
    from django.conf import global_settings

    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
    assert "PASSWORD_HASHERS" not in (CHECKOUT / "config" / "settings.py").read_text(encoding="utf-8")
    stored = make_password(PASSWORD)
    assert identify_hasher(stored).algorithm == "pbkdf2_sha256"
    assert int(stored.split("$")[1]) >= 600_000


def test_a_new_site_has_no_account() -> None:
    assert not get_user_model().objects.exists()


def test_a_browser_keeps_nothing_of_what_is_shown_to_who_is_logged_in(user: Any) -> None:
    assert logged_in(user).get("/desk/")["Cache-Control"] == "private, no-store"
    assert "no-store" in logged_in(user).get("/admin/password_change/")["Cache-Control"]


@pytest.mark.thorough
def test_cookies_of_a_login_belong_to_one_host_and_are_out_of_reach_of_scripts(
    production_environment: dict[str, str],
) -> None:
    code = (
        "from django.conf import settings\n"
        "names = 'SESSION_COOKIE_NAME CSRF_COOKIE_NAME SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE'\n"
        "names += ' SESSION_COOKIE_HTTPONLY SESSION_COOKIE_SAMESITE'\n"
        "names += ' SESSION_COOKIE_PATH SESSION_COOKIE_DOMAIN'\n"
        "print(*[getattr(settings, name) for name in names.split()])"
    )
    command = [sys.executable, "-c", code]
    result = subprocess.run(
        command,
        env=production_environment,
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert result.stdout.split() == [
        "__Host-sessionid", "__Host-csrftoken", "True", "True", "True", "Lax", "/", "None",
    ]  # fmt: skip


@pytest.mark.sampled
@pytest.mark.parametrize(
    "address", ["/", "/desk/", "/admin/login/", "/first-account/", "/healthz", "/robots.txt"]
)
def test_no_page_answers_to_trace(address: str, client: Client, user: Any) -> None:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.trace(address).status_code in (404, 405)


def test_a_login_leads_to_no_other_site(user: Any) -> None:
    sent = {"username": "ada", "password": PASSWORD, "next": "https://elsewhere.example/desk/"}
    assert Client().post("/admin/login/", sent)["Location"] == "/desk/"


def test_a_wrong_host_name_is_refused(client: Client) -> None:
    assert client.get("/admin/login/", HTTP_HOST="elsewhere.example").status_code == 400
