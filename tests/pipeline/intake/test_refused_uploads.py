"""Uploads are answered at once, by what a zip file tells unopened; nothing of a refused one stays."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from http import HTTPStatus
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse

from pipeline.intake import archive_rules
from pipeline.intake.import_job import enqueue_reading, survey_of
from pipeline.models import Job, PhotoImport
from study.models import Study
from tests.pipeline.api.scripts import Script, staff
from tests.pipeline.intake.odd_zip import zipped_bytes
from tests.pipeline.studies import draw_photos, make_study, work_off

pytestmark = pytest.mark.django_db
CENTRAL, END = b"PK\x01\x02", b"PK\x05\x06"  # begin an entry of the directory, and what follows it


def zipped(entries: dict[str, bytes]) -> bytes:
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return stored.getvalue()


PHOTOS = {"dunk/a.jpg": b"a" * 40, "shoot/b.jpg": b"b" * 40}


def with_password() -> bytes:
    """Every file is marked as encrypted, where it begins and in the directory."""
    content = bytearray(zipped(PHOTOS))
    for place in range(len(content)):
        if content[place : place + 4] == b"PK\x03\x04":
            content[place + 6] |= 1
        if content[place : place + 4] == CENTRAL:
            content[place + 8] |= 1
    return bytes(content)


def with_a_link() -> bytes:
    link = zipfile.ZipInfo("dunk/link.jpg")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    return stored.getvalue()


def with_overlapping_files() -> bytes:
    """A directory that names one file a thousand times."""
    content = zipped({"dunk/a.jpg": b"a" * 5000})
    start, end = content.index(CENTRAL), content.index(END)
    entry, tail = content[start:end], bytearray(content[end:])
    struct.pack_into("<HHL", tail, 8, 1000, 1000, 1000 * len(entry))
    names = (entry.replace(b"dunk/a", b"%06d" % number) for number in range(1000))
    sized = (name[:20] + struct.pack("<L", 4000) + name[24:] for name in names)
    return content[:start] + b"".join(sized) + bytes(tail)


@pytest.fixture
def study() -> Study:
    return make_study()


def files_stored() -> set[str]:
    if not default_storage.exists("uploads"):
        return set()
    return set(default_storage.listdir("uploads")[1])


def refusal(client: Client, study: Study, content: bytes) -> str:
    """Upload a file that is refused, and nothing of it stays; return what the page says."""
    before = files_stored()
    sent = {"archive": SimpleUploadedFile("my photos.zip", content, "application/zip")}
    answer = client.post(reverse("pipeline:import", args=[study.code]), sent)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    page = str(answer.content.decode())
    assert files_stored() == before
    assert not PhotoImport.objects.exists()
    assert not Job.objects.exists()
    for place in (settings.SWEETSPOT_VAR, settings.MEDIA_ROOT, "/tmp", "uploads/"):
        assert str(place) not in page
    return page


def test_a_file_that_is_no_zip_is_told_how_to_become_one(admin_client: Client, study: Study) -> None:
    page = refusal(admin_client, study, b"Rar!\x1a\x07 photos")
    assert "no zip file that can be read whole" in page
    assert "unpack other archives (RAR, 7z, tar) first" in page


def test_a_zip_whose_end_is_missing_is_refused(admin_client: Client, study: Study) -> None:
    assert "its end may be missing" in refusal(admin_client, study, zipped(PHOTOS)[:-30])


@pytest.mark.thorough
def test_an_empty_file_is_refused(admin_client: Client, study: Study) -> None:
    assert "empty" in refusal(admin_client, study, b"")


def test_a_zip_that_is_too_large_is_told_where_it_can_be_imported(
    admin_client: Client, study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_rules, "MAXIMUM_UPLOAD", 100)
    assert "manage.py import_photos" in refusal(admin_client, study, zipped(PHOTOS))


def test_a_zip_with_a_password_is_asked_for_without_one(admin_client: Client, study: Study) -> None:
    assert "Zip the folder again without one" in refusal(admin_client, study, with_password())


@pytest.mark.sampled
@pytest.mark.parametrize("name", ["../evil.jpg", "/etc/evil.jpg", "a/../../evil.jpg", "C:/evil.jpg"])
def test_a_zip_that_names_places_outside_itself_is_refused(
    name: str, admin_client: Client, study: Study
) -> None:
    assert "names a place outside itself" in refusal(admin_client, study, zipped(PHOTOS | {name: b"x"}))


def test_a_zip_that_holds_a_symbolic_link_is_refused(admin_client: Client, study: Study) -> None:
    assert "Put the photo itself in its place" in refusal(admin_client, study, with_a_link())


def test_a_zip_of_too_many_files_is_refused(
    admin_client: Client, study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_rules, "MAXIMUM_FILES", 1)
    assert "holds 2 files; at most 1. Take fewer photos" in refusal(admin_client, study, zipped(PHOTOS))


def test_a_zip_whose_list_of_files_would_fill_the_memory_is_refused_before_it_is_read(
    admin_client: Client, study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_rules, "MAXIMUM_DIRECTORY", 60)
    assert "list of files alone" in refusal(admin_client, study, zipped(PHOTOS))


def test_a_zip_whose_files_overlap_is_refused(admin_client: Client, study: Study) -> None:
    assert "overlap" in refusal(admin_client, study, with_overlapping_files())


def test_a_refused_upload_leaves_the_one_that_waits_for_a_look(
    admin_client: Client, study: Study, tmp_path: Path
) -> None:
    enqueue_reading(study, ContentFile(zipped(PHOTOS), "photos.zip"))
    waiting = PhotoImport.objects.get()
    script = Script(staff(study))
    answer = script.send("POST", f"studies/{study.code}/photos/", b"no zip")
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert PhotoImport.objects.get() == waiting
    assert default_storage.exists(waiting.upload)


def test_the_api_and_the_shell_refuse_what_the_page_refuses(study: Study, tmp_path: Path) -> None:
    script, before = Script(staff(study)), files_stored()
    for content in (b"no zip", zipped({"../evil.jpg": b"x"}), with_password(), with_a_link()):
        answer = script.send("POST", f"studies/{study.code}/photos/", content)
        assert answer.status_code == HTTPStatus.BAD_REQUEST, answer.content
        path = tmp_path / "photos.zip"
        path.write_bytes(content)
        with pytest.raises(CommandError) as by_upload:
            call_command("study", "import", study.code, path)
        with pytest.raises(CommandError) as directly:
            call_command("import_photos", study.code, str(path))
        assert answer.json()["error"] == str(by_upload.value) == str(directly.value)
    assert files_stored() == before


def test_a_script_is_refused_by_the_length_it_announces_before_it_sends(study: Study) -> None:
    script = Script(staff(study))
    answer = script.send("POST", f"studies/{study.code}/photos/", b"x", CONTENT_LENGTH=5 * 1024**3)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "Over 4 GiB" in answer.json()["error"]


@pytest.mark.thorough
def test_one_very_compressible_file_is_left_out_and_all_other_photos_come_in(
    study: Study, tmp_path: Path
) -> None:
    folder = draw_photos(tmp_path / "photos")
    photos = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.png")}
    content = zipped(photos | {"disc/bomb.jpg": bytes(5_000_000)})
    enqueue_reading(study, ContentFile(content, "photos.zip"))
    work_off(study)
    survey = survey_of(PhotoImport.objects.get())
    assert len(survey.photos) == len(photos)
    assert [name for name, _ in survey.refused] == ["disc/bomb.jpg"]
    assert "over 100 times its size" in survey.refused[0][1]


def test_a_table_that_cannot_be_read_refuses_the_upload_as_groups_would_be_others(study: Study) -> None:
    before = files_stored()
    table = b"photo,source\n" + b"dunk/a.jpg,a\n" * 50_000
    enqueue_reading(study, ContentFile(zipped(PHOTOS | {"sources.csv": table}), "photos.zip"))
    work_off(study)
    assert study.jobs.get().error.startswith("ClassFoldersError: sources.csv: unpacks to over 100 times")
    assert not PhotoImport.objects.exists()
    assert files_stored() == before


@pytest.mark.thorough
def test_names_that_lead_out_of_the_zip_in_the_encoding_that_was_chosen_refuse_it_and_it_goes(
    study: Study, admin_client: Client, tmp_path: Path
) -> None:
    before = files_stored()
    names = [name.encode("cp932") for name in ("走る/001.jpg", "../泳ぐ002.jpg")]
    with zipped_bytes(tmp_path, names).open("rb") as file:
        enqueue_reading(study, ContentFile(file.read(), "photos.zip"))
    work_off(study)
    admin_client.post(reverse("pipeline:import-encoding", args=[study.code]), {"encoding": "cp932"})
    work_off(study)
    job = study.jobs.latest("pk")
    assert (job.state, "outside itself" in job.error) == (Job.State.FAILED, True)
    assert str(settings.SWEETSPOT_VAR) not in job.error
    assert not PhotoImport.objects.exists()
    assert files_stored() == before


def test_a_refused_reading_that_is_tried_again_says_that_nothing_is_there(study: Study) -> None:
    enqueue_reading(study, ContentFile(zipped(PHOTOS), "photos.zip"))
    PhotoImport.objects.all().delete()
    work_off(study)
    assert "Upload the photos again" in study.jobs.get().error
