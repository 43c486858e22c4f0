"""What holds for tests of the pipeline."""

from functools import partial

import pytest

from attacker.config import AttackerConfig
from pipeline import jobs
from pipeline.examples import PRESETS


@pytest.fixture(autouse=True)
def quiet_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    """No renewal from a second thread: it would look at this test's uncommitted rows from outside."""
    monkeypatch.setattr(jobs, "RENEW_EVERY", 3600.0)


@pytest.fixture
def small_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """The quick recipe on photos of 96 pixels: a disc and a bar are told apart there as well."""
    monkeypatch.setitem(PRESETS, "quick", partial(AttackerConfig.quick, image_size=96))
