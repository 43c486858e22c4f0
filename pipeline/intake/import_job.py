"""The job that imports an uploaded zip file."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import msgspec
from django.core.files.base import File
from django.core.files.storage import default_storage

from pipeline.intake.archive import open_source
from pipeline.intake.photo_import import ImportReport, import_photos
from pipeline.models import Job
from pipeline.models.job_params import ImportParams
from pipeline.queue.claims import Claim, Write
from pipeline.queue.job_requests import enqueue
from study.models import Study
from study.tokens import new_token


def enqueue_import(study: Study, upload: File[bytes]) -> Job:
    """Store an uploaded file and queue its import."""
    token = new_token()
    name = default_storage.save(f"uploads/{token}.zip", upload)
    return enqueue(study, Job.Kind.IMPORT, f"import:{token}", ImportParams(name))


def import_upload(claim: Claim) -> Write:
    """Import the job's file; the returned function stores the report and deletes the file.

    Raises
    ------
    DataError
        If the file cannot be imported; nothing was stored then.
    """
    name = ImportParams.of(claim.job).upload
    with tempfile.TemporaryDirectory(prefix="sweetspot-upload-") as scratch:
        archive = _copied(name, Path(scratch) / "photos.zip")
        report = import_photos(claim.job.study, open_source(archive), claim.progress)

    def finish() -> None:
        Job.objects.filter(pk=claim.job.pk).update(report=report.to_dict())
        default_storage.delete(name)

    return finish


def report_of(job: Job) -> ImportReport | None:
    """Return the report of a finished import; None for every other job."""
    if job.kind != Job.Kind.IMPORT or job.report is None:
        return None
    return msgspec.convert(job.report, ImportReport)


def _copied(name: str, target: Path) -> Path:
    with default_storage.open(name, "rb") as stored, target.open("wb") as copy:
        shutil.copyfileobj(stored, copy)  # it may be larger than the memory
    return target
