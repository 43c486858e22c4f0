"""The jobs of an upload: its photos are read, and after a look at the preview they are imported."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import msgspec
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from attacker.errors import DataError
from pipeline.intake.archive import open_source
from pipeline.intake.archive_rules import SourceRefusedError, require_usable_upload
from pipeline.intake.import_plan import plan_of
from pipeline.intake.name_encodings import UnknownNamesError
from pipeline.intake.photo_import import ImportReport, require_no_crops, require_usable, store_photos
from pipeline.intake.photo_reading import discard, read_photos
from pipeline.intake.photo_survey import Choices, Survey
from pipeline.models import Job, PhotoImport
from pipeline.models.job_params import ImportParams
from pipeline.queue.claims import Claim, Write
from pipeline.queue.job_requests import enqueue
from study.models import Study
from study.tokens import new_token


def enqueue_reading(study: Study, upload: File[bytes]) -> Job:
    """Store an uploaded file and queue its reading; an earlier upload that still waits is thrown away.

    A file that is refused is not stored. Raises SourceRefusedError if crops of the study are already made;
    ArchiveRefusedError if it can be told at once that the file is of no use.
    """
    require_no_crops(study)
    require_usable_upload(upload)
    name = _stored(upload)
    discard_import(study)
    return _enqueue(PhotoImport.objects.create(study=study, upload=name), Job.Kind.READ)


def _stored(upload: File[bytes]) -> str:
    name = f"uploads/{new_token()}.zip"
    try:
        return default_storage.save(name, upload)
    except OSError:
        default_storage.delete(name)  # a full disk takes the beginning of a file
        raise


def read_in(photo_import: PhotoImport, encoding: str) -> Job:
    """Queue the reading of an upload whose names are written in this encoding."""
    photo_import.keep(encoding=encoding, readings=None)
    return _enqueue(photo_import, Job.Kind.READ)


def enqueue_import(photo_import: PhotoImport, choices: Choices) -> Job:
    """Queue the import of photos that were read, as they were chosen."""
    photo_import.keep(choices=msgspec.to_builtins(choices))
    return _enqueue(photo_import, Job.Kind.IMPORT)


def survey_of(photo_import: PhotoImport) -> Survey:
    """Return what was read of an upload."""
    return msgspec.convert(photo_import.survey, Survey)


def discard_import(study: Study) -> bool:
    """Throw away an upload that was not imported, with all that was read of it; False if there is none."""
    waiting = PhotoImport.objects.filter(study=study).first()
    if waiting is None:
        return False
    _discard_row(waiting)
    return True


def _discard_row(photo_import: PhotoImport) -> None:
    PhotoImport.objects.filter(pk=photo_import.pk).delete()
    stored = survey_of(photo_import).stored if photo_import.survey else []
    discard([photo_import.upload, *stored])


def read_upload(claim: Claim) -> Write:
    """Read the photos of an upload; the returned function stores what is known of them.

    Raises DataError if the file is of no use as a whole: nothing of it stays stored then.
    """
    photo_import = _upload_of(claim)
    try:
        return _read(claim, photo_import)
    except DataError:
        _discard_row(photo_import)
        raise


def _read(claim: Claim, photo_import: PhotoImport) -> Write:
    with tempfile.TemporaryDirectory(prefix="sweetspot-upload-") as scratch:
        archive = _copied(photo_import.upload, Path(scratch) / "photos.zip")
        try:
            source = open_source(archive, photo_import.encoding or None)
        except UnknownNamesError as unknown:
            readings = unknown.readings
            return lambda: photo_import.keep(readings=readings)
        survey = read_photos(claim.job.study, source, claim.progress)

    def finish() -> None:
        if not PhotoImport.objects.filter(pk=photo_import.pk).update(survey=msgspec.to_builtins(survey)):
            transaction.on_commit(lambda: discard(survey.stored))

    return finish


def import_read(claim: Claim) -> Write:
    """Check what was read and chosen; the returned function imports it and deletes the upload.

    Raises DataError if it cannot be imported like this; it may be chosen otherwise then.
    """
    photo_import = _upload_of(claim)
    survey, choices = survey_of(photo_import), msgspec.convert(photo_import.choices, Choices)
    try:
        require_usable(claim.job.study, survey, plan_of(survey, choices))
    except DataError:
        photo_import.keep(choices=None)  # the preview is offered again
        raise

    def finish() -> None:
        report = store_photos(claim.job.study, survey, choices, claim.progress)
        Job.objects.filter(pk=claim.job.pk).update(report=report.to_dict())
        photo_import.delete()
        transaction.on_commit(lambda: discard([photo_import.upload]))

    return finish


def report_of(job: Job) -> ImportReport | None:
    """Return the report of a finished import; None for every other job."""
    if job.kind != Job.Kind.IMPORT or job.report is None:
        return None
    return msgspec.convert(job.report, ImportReport)


def _upload_of(claim: Claim) -> PhotoImport:
    photo_import = PhotoImport.objects.filter(pk=ImportParams.of(claim.job).photo_import).first()
    if photo_import is None:
        raise SourceRefusedError("This upload was refused or thrown away. Upload the photos again.")
    return photo_import


def _enqueue(photo_import: PhotoImport, kind: Job.Kind) -> Job:
    params = ImportParams(photo_import.pk)
    return enqueue(photo_import.study, kind, f"{kind}:{photo_import.pk}:{new_token()[:8]}", params)


def _copied(name: str, target: Path) -> Path:
    with default_storage.open(name, "rb") as stored, target.open("wb") as copy:
        shutil.copyfileobj(stored, copy)  # it may be larger than the memory
    return target
