"""The own account's page: a second factor is set up, renewed and removed there, by its owner only."""

from __future__ import annotations

import re
from base64 import b32decode
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from tests.pipeline.accounts.authenticator import (
    PASSWORD,
    WRONG,
    guarded_account,
    make_account,
    next_code,
    with_password,
)
from tests.pipeline.accounts.test_logging_in import CODE_PAGE, log_of

pytestmark = pytest.mark.django_db
ACCOUNT, SET_UP = "/account/", "/account/second-factor/"


@pytest.fixture
def user() -> Any:
    return make_account()


@pytest.fixture
def client(user: Any) -> Client:
    """A browser in which setting up has begun."""
    client = with_password(user)
    client.post(SET_UP, {"begin": 1})
    return client


def logged_in() -> tuple[Any, list[str], Client]:
    user, codes = guarded_account()
    client = with_password(user)
    client.post(CODE_PAGE, {"code": next_code(user)})
    return user, codes, client


def codes_of(page: str) -> list[str]:
    return re.findall(r"(?<![\w-])[a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4}(?![\w-])", page)


@pytest.mark.thorough
def test_the_key_that_is_typed_is_the_one_in_the_picture(client: Client, user: Any) -> None:
    page = client.get(SET_UP).content.decode()
    match = re.search(r"<code[^>]*>([a-z2-7 ]{39})</code>", page)
    assert match
    key = b32decode(match[1].replace(" ", "").upper())
    assert key == TOTPDevice.objects.get().bin_key
    sent = {"password": PASSWORD, "code": f"{totp(key):06}"}
    assert "Your backup codes" in client.post(SET_UP, sent).content.decode()


@pytest.mark.thorough
def test_the_picture_lies_in_the_page_and_fetches_nothing(client: Client) -> None:
    answer = client.get(SET_UP)
    (picture,) = re.findall(r'<svg[^>]*class="segno".*?</svg>', answer.content.decode(), re.DOTALL)
    assert "http" not in picture.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert "style" not in picture
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.thorough
def test_ten_backup_codes_are_shown_once_and_stored_as_hashes(client: Client, user: Any) -> None:
    page = client.post(SET_UP, {"password": PASSWORD, "code": next_code(user)}).content.decode()
    codes = codes_of(page)
    assert len(set(codes)) == 10
    assert codes_of(client.get(SET_UP, follow=True).content.decode()) == []
    stored = set(StaticToken.objects.values_list("token", flat=True))
    assert not stored & {code.replace("-", "") for code in codes}
    assert log_of(user)[0] == "set up a second factor"


def test_it_is_asked_for_only_once_a_code_has_shown_that_the_app_has_the_key(
    client: Client, user: Any
) -> None:
    assert with_password(user).get("/desk/").status_code == 200
    refused = client.post(SET_UP, {"password": PASSWORD, "code": WRONG}).content.decode()
    assert "This code is not valid" in refused
    assert with_password(user).get("/desk/").status_code == 200


def test_setting_it_up_needs_the_password_again(client: Client, user: Any) -> None:
    page = client.post(SET_UP, {"password": "a guess", "code": next_code(user)}).content.decode()
    assert "This is not your password" in page
    assert not TOTPDevice.objects.get().confirmed


@pytest.mark.thorough
def test_guessing_the_password_there_locks_as_at_the_login(
    client: Client, user: Any, settings: Settings
) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = client.post(SET_UP, {"password": "a guess", "code": WRONG})
    assert answer.status_code == 429


@pytest.mark.thorough
def test_two_tabs_and_a_reload_show_the_same_key(client: Client) -> None:
    first = client.get(SET_UP).content.decode()
    client.post(SET_UP, {"begin": 1})
    keys = [re.findall("<code.*?</code>", page) for page in (first, client.get(SET_UP).content.decode())]
    assert keys[0] == keys[1]


@pytest.mark.thorough
def test_a_key_that_was_shown_long_ago_is_replaced(client: Client) -> None:
    before = TOTPDevice.objects.get().key
    TOTPDevice.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert 'class="segno"' not in client.get(SET_UP).content.decode()
    client.post(SET_UP, {"begin": 1})
    assert TOTPDevice.objects.get().key != before


def test_sending_the_form_again_does_no_harm(client: Client, user: Any) -> None:
    sent = {"password": PASSWORD, "code": next_code(user)}
    client.post(SET_UP, sent)
    assert client.post(SET_UP, sent)["Location"] == ACCOUNT
    assert client.post(SET_UP, {"begin": 1})["Location"] == ACCOUNT
    assert TOTPDevice.objects.count() == 1


@pytest.mark.thorough
def test_other_browsers_in_which_the_account_was_logged_in_are_asked_for_a_code(
    client: Client, user: Any
) -> None:
    elsewhere = with_password(user)
    client.post(SET_UP, {"password": PASSWORD, "code": next_code(user)})
    assert (client.get("/desk/").status_code, elsewhere.get("/desk/").status_code) == (200, 302)


def test_new_backup_codes_end_the_former_ones() -> None:
    user, former, client = logged_in()
    sent = {"password": PASSWORD, "code": next_code(user), "renew": 1}
    codes = codes_of(client.post(ACCOUNT, sent).content.decode())
    assert len(set(codes) - set(former)) == 10
    assert with_password(user).post(CODE_PAGE, {"code": former[0]}).status_code == 200
    assert log_of(user)[1] == "made new backup codes"


@pytest.mark.thorough
def test_it_is_removed_with_password_and_code_only() -> None:
    user, codes, client = logged_in()
    for wrong in ({"password": "a guess", "code": next_code(user)}, {"password": PASSWORD, "code": WRONG}):
        client.post(ACCOUNT, {**wrong, "remove": 1})
        assert with_password(user).get("/desk/").status_code == 302
    client.post(ACCOUNT, {"password": PASSWORD, "code": codes[0], "remove": 1})
    assert with_password(user).get("/desk/").status_code == 200
    assert log_of(user)[0] == "removed the own second factor"


def test_where_all_must_have_one_its_removal_leads_to_the_next_one(settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    _, codes, client = logged_in()
    sent = {"password": PASSWORD, "code": codes[0], "remove": 1}
    page = client.post(ACCOUNT, sent, follow=True)
    assert page.redirect_chain[-1][0].startswith(SET_UP)


def test_the_desk_leads_to_the_account() -> None:
    client = with_password(make_account())
    assert f'href="{ACCOUNT}"' in client.get("/desk/").content.decode()
    page = client.get(ACCOUNT).content.decode()
    assert "Set up a second factor" in page
    assert "/admin/password_change/" in page
