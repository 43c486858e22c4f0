"""An authenticator app, as tests hold it in their hands."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from pipeline.accounts import second_factor

PASSWORD = "correct horse battery"
WRONG = "000000"


def make_account(name: str = "ada", **rights: bool) -> Any:
    return get_user_model().objects.create_user(name, password=PASSWORD, is_staff=True, **rights)


def next_code(user: Any) -> str:
    """The six digits that the app shows half a minute after the last ones were used."""
    TOTPDevice.objects.filter(user=user).update(last_t=-1)
    device = TOTPDevice.objects.get(user=user)
    code = f"{totp(device.bin_key):06}"
    return code if code != WRONG else next_code(user)


def guarded_account(name: str = "ada", **rights: bool) -> tuple[Any, list[str]]:
    """An account with a second factor, and its backup codes."""
    user = make_account(name, **rights)
    second_factor.begin(user)
    return user, second_factor.confirm(user, next_code(user))


def with_password(user: Any, address: str = "/desk/") -> Client:
    """A browser in which the password of an account was given on the way to a page."""
    client = Client()
    client.post(f"/admin/login/?next={address}", {"username": user.get_username(), "password": PASSWORD})
    return client
