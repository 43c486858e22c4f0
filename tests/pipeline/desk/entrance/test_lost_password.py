"""A lost password: a link by mail, for those who have an account; nobody else learns who has one."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from importlib import reload
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.urls import clear_url_caches
from pytest_django import Settings

from config import urls
from pipeline.accounts import second_factor
from pipeline.accounts.second_factor import CodeError
from pipeline.desk.entrance.lost_password import LostPasswordForm
from tests.pipeline.accounts.authenticator import WRONG, next_code

pytestmark = pytest.mark.django_db
ASK, ADA = "/admin/password/lost", "ada@example.org"


@pytest.fixture
def user() -> Any:
    return get_user_model().objects.create_user("ada", ADA, "the old password of ada", is_staff=True)


@pytest.fixture(autouse=True)
def site_that_sends_mail(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(LostPasswordForm, "_sent_at", {})
    settings.SENDS_MAIL = True
    read_addresses_again()
    yield
    settings.SENDS_MAIL = False
    read_addresses_again()


def read_addresses_again() -> None:
    reload(urls)
    clear_url_caches()


def ask(address: str) -> tuple[int, str]:
    answer = Client().post(ASK, {"email": address})
    for thread in threading.enumerate():
        if thread.name == "lost-password":
            thread.join()
    return answer.status_code, answer["Location"]


def link() -> str:
    match = re.search(r"http://testserver(\S+)", mail.outbox[-1].body)
    assert match is not None
    return match[1]


def set_password(client: Client, address: str, password: str) -> int:
    page = client.get(address, follow=True)
    where = page.redirect_chain[-1][0] if page.redirect_chain else address
    return client.post(where, {"new_password1": password, "new_password2": password}).status_code


def test_the_login_offers_it_only_where_the_site_sends_mail(settings: Settings) -> None:
    assert ASK in Client().get("/admin/login/").content.decode()
    settings.SENDS_MAIL = False
    read_addresses_again()
    assert ASK not in Client().get("/admin/login/").content.decode()
    assert Client().post(ASK, {"email": ADA}).status_code in {302, 404}
    assert mail.outbox == []


def test_the_link_sets_a_password_once_and_ends_all_logins(user: Any) -> None:
    elsewhere = Client()
    elsewhere.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    ask(ADA)
    assert (mail.outbox[0].to, mail.outbox[0].subject) == ([ADA], "Sweetspot: choose a new password")
    address = link()
    assert set_password(Client(), address, "a new one that nobody guesses") == 302
    user.refresh_from_db()
    assert user.check_password("a new one that nobody guesses")
    assert elsewhere.get("/admin/").status_code == 302
    set_password(Client(), address, "a second one by the same link")
    user.refresh_from_db()
    assert user.check_password("a new one that nobody guesses")


def test_a_weak_password_is_refused_and_the_link_goes_on_to_work(user: Any) -> None:
    ask(ADA)
    client = Client()
    assert set_password(client, link(), "ada") == 200
    user.refresh_from_db()
    assert user.check_password("the old password of ada")
    assert set_password(client, link(), "a new one that nobody guesses") == 302


def test_unknown_addresses_are_answered_alike_and_get_no_mail(user: Any) -> None:
    assert ask("nobody@example.org") == ask(ADA)
    assert [message.to for message in mail.outbox] == [[ADA]]


def test_an_account_gets_one_mail_in_some_minutes(user: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        ask(ADA)
    assert len(mail.outbox) == 1
    monkeypatch.setattr(LostPasswordForm, "_sent_at", {ADA: -1e9})
    ask(ADA)
    assert len(mail.outbox) == 2


@pytest.mark.thorough
def test_a_new_password_ends_the_lock_that_guesses_have_left(user: Any, settings: Settings) -> None:
    client = Client(REMOTE_ADDR="203.0.113.7")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = client.post("/admin/login/", {"username": "ada", "password": "wrong"})
    assert answer.status_code == 429
    ask(ADA)
    new = "a new one that nobody guesses"
    set_password(Client(), link(), new)
    assert client.post("/admin/login/", {"username": "ada", "password": new}).status_code == 302


@pytest.mark.thorough
def test_a_new_password_still_needs_the_second_factor_and_ends_the_pause_that_wrong_codes_have_left(
    user: Any,
) -> None:
    second_factor.begin(user)
    second_factor.confirm(user, next_code(user))
    with pytest.raises(CodeError):
        second_factor.check_code(user, WRONG)
    ask(ADA)
    new = "a new one that nobody guesses"
    client = Client()
    set_password(client, link(), new)
    assert client.get("/desk/").status_code == 302
    client.post("/admin/login/", {"username": "ada", "password": new})
    assert client.get("/desk/", follow=True).redirect_chain[-1][0].startswith("/account/code/")
    assert client.post("/account/code/", {"code": next_code(user)}).status_code == 302
    assert client.get("/desk/").status_code == 200


def test_the_log_names_neither_the_link_nor_the_account(user: Any, capfd: pytest.CaptureFixture[str]) -> None:
    ask(ADA)
    address = link()
    set_password(Client(), address, "a new one that nobody guesses")
    lines = "".join(capfd.readouterr())
    assert address.rpartition("/")[2] not in lines
    assert ADA not in lines
