"""The page of a study's storage: sizes, the bundle and its way back, deletion by its name."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from pipeline.bundle.bundle_tables import LEFT_BEHIND, TABLES
from pipeline.bundle.import_bundle import import_steps
from pipeline.bundle.opened_bundle import unchecked
from pipeline.bundle.sizes_on_disk import sizes_of
from pipeline.bundle.stored_files import crops_of, photos_of, runs_folder
from pipeline.desk.report_page import verdict_bytes
from pipeline.models import Analysis, Job
from study.freezing.freeze import close_study
from study.models import Study
from tests.pipeline.bundle.bundled import analysed, analysed_study
from tests.study.factories import draft_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def analysis() -> Analysis:
    return analysed_study(people=2)


@pytest.fixture
def study(analysis: Analysis) -> Study:
    """A closed study with a network's weights."""
    close_study(analysis.study)
    weights = runs_folder(analysis.study) / "run-1" / "model.safetensors"
    weights.parent.mkdir(parents=True)
    weights.write_bytes(b"w" * 5000)
    return analysis.study


@pytest.fixture
def owner(study: Study, client: Client) -> Client:
    user = study.owner
    user.is_staff = True
    user.save()
    user.user_permissions.add(*_adding())
    client.force_login(user)
    return client


def _adding() -> list[Permission]:
    return list(Permission.objects.filter(codename__in=["add_study", "view_study"]))


def downloaded(owner: Client, study: Study) -> bytes:
    response = owner.get(reverse("pipeline:bundle", args=[study.code]))
    assert response["Content-Type"] == "application/zip"
    return b"".join(response.streaming_content)


def delete(owner: Client, study: Study, name: str) -> str:
    response = owner.post(reverse("pipeline:delete-study", args=[study.code]), {"name": name}, follow=True)
    return response.content.decode()


def test_sizes_count_every_file_of_the_study_and_no_other(study: Study) -> None:
    draft_study(name="Another")
    sizes = {size.name: (size.files, size.bytes) for size in sizes_of(study)}
    crops = list(crops_of(study))
    assert sizes["Crops"] == (len(crops), sum(map(default_storage.size, crops)))
    assert sizes["Networks and their records"] == (1, 5000)


def test_the_page_shows_sizes_and_offers_deletion_to_the_owner(owner: Client, study: Study) -> None:
    page = owner.get(reverse("pipeline:storage", args=[study.code])).content.decode()
    assert "Networks and their records" in page
    assert "4.9\xa0KB" in page
    assert reverse("pipeline:delete-study", args=[study.code]) in page


@pytest.mark.thorough
def test_a_study_goes_and_comes_back_with_the_same_verdict(
    owner: Client, study: Study, analysis: Analysis
) -> None:
    before, content = verdict_bytes(analysis), downloaded(owner, study)
    draft_study(name="Another")  # whose rows take the next numbers
    delete(owner, study, study.name)
    assert not Study.objects.filter(code=study.code).exists()
    upload = SimpleUploadedFile("bundle.zip", content, "application/zip")
    response = owner.post(reverse("pipeline:bundle-import"), {"bundle": upload}, follow=True)
    assert response.redirect_chain[-1][0] == reverse("pipeline:desk", args=[study.code])
    again = analysed(Study.objects.get(code=study.code))
    assert verdict_bytes(again) == before
    assert again.table_sha256 == analysis.table_sha256


def lines(owner: Client, content: bytes) -> list[dict[str, Any]]:
    """What the page's script reads of an import."""
    upload = SimpleUploadedFile("bundle.zip", content, "application/zip")
    address, as_lines = reverse("pipeline:bundle-import"), {"Accept": "application/x-ndjson"}
    response = owner.post(address, {"bundle": upload}, headers=as_lines)
    return [json.loads(line) for line in b"".join(response.streaming_content).splitlines()]


def test_an_import_tells_how_far_it_is_while_it_is_checked_and_stored(owner: Client, study: Study) -> None:
    content = downloaded(owner, study)
    delete(owner, study, study.name)
    *steps, last = lines(owner, content)
    assert last == {"desk": reverse("pipeline:desk", args=[study.code])}
    assert Study.objects.filter(code=study.code).exists()
    for says in ("Every byte is being checked", "The study is being stored"):
        shares = [step["share"] for step in steps if step["says"] == says]
        assert len(shares) > 10
        assert shares == sorted(shares)
        assert shares[-1] == 1.0


def test_an_import_that_is_refused_on_the_way_says_why_and_stores_nothing(
    owner: Client, study: Study
) -> None:
    content = downloaded(owner, study)
    delete(owner, study, study.name)
    assert "not downloaded whole" in lines(owner, content[: len(content) // 2])[-1]["refusal"]
    assert not Study.objects.filter(code=study.code).exists()


@pytest.mark.thorough
def test_whoever_leaves_while_rows_are_stored_leaves_nothing(owner: Client, study: Study) -> None:
    content = downloaded(owner, study)
    delete(owner, study, study.name)
    with unchecked(io.BytesIO(content)) as bundle:
        steps = import_steps(bundle, study.owner)
        while next(steps) < 0.9:
            pass
        assert Study.objects.filter(code=study.code).exists()
        steps.close()
    assert not Study.objects.filter(code=study.code).exists()


def test_a_bundle_that_is_refused_says_why_beside_the_file(owner: Client) -> None:
    upload = SimpleUploadedFile("photos.zip", b"no zip at all", "application/zip")
    page = owner.post(reverse("pipeline:bundle-import"), {"bundle": upload}).content.decode()
    assert "not downloaded whole" in page


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_a_deleted_study_leaves_neither_rows_nor_files_and_the_log_says_who(
    owner: Client, study: Study
) -> None:
    files = [*photos_of(study), *crops_of(study)]
    tables = [(table.model, table.to_study) for table in TABLES]
    assert "is deleted with" in delete(owner, study, study.name)
    assert [model for model, way in tables if model._base_manager.filter(**{way: study.pk}).exists()] == []
    assert [model for model in LEFT_BEHIND if model._base_manager.exists()] == []
    assert [name for name in files if default_storage.exists(name)] == []
    assert not runs_folder(study).exists()
    assert not Path(settings.SWEETSPOT_VAR, "posters", f"{study.code}.png").exists()
    entry = LogEntry.objects.latest("pk")
    assert (entry.user, study.code in entry.change_message) == (study.owner, True)


@pytest.mark.parametrize(
    ("prepare", "name", "advice"),
    [
        (lambda study: None, "Spor", "Type the study"),
        (lambda study: Study.objects.filter(pk=study.pk).update(status="open"), "Sport", "close it first"),
        (lambda study: study.jobs.update(state=Job.State.RUNNING), "Sport", "stop it first"),
    ],
)
def test_a_study_is_kept_that_is_not_named_or_still_in_use(
    prepare: Callable[[Study], object], name: str, advice: str, owner: Client, study: Study
) -> None:
    prepare(study)
    assert advice in delete(owner, study, name)
    assert Study.objects.filter(pk=study.pk).exists()


@pytest.mark.thorough
def test_other_studies_keep_everything(owner: Client, study: Study) -> None:
    other = draft_study(name="Another")
    files = list(crops_of(other))
    delete(owner, study, study.name)
    assert Study.objects.filter(pk=other.pk).exists()
    assert all(map(default_storage.exists, files))
