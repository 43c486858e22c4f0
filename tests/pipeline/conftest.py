"""What holds for tests of the pipeline."""

import pytest

from pipeline import jobs


@pytest.fixture(autouse=True)
def quiet_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    """No renewal from a second thread: it would look at this test's uncommitted rows from outside."""
    monkeypatch.setattr(jobs, "RENEW_EVERY", 3600.0)
