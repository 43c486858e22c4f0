"""Logins that are only half done: the password was right, and the second factor is still to come.

Until then a request is nobody's: every page refuses it as it refuses strangers, also one that never heard
of a second factor.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from pipeline.accounts.second_factor import authenticator_of

VERIFIED = "second_factor"  # in the session: the row of the authenticator whose factor was given
GIVE_CODE = "pipeline:code"
SET_UP = "pipeline:second-factor"


def next_step(request: HttpRequest, user: Any) -> str | None:
    """Return the name of the page on which this login goes on; None once it is done."""
    authenticator = authenticator_of(user)
    if authenticator is None:
        return SET_UP if settings.REQUIRE_SECOND_FACTOR else None
    return None if request.session.get(VERIFIED) == authenticator.pk else GIVE_CODE


def whole_user(request: HttpRequest, user: Any) -> Any:
    """Return who asks, once their login is done; nobody before."""
    return AnonymousUser() if user.is_authenticated and next_step(request, user) else user


def half_way_user(request: HttpRequest, step: str) -> Any | None:
    """Return who has given the password and is to go on with this step; None for everybody else."""
    user = get_user(request)
    return user if user.is_authenticated and next_step(request, user) == step else None


def complete(request: HttpRequest, user: Any) -> None:
    """Note in the session that the second factor was given; its id changes, as at every login."""
    authenticator = authenticator_of(user)
    assert authenticator is not None
    request.session[VERIFIED] = authenticator.pk
    request.session.cycle_key()
