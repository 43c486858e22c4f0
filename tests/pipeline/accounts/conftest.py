"""Hashes of backup codes cost no time here: no test is about the cost of a guess."""

from __future__ import annotations

import pytest

from pipeline.accounts import backup_codes


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup_codes, "ROUNDS", 1)
