"""Backup codes: ten that work once each, for who has lost the authenticator. Only their hashes are stored.

The rows, their throttling and their single use are django-otp's; it would store the codes as they are.
"""

from __future__ import annotations

import base64
import secrets
from typing import Any

from django.db import transaction
from django.utils.crypto import pbkdf2
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken

COUNT = 10
BYTES = 7  # 56 random bits in each code
ROUNDS = 600_000  # of the hash, as for passwords
STORED_BYTES = 12  # of a hash: 16 characters, as many as django-otp's column has


@transaction.atomic
def make_codes(user: Any) -> list[str]:
    """Make new codes, which end the former ones; they are shown once and stored nowhere."""
    StaticDevice.objects.filter(user=user).delete()
    salt = secrets.token_hex(16)
    device = StaticDevice.objects.create(user=user, name=salt)
    drawn = (base64.b32encode(secrets.token_bytes(BYTES)).decode() for _ in range(COUNT))
    codes = [code.rstrip("=").lower() for code in drawn]  # letters and digits that look like no other ones
    StaticToken.objects.bulk_create(
        StaticToken(device=device, token=stored_form(code, salt)) for code in codes
    )
    return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]


def codes_left(user: Any) -> int:
    """Return how many codes were not used yet."""
    return int(StaticToken.objects.filter(device__user=user).count())


def stored_form(code: str, salt: str) -> str:
    """Return the hash of a code without hyphens, in the letters of a database column."""
    digest = pbkdf2(code, salt, ROUNDS, dklen=STORED_BYTES)
    return base64.b64encode(digest).decode()
