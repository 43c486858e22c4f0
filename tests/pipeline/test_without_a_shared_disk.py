"""Workers on machines that share no disk: a training begun on one ends on another, and a third uses it."""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from pytest_django import Settings

from attacker import load
from attacker.training import checkpoints
from attacker.training.record_file import WEIGHTS
from pipeline.attacks import train_run
from pipeline.attacks.enqueue import queue_attack
from pipeline.models import AttackerRun, Job
from pipeline.models.job_params import CropParams
from pipeline.queue import orderly_stop
from pipeline.queue.job_requests import enqueue
from pipeline.shared_runs import LostFileError, fetched_run, files_of, share_run
from pipeline.storage import gives_back
from pipeline.worker.execute import perform
from tests.pipeline.remote_store import REMOTE
from tests.pipeline.s3_server import running_s3
from tests.pipeline.studies import draw_photos, import_folder, make_study, work_off

pytestmark = pytest.mark.django_db


def as_stored(run: AttackerRun) -> AttackerRun:
    return AttackerRun.objects.select_related("study", "job").get(pk=run.pk)


@pytest.mark.thorough
def test_a_training_goes_on_and_is_used_where_it_did_not_begin(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": REMOTE}
    settings.SWEETSPOT_VAR = tmp_path / "first"
    monkeypatch.setattr(checkpoints, "SAVED_EVERY", 0.0)  # after every epoch, as where one takes long
    study = make_study(sides=(1.0, 0.6), seeds=1)
    import_folder(study, draw_photos(tmp_path / "photos"))
    enqueue(study, Job.Kind.CROP, "crop:l0", CropParams(0))
    work_off(study)
    run = queue_attack(study, study.architectures[0], seed=0, trained_through=0)

    epochs: list[str] = []

    def share_and_be_stopped_at_first(*shared: Any) -> None:
        share_run(*shared)
        epochs.append(str(settings.SWEETSPOT_VAR.name))
        if len(epochs) == 1:
            orderly_stop.ask_to_stop()

    monkeypatch.setattr(train_run, "share_run", share_and_be_stopped_at_first)
    monkeypatch.setattr(orderly_stop, "_asked", mmap.mmap(-1, 1))
    perform(run.job_id)
    assert (as_stored(run).job.state, as_stored(run).job.attempts) == (Job.State.QUEUED, 0)
    assert "state.json" in files_of(as_stored(run))

    monkeypatch.setattr(orderly_stop, "_asked", mmap.mmap(-1, 1))
    settings.SWEETSPOT_VAR = tmp_path / "second"
    perform(run.job_id)
    done = as_stored(run)
    assert done.job.state == Job.State.SUCCEEDED, done.job.error
    assert set(epochs[1:]) == {"second"}
    assert len(done.epochs) == len(epochs) - 1  # none was run twice; the finished run is shared as well

    settings.SWEETSPOT_VAR = tmp_path / "third"
    assert files_of(done)[WEIGHTS] == done.checkpoint_sha256
    assert load(fetched_run(done)).record.best.validation_accuracy == done.validation_accuracy


@pytest.fixture
def bucket(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A bucket of a server that speaks S3, as the environment of a worker would name it."""
    with running_s3() as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        options = json.loads(environment["MEDIA_OPTIONS"])
        s3 = {"BACKEND": environment["MEDIA_BACKEND"], "OPTIONS": options}
        settings.STORAGES = {**settings.STORAGES, "default": s3}
        yield


def test_a_run_is_shared_through_s3(bucket: None, settings: Settings, tmp_path: Path) -> None:
    settings.SWEETSPOT_VAR = tmp_path / "first"
    study = make_study()
    run = queue_attack(study, "a", seed=0, trained_through=0)
    folder = fetched_run(run)
    folder.mkdir(parents=True)
    (folder / "model.json").write_text("{}")
    share_run(run, AttackerRun.objects.filter(pk=run.pk))
    settings.SWEETSPOT_VAR = tmp_path / "second"
    assert (fetched_run(as_stored(run)) / "model.json").read_text() == "{}"
    AttackerRun.objects.filter(pk=run.pk).update(files={"model.json": "0" * 64})
    with pytest.raises(LostFileError, match="is not in the store"):
        fetched_run(as_stored(run))


@pytest.mark.thorough
def test_a_bucket_gives_back_what_it_gets(bucket: None) -> None:
    assert gives_back(default_storage)
    name = default_storage.save("photos/1.png", ContentFile(b"photo"))
    with default_storage.open(name) as stored:
        assert stored.read() == b"photo"
