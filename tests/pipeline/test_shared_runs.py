"""Runs of workers that share no disk: files go through the store, under their content's hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.test import TestCase
from django.utils import timezone
from pytest_django import Settings

from pipeline.actions.study_deletion import delete_study
from pipeline.datasets import run_directory
from pipeline.models import AttackerRun, Job
from pipeline.shared_runs import LostFileError, fetched_run, files_of, share_run, stored_name
from study.models import Study
from tests.pipeline.remote_store import REMOTE
from tests.pipeline.studies import make_study

pytestmark = pytest.mark.django_db
Machine = Callable[[str], None]


@pytest.fixture
def on_machine(settings: Settings, tmp_path: Path) -> Machine:
    """Go on at another machine, whose disk is its own; the store of files is everybody's."""
    settings.STORAGES = {**settings.STORAGES, "default": REMOTE}

    def go(name: str) -> None:
        settings.SWEETSPOT_VAR = tmp_path / name

    go("first")
    return go


@pytest.fixture
def run() -> AttackerRun:
    study = make_study()
    job = Job.objects.create(study=study, kind=Job.Kind.TRAIN, key="train", ring_after=timezone.now())
    return AttackerRun.objects.create(study=study, job=job, architecture="a", seed=0, trained_through=0)


def own(run: AttackerRun) -> QuerySet[AttackerRun]:
    return AttackerRun.objects.filter(pk=run.pk)


def as_others_see(run: AttackerRun) -> AttackerRun:
    return AttackerRun.objects.select_related("study").get(pk=run.pk)


def write(run: AttackerRun, **contents: bytes) -> None:
    """Let the folder of a run hold these files, and no others."""
    folder = run_directory(run)
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for stem, content in contents.items():
        (folder / f"{stem}.bin").write_bytes(content)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in folder.iterdir()}


def in_store(run: AttackerRun) -> set[str]:
    return set(default_storage.listdir(f"runs/{run.study.code}/run-{run.pk}")[1])


def test_a_run_goes_on_at_another_machine_with_the_files_of_its_last_epoch(
    on_machine: Machine, run: AttackerRun
) -> None:
    write(run, state=b"epoch 1", best=b"weights")
    share_run(run, own(run))
    on_machine("second")
    assert not run_directory(run).exists()
    assert contents(fetched_run(as_others_see(run))) == {"state": b"epoch 1", "best": b"weights"}


def test_files_are_stored_under_the_hash_of_their_content_and_old_ones_go(
    on_machine: Machine, run: AttackerRun
) -> None:
    write(run, state=b"epoch 1", best=b"weights")
    share_run(run, own(run))
    write(run, state=b"epoch 2", best=b"weights")
    share_run(run, own(run))
    assert in_store(run) == {f"{hashlib.sha256(each).hexdigest()}.bin" for each in (b"epoch 2", b"weights")}


def test_a_machine_that_was_left_behind_gets_what_is_newer(on_machine: Machine, run: AttackerRun) -> None:
    write(run, state=b"epoch 1")
    share_run(run, own(run))
    on_machine("second")
    fetched_run(as_others_see(run))
    write(run, state=b"epoch 2")
    share_run(run, own(run))
    on_machine("first")
    assert contents(fetched_run(as_others_see(run))) == {"state": b"epoch 2"}


def test_what_is_here_already_is_not_fetched_again(on_machine: Machine, run: AttackerRun) -> None:
    write(run, best=b"weights")
    share_run(run, own(run))
    for name in in_store(run):
        default_storage.delete(f"runs/{run.study.code}/run-{run.pk}/{name}")
    assert contents(fetched_run(as_others_see(run))) == {"best": b"weights"}


def test_only_records_are_fetched_where_nobody_needs_the_weights(
    on_machine: Machine, run: AttackerRun
) -> None:
    write(run, best=b"weights")
    (run_directory(run) / "model.json").write_bytes(b"{}")
    share_run(run, own(run))
    on_machine("second")
    assert contents(fetched_run(as_others_see(run), ".json")) == {"model": b"{}"}


def test_who_has_lost_a_run_to_another_worker_changes_nothing_of_it(
    on_machine: Machine, run: AttackerRun
) -> None:
    write(run, state=b"epoch 7")
    share_run(run, own(run))
    on_machine("second")
    write(run, state=b"epoch 3")
    share_run(as_others_see(run), AttackerRun.objects.none())
    on_machine("third")
    assert contents(fetched_run(as_others_see(run))) == {"state": b"epoch 7"}


@pytest.mark.parametrize("content", [None, b"other bytes"])
def test_a_file_that_is_lost_or_damaged_is_named_and_not_used(
    content: bytes | None, on_machine: Machine, run: AttackerRun
) -> None:
    write(run, best=b"weights")
    share_run(run, own(run))
    (name, sha256), *_ = files_of(run).items()
    default_storage.delete(stored_name(run, name, sha256))
    if content is not None:
        default_storage.save(stored_name(run, name, sha256), ContentFile(content))
    on_machine("second")
    with pytest.raises(LostFileError, match=f"{sha256}.*train the run again"):
        fetched_run(as_others_see(run))
    assert not run_directory(run).exists() or contents(run_directory(run)) == {}


def test_machines_that_share_a_disk_copy_nothing(
    run: AttackerRun, settings: Settings, tmp_path: Path
) -> None:
    settings.SWEETSPOT_VAR = tmp_path
    write(run, best=b"weights")
    share_run(run, own(run))
    assert (files_of(as_others_see(run)), fetched_run(run)) == ({}, run_directory(run))


def test_a_study_is_deleted_with_its_networks_in_the_store(on_machine: Machine, run: AttackerRun) -> None:
    write(run, best=b"weights")
    share_run(run, own(run))
    study = Study.objects.get(pk=run.study_id)
    (name,) = in_store(run)
    place = f"runs/{study.code}/run-{run.pk}/{name}"
    assert default_storage.exists(place)
    with TestCase.captureOnCommitCallbacks(execute=True):
        delete_study(study.owner, study, study.name)
    assert not default_storage.exists(place)
