"""A worker that cannot use the store of files takes no jobs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage

from config import celery
from pipeline import storage
from pipeline.storage import UnusableStoreError, prove
from tests.config.running import seconds_until

CELERY = (sys.executable, "-m", "celery", "--app", "config.celery:app")
WORKER = (*CELERY, "worker", "--pool", "solo")
BEAT = (*CELERY, "beat")


@pytest.mark.server
def test_a_worker_does_not_start_where_files_cannot_be_stored_and_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file where the folder belongs")
    environment = os.environ | {"SWEETSPOT_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
    ended = subprocess.run(
        WORKER, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=100
    )
    assert ended.returncode == 1
    assert "takes no jobs" in ended.stderr
    assert "Make var/media writable" in ended.stderr


@pytest.mark.server
def test_beat_starts_where_nothing_was_made_before(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    own = {"SWEETSPOT_VAR": str(tmp_path / "var"), "SWEETSPOT_READY_FILE": str(ready)}
    environment = os.environ | own | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    with subprocess.Popen(BEAT, cwd=settings.BASE_DIR, env=environment) as beat:
        seconds_until(ready.exists, 100)
        beat.kill()


def test_a_worker_does_not_start_where_other_bytes_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "gives_back", lambda _store: False)
    with pytest.raises(SystemExit, match="other bytes came back"):
        celery.prove_store()


def test_a_store_that_works_is_left_as_it_was() -> None:
    prove(default_storage)
    celery.prove_store()
    assert not any(default_storage.listdir("health")[1])


def test_what_the_store_said_is_passed_on(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UnusableStoreError, match="Error: "):
        prove(FileSystemStorage(tmp_path / "file"))
