"""A full disk: what was acknowledged stays, what was not is sent again, and what is full is said."""

from __future__ import annotations

import errno
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

import psycopg
import pytest
import torch
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from attacker.training import checkpoints as states
from attacker.training.checkpoints import Checkpoints, RunState
from pipeline.actions.job_actions import retry_job
from pipeline.intake.import_job import enqueue_reading, survey_of
from pipeline.models import Job, PhotoImport
from pipeline.retention.full_disk import what_is_full
from study.models import Session, Trial
from tests.pipeline.api.scripts import Script, staff
from tests.pipeline.intake.test_refused_uploads import PHOTOS, zipped
from tests.pipeline.studies import draw_photos, make_study, work_off
from tests.study.addresses import address
from tests.study.factories import open_study_version
from tests.study.playing import answer, at_the_trials, body, open_block, trials_of

JSON = "application/json"


@contextmanager
def full_database() -> Iterator[None]:
    """SQLite may not make its file any larger, and what room it has is used up, as on a full disk."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE filler (content BLOB)")
        cursor.execute("VACUUM")  # pages have no room to spare
        (pages,) = cursor.execute("PRAGMA page_count").fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        for size in (4000, 400, 40, 4):
            _insert_until_full(size)
        try:
            yield
        finally:
            cursor.execute("PRAGMA max_page_count = 1000000000")
            cursor.execute("DROP TABLE filler")


def _insert_until_full(size: int) -> None:
    with connection.cursor() as cursor, suppress(OperationalError):
        while True:
            cursor.execute("INSERT INTO filler VALUES (zeroblob(%s))", [size])


class SmallStore(FileSystemStorage):
    """A store with room for so many bytes; of the file that is too much its beginning stays, as on a disk."""

    room = 0

    def _save(self, name: str, content: File[Any]) -> str:
        data = content.read()
        data = data if isinstance(data, bytes) else data.encode()
        name = super()._save(name, ContentFile(data[: SmallStore.room]))
        SmallStore.room -= len(data)
        if SmallStore.room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return name


@pytest.fixture
def small_store(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    store = {"BACKEND": f"{__name__}.{SmallStore.__name__}"}
    settings.STORAGES = settings.STORAGES | {"default": store}
    return tmp_path / "media"


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def posted(session: Session, delivery: bytes) -> HttpResponse:
    """What a browser gets for a delivery of answers."""
    browser = Client(raise_request_exception=False)
    reply: HttpResponse = browser.post(address("answers", session), delivery, content_type=JSON)
    return reply


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="a PostgreSQL server's disk is not ours to fill")
def test_answers_that_were_acknowledged_stay_and_others_are_taken_once_there_is_room() -> None:
    version, now = open_study_version(), timezone.now()
    sessions = [at_the_trials(version, now) for _ in range(8)]
    deliveries = [
        (session, body(answer(trial.token)))
        for session in sessions
        for trial in trials_of(open_block(session, now))
    ]
    stored, acknowledged = Trial.objects.answered().count(), 0
    with full_database():
        for session, delivery in deliveries:
            reply = posted(session, delivery)
            if reply.status_code != HTTPStatus.OK:
                break
            acknowledged += 1
        assert reply.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert reply["Retry-After"] == "30"
        assert Trial.objects.answered().count() == stored + acknowledged
    for session, delivery in deliveries:
        assert posted(session, delivery).status_code == HTTPStatus.OK
    assert Trial.objects.answered().count() == stored + len(deliveries)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="a PostgreSQL server's disk is not ours to fill")
def test_a_researcher_is_told_that_the_disk_of_the_database_is_full() -> None:
    script = Script(staff(make_study()))
    with full_database():
        script.client.raise_request_exception = False
        wanted = ({"name": f"Study {number}", "preset": "published"} for number in range(100))
        answers = (script.send("POST", "studies/", each) for each in wanted)
        refused = next(answer for answer in answers if answer.status_code != HTTPStatus.OK)
    assert refused.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert refused.json()["error"].startswith(
        "The disk of the database is full. Nothing that was stored is lost."
    )


@pytest.mark.django_db
def test_an_upload_without_room_says_what_is_full_and_leaves_nothing(
    small_store: Path, admin_client: Client
) -> None:
    SmallStore.room, study = 50, make_study()
    admin_client.raise_request_exception = False
    sent = {"archive": SimpleUploadedFile("photos.zip", zipped(PHOTOS))}
    answer = admin_client.post(reverse("pipeline:import", args=[study.code]), sent)
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "The disk of the files is full" in answer.content.decode()
    assert files_below(small_store) == []
    assert not PhotoImport.objects.exists()


@pytest.mark.thorough
@pytest.mark.django_db
def test_an_import_without_room_says_what_is_full_keeps_the_upload_and_succeeds_once_there_is_some(
    small_store: Path, tmp_path: Path
) -> None:
    photos = draw_photos(tmp_path / "photos")
    archive = Path(shutil.make_archive(str(tmp_path / "zipped"), "zip", photos))
    SmallStore.room, study = archive.stat().st_size + 20_000, make_study()
    with archive.open("rb") as file:
        job = enqueue_reading(study, File(file, "photos.zip"))
    work_off(study)
    job.refresh_from_db()
    assert (job.state, "The disk of the files is full" in job.error) == (Job.State.FAILED, True)
    assert [path.suffix for path in files_below(small_store)] == [".zip"]
    SmallStore.room = 10**9
    retry_job(study.owner, job)
    work_off(study)
    assert len(survey_of(PhotoImport.objects.get()).photos) == len(list(photos.rglob("*.png")))


def test_a_checkpoint_without_room_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states, "SAVED_EVERY", 0.0)
    checkpoints = Checkpoints(tmp_path, "a run")
    checkpoints.save(RunState("head", 1, current={"weights": torch.ones(100)}))
    with largest_file(2000), pytest.raises(OSError, match="too large"):
        checkpoints.save(RunState("head", 2, current={"weights": torch.zeros(10_000)}))
    again = Checkpoints(tmp_path, "a run").restore()
    assert again is not None
    assert (again.epoch, again.current["weights"].tolist()) == (1, [1.0] * 100)
    checkpoints.save(RunState("head", 2, current={"weights": torch.zeros(10_000)}))
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """The kernel writes no file beyond this size; Python hears of it as of a full disk, by an error."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_postgresql_server_without_room_is_recognised() -> None:
    assert what_is_full(psycopg.errors.DiskFull()) == "The disk of the database is full"
    assert what_is_full(psycopg.errors.DeadlockDetected()) == ""
