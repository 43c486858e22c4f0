"""An upload on its way into a study: read, looked at, imported or thrown away; nothing of it stays behind."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse

from pipeline.intake.import_job import discard_import, enqueue_import, enqueue_reading, survey_of
from pipeline.intake.photo_survey import Choices
from pipeline.models import Job, PhotoImport
from study.models import Study
from tests.pipeline.intake.odd_zip import zipped_bytes
from tests.pipeline.studies import draw_photos, make_study, work_off
from tests.remembered import remembered

pytestmark = pytest.mark.django_db
Capture = Callable[..., AbstractContextManager[list[object]]]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return zipped_photos(tmp_path)


def zipped_photos(place: Path) -> Path:
    folder = draw_photos(place / "photos")
    (folder / "disc" / "broken.png").write_bytes(b"no photo")
    return Path(shutil.make_archive(str(place / "zipped"), "zip", folder))


def upload(study: Study, archive: Path) -> Job:
    with archive.open("rb") as stream:
        return enqueue_reading(study, File(stream, "photos.zip"))


def files_stored() -> set[str]:
    places = ("items", "masks", "uploads")
    there = [place for place in places if default_storage.exists(place)]
    return {f"{place}/{name}" for place in there for name in default_storage.listdir(place)[1]}


@pytest.fixture
@remembered
def read() -> PhotoImport:
    """An upload that was read into a study without photos."""
    study = make_study()
    with TemporaryDirectory() as place:
        upload(study, zipped_photos(Path(place)))
    work_off(study)
    return PhotoImport.objects.get(study=study)


def test_reading_imports_nothing(read: PhotoImport) -> None:
    assert not read.study.items.exists()
    assert not read.study.categories.exists()
    assert len(survey_of(read).photos) == 48


@pytest.mark.thorough
def test_after_the_preview_the_photos_are_imported_and_the_upload_is_gone(
    read: PhotoImport, django_capture_on_commit_callbacks: Capture
) -> None:
    job = enqueue_import(read, Choices.first(survey_of(read)))
    with django_capture_on_commit_callbacks(execute=True):
        work_off(read.study)
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.SUCCEEDED, "")
    assert read.study.items.count() == 48
    assert job.report["refused"][0][0] == "disc/broken.png"
    assert not PhotoImport.objects.exists()
    assert not default_storage.exists(read.upload)
    assert all(default_storage.exists(item.photo.name) for item in read.study.items.all())


@pytest.mark.thorough
def test_what_is_thrown_away_leaves_no_file(archive: Path) -> None:
    before, study = files_stored(), make_study()
    upload(study, archive)
    work_off(study)
    assert len(files_stored()) == len(before) + 49
    assert discard_import(study)
    assert files_stored() == before


@pytest.mark.thorough
def test_a_newer_upload_takes_the_place_of_one_that_waits(read: PhotoImport, archive: Path) -> None:
    before = files_stored()
    upload(read.study, archive)
    assert len(files_stored()) == len(before) - 48
    assert PhotoImport.objects.get().upload != read.upload


@pytest.mark.thorough
def test_an_upload_that_is_thrown_away_while_it_is_read_leaves_nothing(
    archive: Path, django_capture_on_commit_callbacks: Capture
) -> None:
    before, study = files_stored(), make_study()
    upload(study, archive)
    PhotoImport.objects.all().delete()
    work_off(study)
    assert study.jobs.get().state == Job.State.FAILED
    assert {name for name in files_stored() - before if not name.startswith("uploads/")} == set()


def test_photos_that_came_in_since_the_reading_are_not_split_apart(read: PhotoImport) -> None:
    call_command("import_photos", read.study.code, str(draw_again(read)))
    job = enqueue_import(read, Choices.first(survey_of(read)))
    work_off(read.study)
    job.refresh_from_db()
    assert "have changed since these were read" in job.error
    assert PhotoImport.objects.waiting().exists(), "it can be thrown away, or read again"


def draw_again(read: PhotoImport) -> Path:
    folder = Path(default_storage.path("elsewhere"))
    return draw_photos(folder / f"{read.pk}", seed=5)


class TestPage:
    def test_classes_are_renamed_ordered_and_left_out_before_anything_is_imported(
        self, read: PhotoImport, admin_client: Client
    ) -> None:
        page = reverse("pipeline:import", args=[read.study.code])
        shown = admin_client.get(page).content.decode()
        assert "48 photos of 2 classes" in shown
        assert "disc/broken.png" in shown
        form = {
            "layout": "folders",
            "shown_layout": "folders",
            "use-0": "on",
            "name-0": "Balken",
            "place-0": "2",
        }
        admin_client.post(page, form | {"name-1": "Scheibe", "place-1": "1", "do": "import"})
        assert PhotoImport.objects.get().choices is None, "one class is no choice"
        again = admin_client.post(
            page, form | {"use-1": "on", "name-1": "Scheibe", "place-1": "1", "do": "preview"}
        )
        assert not read.study.jobs.filter(kind=Job.Kind.IMPORT).exists()
        assert again.content.decode().index("Scheibe") < again.content.decode().index("Balken")
        admin_client.post(page, form | {"use-1": "on", "name-1": "Scheibe", "place-1": "1", "do": "import"})
        work_off(read.study)
        names = list(read.study.categories.order_by("position").values_list("name", flat=True))
        assert names == ["Scheibe", "Balken"]

    def test_another_layout_is_shown_before_it_is_taken(
        self, read: PhotoImport, admin_client: Client
    ) -> None:
        page = reverse("pipeline:import", args=[read.study.code])
        shown = admin_client.post(page, {"layout": "names", "shown_layout": "folders", "do": "import"})
        assert "fewer than two classes" in shown.content.decode()
        assert PhotoImport.objects.get().choices is None

    def test_names_in_an_unknown_encoding_are_asked_about(self, tmp_path: Path, admin_client: Client) -> None:
        study = make_study()
        names = [name.encode("cp932") for name in ("走る/001.jpg", "泳ぐ/002.jpg")]
        upload(study, zipped_bytes(tmp_path, names))
        work_off(study)
        page = admin_client.get(reverse("pipeline:import", args=[study.code])).content.decode()
        assert "泳ぐ, 走る" in page
        admin_client.post(reverse("pipeline:import-encoding", args=[study.code]), {"encoding": "cp932"})
        work_off(study)
        assert [name for name, _ in survey_of(PhotoImport.objects.get()).refused] == [
            "泳ぐ/002.jpg",
            "走る/001.jpg",
        ]

    def test_it_is_discarded_from_there(self, read: PhotoImport, admin_client: Client) -> None:
        admin_client.post(reverse("pipeline:import-discard", args=[read.study.code]))
        assert not PhotoImport.objects.exists()


class TestCommand:
    def test_a_preview_imports_nothing_and_leaves_no_file(
        self, archive: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        study, before = make_study(), files_stored()
        call_command("import_photos", study.code, str(archive), "--preview")
        output = capsys.readouterr().out
        assert "disc: 24 photos would come in" in output
        assert "left out disc/broken.png: not a photo" in output
        assert (study.items.count(), files_stored()) == (0, before)

    def test_classes_are_chosen_named_and_ordered(self, archive: Path) -> None:
        study = make_study()
        call_command("import_photos", study.code, str(archive), "--class", "disc=Scheibe", "--class", "bar")
        assert list(study.categories.values_list("name", flat=True)) == ["Scheibe", "bar"]

    def test_a_class_that_no_file_names_is_refused_with_those_there_are(self, archive: Path) -> None:
        with pytest.raises(CommandError, match="no file is in the class 'ring'; the classes are bar, disc"):
            call_command("import_photos", make_study().code, str(archive), "--class", "ring")
