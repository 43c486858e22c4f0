"""What may go from the disk: shown first, then deleted by one command or button; everything else stays."""

from __future__ import annotations

import io
import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from pipeline.intake.import_job import enqueue_reading
from pipeline.models import AttackerRun, AttackSearch, Job, PhotoImport
from pipeline.retention import deletable_files, freeing
from pipeline.retention.choosing import Kind, Wish
from pipeline.retention.freeing import free, would_go
from pipeline.retention.site_sizes import places, study_sizes
from pipeline.shared_runs import stored_name
from study.models import Stimulus, Study
from tests.pipeline.answered import add_run, answered_version
from tests.pipeline.intake.test_refused_uploads import PHOTOS, zipped
from tests.pipeline.s3_server import KEYS, running_s3
from tests.pipeline.studies import make_study

pytestmark = pytest.mark.django_db
EVERYTHING = Wish(list(Kind), timedelta(0))
LONG_AGO = 40  # days


@pytest.fixture(autouse=True)
def var(tmp_path: Path, settings: Settings) -> Path:
    """A data directory that holds nothing yet."""
    settings.SWEETSPOT_VAR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path


@pytest.fixture
def run() -> AttackerRun:
    """A finished run of a closed study in which nothing is to be done."""
    study = answered_version(people=1).study
    Study.objects.filter(pk=study.pk).update(status=Study.Status.CLOSED)
    return add_run(study, 0, seed=7, skill=1.0)


