"""A study is deleted with all that it holds: rows, photos, crops, networks."""

from __future__ import annotations

import shutil
from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction

from pipeline.audit import record
from pipeline.bundle.bundle_tables import TABLES
from pipeline.bundle.stored_files import crops_of, networks_of, papers_of, photos_of, poster_of, runs_folder
from pipeline.models import BroughtAnswer, Job, PhotoImport, Prediction
from pipeline.queue.study_lock import locked
from study.models import Study, Tile, Trial

LARGE = {Tile, Trial, Prediction, BroughtAnswer}  # millions of rows, to which only other large tables refer


class NotDeletedError(ValueError):
    """A study was not deleted; the message says what to do."""


def delete_study(user: Any, study: Study, typed_name: str) -> str:
    """Delete a study with its answers, networks and files, and log who did it; return how it went.

    Raises NotDeletedError if the name is another one, the study is open, or a job runs.
    """
    with locked(study):
        _require_deletable(study, typed_name)
        names = {*photos_of(study), *crops_of(study), *networks_of(study), *_own_papers(study)}
        names.update(PhotoImport.objects.filter(study=study).values_list("upload", flat=True))
        people = sum(version.participants.count() for version in study.versions.all())
        what = f"{study.items.count()} photos, {people} participants, {study.attacker_runs.count()} networks"
        record(user, study, f"deleted {study.name} ({study.code}) with {what}")
        _delete_rows(study)
        transaction.on_commit(partial(_delete_files, names, study))
    return f"{study.name!r} is deleted with {what}."


def _require_deletable(study: Study, typed_name: str) -> None:
    if typed_name.strip() != study.name:
        raise NotDeletedError(f"Type the study's name, {study.name!r}, to delete it. Nothing was deleted.")
    study.refresh_from_db(fields=["status"])
    if study.is_open:
        raise NotDeletedError("The study takes participants: close it first. Nothing was deleted.")
    if study.jobs.filter(state=Job.State.RUNNING).exists():
        raise NotDeletedError("A job of this study runs: stop it first. Nothing was deleted.")


def _delete_rows(study: Study) -> None:
    """Delete what refers to other rows before these."""
    for table in reversed(TABLES):
        rows = table.model._base_manager.filter(**{table.to_study: study.pk})
        if table.model in LARGE:
            rows._raw_delete(rows.db)
        elif table.model is not Study:
            rows.delete()
    Study.objects.get(pk=study.pk).delete()


def _own_papers(study: Study) -> set[str]:
    """Return the PDF files that no other study shows; they are stored by their content."""
    others = (papers_of(other) for other in Study.objects.exclude(pk=study.pk))
    return papers_of(study).difference(*others)


def _delete_files(names: set[str], study: Study) -> None:
    for name in names:
        default_storage.delete(name)
    shutil.rmtree(runs_folder(study), ignore_errors=True)
    poster_of(study).unlink(missing_ok=True)
