"""Random names that cannot be guessed and say nothing about what they name."""

from __future__ import annotations

import secrets

CODE_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no look-alikes: people type these


def new_token() -> str:
    """Return 128 random bits as 32 hexadecimal digits."""
    return secrets.token_hex(16)


def new_code() -> str:
    """Return a short code that a person can type: 10 letters and digits."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(10))
