"""A lost second factor: an administrator resets it, in the admin or at the server, and the log says who."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.pipeline.accounts.authenticator import guarded_account, make_account, with_password
from tests.pipeline.accounts.test_logging_in import log_of

pytestmark = pytest.mark.django_db
USERS = "/admin/auth/user/"


def reset(client: Client, *accounts: int) -> str:
    sent = {"action": "reset_second_factor", "_selected_action": accounts}
    return client.post(USERS, sent, follow=True).content.decode()


def test_an_administrator_resets_it_and_both_names_are_logged(admin_client: Client) -> None:
    user, _ = guarded_account()
    assert "Reset for ada" in reset(admin_client, user.pk)
    assert with_password(user).get("/desk/").status_code == 200
    assert log_of(user)[0] == "admin reset the second factor"
    assert "None of them has a second factor" in reset(admin_client, user.pk)


def test_the_list_of_accounts_says_who_has_one(admin_client: Client) -> None:
    guarded_account("ada")
    make_account("grace")
    page = admin_client.get(f"{USERS}?o=1").content.decode()
    assert page.count('field-has_second_factor"><img') == 3
    assert page.count('field-has_second_factor"><img src="/static/admin/img/icon-yes.svg"') == 1


def test_nobody_else_resets_it() -> None:
    user, _ = guarded_account()
    reset(with_password(make_account("grace")), user.pk)
    assert TOTPDevice.objects.filter(user=user).exists()


def test_no_page_of_the_admin_shows_keys(admin_client: Client) -> None:
    guarded_account()
    assert admin_client.get("/admin/otp_totp/totpdevice/").status_code == 404
    assert admin_client.get("/admin/otp_static/staticdevice/").status_code == 404


def test_it_is_reset_at_the_server() -> None:
    user, _ = guarded_account()
    says = StringIO()
    call_command("reset_second_factor", "ada", stdout=says)
    assert "ada logs in with the password alone" in says.getvalue()
    assert with_password(user).get("/desk/").status_code == 200
    assert not StaticDevice.objects.exists()
    assert log_of(user)[0] == "the second factor was reset at the server"


@pytest.mark.parametrize(("name", "says"), [("ada", "has no second factor"), ("nobody", "Nobody here")])
def test_the_command_says_what_it_cannot_do(name: str, says: str) -> None:
    make_account()
    with pytest.raises(CommandError, match=says):
        call_command("reset_second_factor", name)
