"""Photos into a study: an upload is read by a worker, looked at, and then imported or thrown away."""

from __future__ import annotations

from typing import Any

from django.core.files.base import File

from attacker.errors import DataError
from pipeline.audit import record
from pipeline.intake.archive_rules import SourceRefusedError
from pipeline.intake.import_job import discard_import, enqueue_import, enqueue_reading, read_in, survey_of
from pipeline.intake.import_plan import plan_of
from pipeline.intake.name_encodings import ENCODINGS
from pipeline.intake.photo_import import require_usable
from pipeline.intake.photo_survey import Choices
from pipeline.models import Job, PhotoImport
from study.models import Study

REFUSALS = (DataError, SourceRefusedError)


def upload(user: Any, study: Study, archive: File[bytes]) -> Job:
    """Store a zip file and queue its reading; nothing is imported yet.

    Raises SourceRefusedError if crops of the study are made already; ArchiveRefusedError if the file is of no
    use, as far as that can be told at once.
    """
    job = enqueue_reading(study, archive)
    record(user, study, "uploaded photos")
    return job


def read_names_in(user: Any, waiting: PhotoImport, encoding: str) -> Job:
    """Read an upload again, its names in one of the encodings that it can have.

    Raises SourceRefusedError if there is no such encoding.
    """
    if encoding not in ENCODINGS:
        raise SourceRefusedError("Choose the line that reads the names rightly.")
    job = read_in(waiting, encoding)
    record(user, waiting.study, f"read the names of the upload as {encoding}")
    return job


def take_in(user: Any, study: Study, choices: Choices | None = None) -> Job:
    """Import what was read, in the classes that were chosen, else those that the files name.

    Raises DataError if nothing waits, or it cannot be imported like this.
    """
    waiting = PhotoImport.objects.waiting().filter(study=study, survey__isnull=False).first()
    if waiting is None:
        raise DataError("no upload that was read waits for its import")
    survey = survey_of(waiting)
    chosen = choices or Choices.first(survey)
    require_usable(study, survey, plan_of(survey, chosen))
    job = enqueue_import(waiting, chosen)
    record(user, study, "imported photos")
    return job


def throw_away(user: Any, study: Study) -> bool:
    """Throw away an upload that was not imported; False if there is none."""
    thrown = discard_import(study)
    if thrown:
        record(user, study, "threw an upload of photos away")
    return thrown
