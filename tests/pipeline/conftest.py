"""What holds for tests of the pipeline."""

from __future__ import annotations

import pytest

from pipeline.queue import claims


@pytest.fixture(autouse=True)
def quiet_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    """No renewal from a second thread: it would look at this test's uncommitted rows from outside."""
    monkeypatch.setattr(claims, "RENEW_EVERY", 3600.0)
