"""The second factor of a login: codes of an authenticator app (TOTP, RFC 6238), or backup codes instead.

The app's key, the check of codes and the growing pause after wrong ones are django-otp's.
"""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from pipeline import audit
from pipeline.accounts.backup_codes import codes_left, make_codes, stored_form

DIGITS = 6
DRAFT_LIFE = timedelta(hours=1)  # a key that was shown longer ago and never confirmed is not offered again
SEPARATORS = str.maketrans("", "", " -")


class CodeError(ValueError):
    """A code does not count; the text says why and what to do."""


def authenticator_of(user: Any) -> TOTPDevice | None:
    """Return the app whose codes this person gives at login; None: the password is enough."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def draft_of(user: Any) -> TOTPDevice | None:
    """Return the app that is being set up: its key was made, and no code has shown that the app has it."""
    recent = timezone.now() - DRAFT_LIFE
    return TOTPDevice.objects.filter(user=user, confirmed=False, created_at__gt=recent).first()


@transaction.atomic
def begin(user: Any) -> None:
    """Make a key for an app, unless one is waiting: two tabs show the same."""
    if draft_of(user) is None and authenticator_of(user) is None:
        TOTPDevice.objects.filter(user=user).delete()
        TOTPDevice.objects.create(user=user, name="authenticator", confirmed=False)


def confirm(user: Any, code: str) -> list[str]:
    """Ask for codes at login from now on, as the app has given one; return the backup codes.

    Raises
    ------
    CodeError
    """
    _check(TOTPDevice.objects.filter(user=user, confirmed=False), _plain(code))
    with transaction.atomic():
        TOTPDevice.objects.filter(user=user, confirmed=False).update(confirmed=True)
        codes = make_codes(user)
        audit.record_account(user, user, "set up a second factor")
    return codes


def check_code(user: Any, code: str) -> None:
    """Accept a code of the app, or a backup code; each counts once.

    Raises
    ------
    CodeError
    """
    typed = _plain(code)
    if len(typed) == DIGITS and typed.isdecimal():
        _check(TOTPDevice.objects.filter(user=user, confirmed=True), typed)
        return
    devices = StaticDevice.objects.filter(user=user)
    salt = devices.values_list("name", flat=True).first() or ""
    _check(devices, stored_form(typed, salt))
    audit.record_account(user, user, f"used a backup code, {codes_left(user)} are left")


def renew_codes(user: Any, code: str) -> list[str]:
    """Make new backup codes for a code that is right; they end the former ones.

    Raises
    ------
    CodeError
    """
    check_code(user, code)
    audit.record_account(user, user, "made new backup codes")
    return make_codes(user)


def remove_own(user: Any, code: str) -> bool:
    """Take the own second factor away, for a code that is right.

    Raises
    ------
    CodeError
    """
    check_code(user, code)
    return remove(user, user, "removed the own second factor")


@transaction.atomic
def remove(account: Any, by: Any, how: str) -> bool:
    """Take the second factor away from an account; False if it has none."""
    had = authenticator_of(account) is not None
    TOTPDevice.objects.filter(user=account).delete()
    StaticDevice.objects.filter(user=account).delete()
    if had:
        audit.record_account(by, account, how)
    return had


def end_pause(user: Any) -> None:
    """End the pause that wrong codes have left: whoever gave them no longer has the password."""
    for devices in (TOTPDevice.objects.filter(user=user), StaticDevice.objects.filter(user=user)):
        devices.update(throttling_failure_count=0, throttling_failure_timestamp=None)


def _plain(code: str) -> str:
    return code.translate(SEPARATORS).lower()


def _check(devices: Any, typed: str) -> None:
    """Let a device look at a code while no other request does; a refusal is stored before it is raised."""
    with transaction.atomic():
        device = devices.select_for_update().first()
        if device is None:
            raise CodeError("There is nothing to compare this code with. Begin again.")
        allowed, why = device.verify_is_allowed()
        accepted = allowed and device.verify_token(typed)
        if allowed and not accepted:
            audit.record_account(device.user, device.user, "gave a wrong code as second factor")
    if not allowed:
        raise CodeError(_wait_until(why["locked_until"]))
    if not accepted:
        raise CodeError(
            "This code is not valid: each counts once, and those of the app for half a minute. If new ones "
            "are refused too, compare the clock of your telephone with another one."
        )


def _wait_until(end: Any) -> str:
    seconds = math.ceil((end - timezone.now()).total_seconds())
    pause = f"{seconds} s" if seconds < 100 else f"{math.ceil(seconds / 60)} minutes"
    return (
        f"Too many wrong codes: wait {pause}, then give a new one. If they were not yours, somebody else has "
        "your password: choose another one."
    )
