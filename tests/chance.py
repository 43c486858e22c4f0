"""Chance that a name draws: the same for whoever asks by the same name."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest


@contextmanager
def drawn_by(name: str) -> Iterator[None]:
    """Let names that cannot be guessed be drawn by this one: they seed a session's photos and orders."""
    from study import tokens
    from study.sessions import completion

    chance = random.Random(name)  # nothing here is a secret
    drawn = SimpleNamespace(token_hex=lambda size: chance.randbytes(size).hex(), choice=chance.choice)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "secrets", drawn)
        patch.setattr(completion, "secrets", drawn)
        yield
