"""A study with a queue, and a record of the notifications that were sent."""

from __future__ import annotations

import pytest

from pipeline.models import Job
from pipeline.queue import notify
from study.models import Study
from tests.pipeline.studies import make_study


@pytest.fixture
def study() -> Study:
    return make_study()


@pytest.fixture
def notified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keys of the jobs that workers were notified of."""
    keys: list[str] = []

    def notify_worker(job: Job) -> bool:
        keys.append(job.key)
        return True

    monkeypatch.setattr(notify, "notify_worker", notify_worker)
    return keys
