"""Tokens of the API: made, shown once, found again by their hash, revoked."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from pipeline.models import ApiToken

PREFIX = "sweetspot_"  # one can tell where a token belongs that turns up in a file
LONGEST_DAYS = 366
USED_STEP = timedelta(minutes=1)  # the time of the last use is not written more often


class TokenError(ValueError):
    """No such token can be made."""


def issue(user: Any, name: str, scope: ApiToken.Scope, days: int, now: datetime) -> tuple[ApiToken, str]:
    """Make a token; return its row, and the token itself, which is stored nowhere.

    Raises TokenError if it would be valid for too long or too short, or the person may not log in to the
    desk.
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise TokenError(f"A token is valid for 1 to {LONGEST_DAYS} days.")
    if not (user.is_active and user.is_staff):
        raise TokenError(f"{user} may not log in to the desk, so no token can act for them.")
    secret = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        user=user,
        name=name,
        scope=scope,
        digest=digest_of(secret),
        begins=secret[: len(PREFIX) + 2],
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    return row, secret


def digest_of(secret: str) -> str:
    """Return the hash of a token: 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def bearer(secret: str, now: datetime) -> ApiToken | None:
    """Return the valid token that somebody presents, and note that it was used; None for any other."""
    valid = ApiToken.objects.valid_at(now).select_related("user")
    token = valid.filter(digest=digest_of(secret)).first()
    if token is not None and (token.used_at is None or now - token.used_at > USED_STEP):
        ApiToken.objects.filter(pk=token.pk).update(used_at=now)
    return token


def revoke(user: Any, pk: int, now: datetime) -> bool:
    """Make one of a person's own tokens invalid; False if they have none like this."""
    return bool(ApiToken.objects.filter(user=user, pk=pk, revoked_at=None).update(revoked_at=now))
