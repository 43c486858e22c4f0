"""An uploaded zip file, imported by a worker."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec
from django.core.files.base import File
from django.core.files.storage import default_storage

from pipeline.intake.archive import open_source
from pipeline.intake.photo_import import ImportReport, import_photos
from pipeline.models import Job
from pipeline.models.job_params import ImportParams
from pipeline.queue.claims import Claim
from pipeline.queue.job_requests import enqueue
from study.models import Study
from study.tokens import new_token


def enqueue_import(study: Study, upload: File[bytes]) -> Job:
    """Keep an uploaded file and queue its import."""
    token = new_token()
    name = default_storage.save(f"uploads/{token}.zip", upload)
    return enqueue(study, Job.Kind.IMPORT, f"import:{token}", ImportParams(name))


def import_upload(claim: Claim) -> Callable[[], None]:
    """Import the job's file; it is thrown away only when the import is written."""
    name = ImportParams.of(claim.job).upload
    with tempfile.TemporaryDirectory(prefix="sweetspot-upload-") as scratch:
        archive = _copied(name, Path(scratch) / "photos.zip")
        report = import_photos(claim.job.study, open_source(archive), claim.progress)
    return lambda: _finish(claim.job, name, report)


def report_of(job: Job) -> ImportReport | None:
    """Return the report of a finished import; None for every other job."""
    return None if job.report is None else msgspec.convert(job.report, ImportReport)


def _copied(name: str, target: Path) -> Path:
    with default_storage.open(name, "rb") as stored, target.open("wb") as copy:
        shutil.copyfileobj(stored, copy)  # it may be larger than the memory
    return target


def _finish(job: Job, name: str, report: ImportReport) -> None:
    Job.objects.filter(pk=job.pk).update(report=report.to_dict())
    default_storage.delete(name)
