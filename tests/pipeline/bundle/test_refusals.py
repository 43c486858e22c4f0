"""An import is all or nothing: what cannot be imported is refused with advice, and leaves nothing behind."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import msgspec
import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Model

from pipeline.actions.study_deletion import delete_study
from pipeline.bundle.bundle_manifest import MANIFEST, BundledFile, BundleError, BundleManifest
from pipeline.bundle.bundle_stream import bundle_stream
from pipeline.bundle.bundle_tables import LEFT_BEHIND, TABLES, BundledTable
from pipeline.bundle.import_bundle import import_bundle
from pipeline.bundle.opened_bundle import opened
from pipeline.models import Job, Prediction
from study.freezing.freeze import close_study
from study.models import Study, Trial
from tests.pipeline.bundle.bundled import analysed_study, bundle_file

pytestmark = pytest.mark.django_db
Edit = Callable[[dict[str, bytes]], dict[str, bytes]]


@pytest.fixture
def study() -> Study:
    return analysed_study(people=2).study


@pytest.fixture
def bundle(study: Study, tmp_path: Path) -> Path:
    """The bundle of a study that is no longer here."""
    path = bundle_file(study, tmp_path)
    remove(study)
    return path


def remove(study: Study) -> None:
    close_study(study)
    delete_study(study.owner, study, study.name)


def rows() -> dict[str, int]:
    return {table.name: table.model._base_manager.count() for table in TABLES}


def everything() -> dict[str, int]:
    """Count all rows and all stored files."""
    return rows() | {"files": sum(len(default_storage.listdir(place)[1]) for place in ("items", "stimuli"))}


def edited(bundle: Path, edit: Edit) -> io.BytesIO:
    with ZipFile(bundle) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    changed = io.BytesIO()
    with ZipFile(changed, "w", ZIP_DEFLATED) as archive:
        for name, content in edit(members).items():
            archive.writestr(name, content)
    return changed


def other_schema(members: dict[str, bytes]) -> dict[str, bytes]:
    manifest = BundleManifest.read(members[MANIFEST])
    older = msgspec.structs.replace(manifest, schema={"pipeline": "0001_initial", "study": "0001_initial"})
    return members | {MANIFEST: older.to_json()}


def a_changed_answer(members: dict[str, bytes]) -> dict[str, bytes]:
    name = "rows/study.trial.jsonl"
    return members | {name: members[name].replace(b'"rt_ms":500.0', b'"rt_ms":501.0', 1)}


def without_a_crop(members: dict[str, bytes]) -> dict[str, bytes]:
    first = next(name for name in members if name.startswith("files/stimuli/"))
    return {name: content for name, content in members.items() if name != first}


def with_a_stranger(members: dict[str, bytes]) -> dict[str, bytes]:
    return members | {"files/../../evil.txt": b"stranger"}


def without_manifest(members: dict[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in members.items() if name != MANIFEST}


REFUSED: dict[str, tuple[Edit, str]] = {
    "tables of another version": (other_schema, "Update the older installation"),
    "a changed answer": (a_changed_answer, "Get it again"),
    "a missing crop": (without_a_crop, "Get it again"),
    "a file that it does not list": (with_a_stranger, "Get it again"),
    "a zip of something else": (without_manifest, "This is no bundle"),
}


@pytest.mark.sampled
@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_whole_is_refused_with_advice_before_anything_is_stored(case: str, bundle: Path) -> None:
    edit, advice = REFUSED[case]
    before = everything()
    with pytest.raises(BundleError, match=advice), opened(edited(bundle, edit)):
        pytest.fail("it was opened")
    assert everything() == before


def test_half_a_download_is_refused(bundle: Path) -> None:
    half = io.BytesIO(bundle.read_bytes()[:-2000])
    with pytest.raises(BundleError, match="not downloaded whole"), opened(half):
        pytest.fail("it was opened")


def test_a_study_that_is_here_is_not_imported_twice(study: Study, tmp_path: Path) -> None:
    bundle, before = bundle_file(study, tmp_path), everything()
    with bundle.open("rb") as file, opened(file) as whole, pytest.raises(BundleError, match="here already"):
        import_bundle(whole, study.owner, "Another name")
    assert everything() == before


def test_a_name_that_is_taken_is_refused_and_another_one_is_taken(bundle: Path) -> None:
    ada = get_user_model().objects.create_user("ada")
    Study.objects.create(name="Sport", owner=ada)
    with pytest.raises(CommandError, match="give the imported one another name"):
        call_command("import_bundle_file", bundle, owner="ada")
    call_command("import_bundle_file", bundle, owner="ada", name="Sport of the other lab")
    assert Study.objects.get(name="Sport of the other lab").owner == ada


def test_where_a_row_cannot_be_stored_nothing_stays(bundle: Path) -> None:
    """The last table holds a row that the database refuses."""

    def twice(members: dict[str, bytes]) -> dict[str, bytes]:
        name = "rows/pipeline.analysis.jsonl"
        members[name] += members[name]
        manifest = BundleManifest.read(members[MANIFEST])
        file = _file_of(members[name])
        relisted = msgspec.structs.replace(manifest, files=manifest.files | {name: file})
        return members | {MANIFEST: relisted.to_json()}

    owner, before = get_user_model().objects.create_user("ada"), everything()
    with opened(edited(bundle, twice)) as whole, pytest.raises(Exception, match=r"UNIQUE|unique"):
        import_bundle(whole, owner)
    assert everything() == before


def _file_of(content: bytes) -> BundledFile:
    return BundledFile(len(content), hashlib.sha256(content).hexdigest())


def test_a_study_that_is_being_worked_on_gives_no_bundle(study: Study) -> None:
    Job.objects.filter(study=study).update(state=Job.State.RUNNING)
    with pytest.raises(BundleError, match="let its jobs end"):
        bundle_stream(study)


@pytest.mark.thorough
def test_an_imported_study_is_closed_belongs_to_its_importer_and_has_all_its_rows(
    study: Study, tmp_path: Path
) -> None:
    path, counts = bundle_file(study, tmp_path), rows()
    answers = Trial.objects.order_by("pk").values("correct", "rt_ms", "received_at", "response__name")
    before = list(answers)
    logits = list(Prediction.objects.order_by("pk").values_list("logits", flat=True))
    created = study.created_at
    remove(study)
    ada = get_user_model().objects.create_user("ada")
    with path.open("rb") as file, opened(file) as whole:
        imported = import_bundle(whole, ada)
    assert (imported.owner, imported.status, imported.created_at) == (ada, Study.Status.CLOSED, created)
    assert rows() == counts
    assert list(answers.all()) == before
    assert list(Prediction.objects.order_by("pk").values_list("logits", flat=True)) == logits
    connection.check_constraints()


def test_every_table_of_a_study_is_in_the_bundle_or_stays_behind_for_a_reason() -> None:
    bundled = {table.model for table in TABLES}
    of_studies = {model for app in ("study", "pipeline") for model in apps.get_app_config(app).get_models()}
    assert of_studies == bundled | set(LEFT_BEHIND)
    assert not bundled & set(LEFT_BEHIND)
    assert all(LEFT_BEHIND.values())


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_what_stays_behind_of_a_row_is_a_field_of_it(table: BundledTable) -> None:
    model: type[Model] = table.model
    assert {*table.blanked, *table.numbered} <= {field.name for field in model._meta.concrete_fields}