def written(path: Path, size: int = 1000, days: float = LONG_AGO) -> Path:
    """A file that was written so many days ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(size))
    return aged(path, days)


def aged(path: Path, days: float) -> Path:
    moment = (timezone.now() - timedelta(days=days)).timestamp()
    os.utime(path, (moment, moment))
    return path


def folder_of(run: AttackerRun, var: Path) -> Path:
    return var / "runs" / run.study.code / f"run-{run.pk}"


def going(wish: Wish) -> set[str]:
    return {name for file in would_go(wish) for name in file.names}


def command(*words: str) -> str:
    out = io.StringIO()
    call_command("free_space", *words, stdout=out)
    return out.getvalue()


def test_cached_features_go_by_age(var: Path) -> None:
    old, new = written(var / "cache/features/a/1.npy"), written(var / "cache/features/b/2.npy", days=3)
    assert going(Wish()) == {"cache/features/a/1.npy"}
    free(Wish())
    assert (old.exists(), new.exists()) == (False, True)


def test_cached_features_go_by_size_the_oldest_first(var: Path) -> None:
    for days in (1, 2, 3, 4):
        written(var / f"cache/features/a/{days}.npy", days=days)
    oldest = {"cache/features/a/3.npy", "cache/features/a/4.npy"}
    assert going(Wish(older_than=timedelta(0), keep=2000)) == oldest


def test_what_a_worker_may_have_open_stays_for_a_day(var: Path) -> None:
    for days in (0.5, 2):
        written(var / f"cache/features/a/.{days}.npy.x1", days=days)
        written(var / f"cache/files/{days}.jpg", days=days)
    assert going(EVERYTHING) == {"cache/features/a/.2.npy.x1", "cache/files/2.jpg"}


def test_files_that_go_by_themselves_while_they_are_listed_do_no_harm(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(var / "cache/features/a/1.npy")
    gone = var / "cache/features/a/gone.npy"
    monkeypatch.setattr(deletable_files, "_files_below", lambda _: iter([gone]))
    assert going(EVERYTHING) == set()


@pytest.mark.thorough
@pytest.mark.parametrize("state", Job.State.values)
def test_a_state_of_training_goes_only_where_its_job_has_ended(
    state: str, run: AttackerRun, var: Path
) -> None:
    Job.objects.filter(pk=run.job_id).update(state=state)
    written(folder_of(run, var) / "state.json")
    written(folder_of(run, var) / "finetune-0003.safetensors")
    assert bool(going(EVERYTHING)) == (state not in Job.UNFINISHED)


def test_a_state_of_training_goes_whole_or_not_at_all(run: AttackerRun, var: Path) -> None:
    folder = folder_of(run, var)
    written(folder / "best-head-0001.safetensors")
    written(folder / "state.json", days=1)
    assert going(Wish()) == set()
    (state,) = would_go(Wish(older_than=timedelta(0)))
    first, second = (Path(name).name for name in state.names)
    assert (first, second) == ("state.json", "best-head-0001.safetensors")


def test_weights_go_only_where_that_is_said_and_records_stay(run: AttackerRun, var: Path) -> None:
    weights, record = (written(folder_of(run, var) / name) for name in ("model.safetensors", "model.json"))
    assert going(Wish()) == set()
    free(Wish([Kind.NETWORKS]))
    assert (weights.exists(), record.exists()) == (False, True)


@pytest.mark.thorough
@pytest.mark.parametrize("change", ["open", "job waits"])
def test_weights_of_a_study_that_goes_on_stay(change: str, run: AttackerRun, var: Path) -> None:
    written(folder_of(run, var) / "model.safetensors")
    if change == "open":
        Study.objects.filter(pk=run.study_id).update(status=Study.Status.OPEN)
    else:
        run.study.jobs.create(kind=Job.Kind.CROP, key="crop:l9", ring_after=timezone.now())
    assert going(EVERYTHING) == set()


def test_what_killed_programs_left_goes_once_it_is_a_day_old(var: Path) -> None:
    written(var / "runs/gone/run-999999/model.safetensors", days=2)
    written(var / "runs/gone/run-999998/model.safetensors", days=0.5)
    lost = default_storage.save("uploads/lost.zip", ContentFile(b"x" * 10))
    enqueue_reading(make_study(), ContentFile(zipped(PHOTOS), "photos.zip"))
    waiting = PhotoImport.objects.get().upload
    for name in (lost, waiting):
        aged(Path(default_storage.path(name)), days=2)
    assert going(EVERYTHING) == {"runs/gone/run-999999/model.safetensors", lost}
    free(EVERYTHING)
    assert (default_storage.exists(lost), default_storage.exists(waiting)) == (False, True)


@pytest.mark.parametrize(("state", "stays"), [("cancelled", True), ("queued", True), ("succeeded", False)])
def test_what_a_search_has_trained_stays_while_it_may_go_on(state: str, stays: bool, var: Path) -> None:
    study = make_study()
    moment = timezone.now()
    job = Job.objects.create(study=study, kind="search", key="search:l2", state=state, ring_after=moment)
    AttackSearch.objects.create(study=study, level=2, job=job, terms={}, recipes=16, cpu_seconds=60.0)
    network = f"runs/{study.code}/search-2/0f/level-2/all-photos/1a/model.safetensors"
    written(var / network, days=2)
    assert (network in going(EVERYTHING)) == (not stays)


@pytest.mark.thorough
def test_photos_crops_and_what_no_rule_names_stay(run: AttackerRun, var: Path) -> None:
    staying = [
        written(var / name) for name in ("media/items/1.png", "db.sqlite3", "secret_key", "log/web.log")
    ]
    crops = [path for path in (var / "media/stimuli").rglob("*") if path.is_file()]
    assert crops
    free(EVERYTHING)
    assert all(path.exists() for path in [*staying, *crops])


@pytest.mark.thorough
def test_a_training_that_was_begun_again_meanwhile_keeps_its_state(
    run: AttackerRun, var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = written(folder_of(run, var) / "state.json")
    listed = would_go(EVERYTHING)
    assert listed
    Job.objects.filter(pk=run.job_id).update(state=Job.State.QUEUED)
    monkeypatch.setattr(freeing, "would_go", lambda _: listed)
    assert free(EVERYTHING) == []
    assert state.exists()


def test_the_command_shows_before_it_deletes(var: Path) -> None:
    file = written(var / "cache/features/a/1.npy", size=3_000_000)
    shown = command("--files")
    assert "Cached features and copies: 1 files, 2.9 MB" in shown
    assert "cache/features/a/1.npy" in shown
    assert "features: 1 files, 2.9 MB" in shown
    assert "Nothing was deleted" in shown
    assert file.exists()
    assert "are deleted" in command("--delete")
    assert not file.exists()
    assert "Nothing is old or large enough" in command("--delete")


def test_the_command_takes_kinds_age_and_size(var: Path) -> None:
    for days in (1, 2):
        written(var / f"cache/features/a/{days}.npy", days=days, size=2_000_000)
    assert "Nothing is old" in command("--older-than", "5")
    assert "Nothing is old" in command("--kind", "networks", "--older-than", "0")
    assert "features: 1 files" in command("--keep", "0.003")


def test_sizes_of_the_site_and_of_each_study_count_what_is_there(run: AttackerRun, var: Path) -> None:
    written(folder_of(run, var) / "model.safetensors", size=5000)
    stored = [path for path in (var / "media").rglob("*") if path.is_file()]
    (size,) = study_sizes(Study.objects.all())
    assert size.bytes == 5000 + sum(path.stat().st_size for path in stored)
    by_name = {place.name: (place.files, place.bytes) for place in places()}
    assert by_name["Networks and their records"] == (1, 5000)
    assert sum(files for files, _ in by_name.values()) == 1 + len(stored)


def test_files_in_s3_count_for_their_study_and_for_the_site(
    run: AttackerRun, settings: Settings, var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_s3() as environment:
        for name in KEYS:
            monkeypatch.setenv(name, environment[name])
        bucket = {"BACKEND": environment["MEDIA_BACKEND"]}
        options = json.loads(environment["MEDIA_OPTIONS"]) | {"location": "lab"}
        settings.STORAGES = {**settings.STORAGES, "default": bucket | {"OPTIONS": options}}
        assert [place.name for place in places() if "elsewhere" in place.name] == []
        crop = Stimulus.objects.filter(item__study=run.study).first()
        default_storage.save(crop.image.name, ContentFile(bytes(7000)))
        default_storage.save(stored_name(run, "model.safetensors", "ab12"), ContentFile(bytes(300)))
        (size,) = study_sizes(Study.objects.all())
        assert size.bytes == 7300
        (elsewhere,) = [place for place in places() if "elsewhere" in place.name]
        assert (elsewhere.files, elsewhere.bytes) == (2, 7300)


class TestPage:
    def test_an_administrator_sees_what_would_go_and_deletes_just_that(
        self, admin_client: Client, var: Path
    ) -> None:
        old, new = written(var / "cache/features/a/1.npy"), written(var / "cache/features/a/2.npy", days=3)
        page = reverse("pipeline:space")
        assert "Delete these 1000\xa0bytes" in admin_client.get(page).content.decode()
        choice = {"kinds": ["features"], "older_than": "1", "keep": "0.0000015"}
        assert "Delete these 1000\xa0bytes" in admin_client.get(page, choice).content.decode()
        assert old.exists()
        assert "1 files" in admin_client.post(page, choice, follow=True).content.decode()
        assert (old.exists(), new.exists()) == (False, True)

    def test_nobody_else_sees_it(self, run: AttackerRun, client: Client) -> None:
        run.study.owner.is_staff = True
        run.study.owner.save()
        client.force_login(run.study.owner)
        assert client.get(reverse("pipeline:space")).status_code == 403
        assert "/space/" not in client.get(reverse("pipeline:studies")).content.decode()

    def test_a_form_that_makes_no_sense_deletes_nothing(self, admin_client: Client, var: Path) -> None:
        file = written(var / "cache/features/a/1.npy")
        answer = admin_client.post(reverse("pipeline:space"), {"kinds": ["everything"], "older_than": "-1"})
        assert answer.status_code == 200
        assert file.exists()
