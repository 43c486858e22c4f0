"""The first account: made in the browser while there is none, at the site's machine or with its token."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from pytest_django import Settings

from pipeline.desk.entrance.setup_token import offer_token

pytestmark = pytest.mark.django_db
PAGE = "/first-account/"
ACCOUNT = {"username": "grace", "password1": "compiler-1952", "password2": "compiler-1952"}
FAR = {"REMOTE_ADDR": "203.0.113.9"}
HERE = {"HTTP_HOST": "localhost:8000"}


@pytest.fixture(autouse=True)
def _own_var(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.SWEETSPOT_VAR = tmp_path
    return iter([None])


def nobody() -> bool:
    return not get_user_model().objects.exists()


@pytest.mark.parametrize("address", ["/", "/desk/"])
def test_a_new_site_leads_to_the_first_account(client: Client, address: str) -> None:
    answer = client.get(address, follow=True, **HERE)
    assert answer.redirect_chain[-1][0] == PAGE
    assert "The first account may do everything" in answer.content.decode()


def test_it_is_made_and_logged_in_by_one_form_and_leads_to_an_empty_desk(client: Client) -> None:
    answer = client.post(PAGE, ACCOUNT, follow=True, **HERE)
    user = get_user_model().objects.get()
    assert (user.username, user.is_staff, user.is_superuser) == ("grace", True, True)
    assert user.check_password("compiler-1952")
    assert answer.redirect_chain == [("/desk/", 302)]
    assert "Begin a study" in answer.content.decode()
    assert "Log out" in answer.content.decode()


def test_a_weak_password_makes_none(client: Client) -> None:
    answer = client.post(PAGE, ACCOUNT | {"password1": "grace", "password2": "grace"}, **HERE)
    assert "too short" in answer.content.decode()
    assert nobody()


@pytest.mark.parametrize(
    "origin",
    [
        FAR | HERE,
        HERE | {"HTTP_X_FORWARDED_FOR": "203.0.113.9"},  # a proxy at this machine
        {"HTTP_HOST": "testserver"},  # a name that somebody else's page may give this machine
    ],
)
def test_who_is_elsewhere_cannot_make_it(client: Client, origin: dict[str, str]) -> None:
    assert client.get(PAGE, **origin).status_code == 403
    assert client.post(PAGE, ACCOUNT, **origin).status_code == 403
    assert client.post(PAGE, ACCOUNT | {"token": ""}, **origin).status_code == 403
    offer_token()
    assert client.post(PAGE, ACCOUNT | {"token": "guessed"}, **origin).status_code == 403
    assert nobody()


def test_in_production_even_the_own_address_needs_the_token(client: Client, settings: Settings) -> None:
    settings.PRODUCTION = True
    assert client.post(PAGE, ACCOUNT, **HERE).status_code == 403
    assert nobody()


def test_the_token_that_the_site_printed_lets_in_from_elsewhere_once(client: Client, tmp_path: Path) -> None:
    token = offer_token()
    file = tmp_path / "run" / "first-account"
    assert file.stat().st_mode & 0o077 == 0
    page = client.get(f"{PAGE}?token={token}", **FAR).content.decode()
    assert token in page
    client.post(PAGE, ACCOUNT | {"token": token}, **FAR)
    assert get_user_model().objects.count() == 1
    assert not file.exists()
    again = client.post(PAGE, ACCOUNT | {"username": "eve", "token": token}, **FAR)
    assert again.status_code == 302
    assert get_user_model().objects.count() == 1


def test_with_an_account_there_is_no_such_page_and_no_token(client: Client) -> None:
    get_user_model().objects.create_user("ada")
    assert offer_token() == ""
    assert client.get(PAGE, **HERE).status_code == 302
    client.post(PAGE, ACCOUNT, **HERE)
    assert get_user_model().objects.count() == 1
