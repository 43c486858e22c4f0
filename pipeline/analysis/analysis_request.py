"""Queue an analysis of the newest frozen version of a study."""

from __future__ import annotations

from django.db import transaction

from pipeline.models import Analysis, Job
from pipeline.queue.job_requests import enqueue
from study.models import Study, StudyVersion


class NothingToAnalyseError(ValueError):
    """There is no frozen version, it has no verdict, or nobody has answered."""


def request_analysis(study: Study, mode: str) -> Analysis:
    """Queue an analysis of the newest frozen version.

    Raises NothingToAnalyseError if the study is not frozen yet, shows grids of photos, or no session of this
    mode is complete.
    """
    version = study.version()
    if version is None:
        raise NothingToAnalyseError(
            f"{study.name!r} is not frozen. Freeze it: floor, ceiling and rules come first."
        )
    if version.design.is_grid:
        raise NothingToAnalyseError(
            f"{study.name!r} is a study of grids, which has no verdict: export tiles.csv and run "
            "`python -m stats tiles tiles.csv`."
        )
    if not version.participants.filter(mode=mode, session__status="completed").exists():
        raise NothingToAnalyseError(f"Nobody has completed {study.name!r} in mode {mode!r} yet.")
    number = study.jobs.filter(kind=Job.Kind.ANALYSE).count() + 1
    return queue_analysis(version, mode, f"analyse:{mode}:{number}")


def queue_analysis(version: StudyVersion, mode: str, key: str) -> Analysis:
    """Create job and analysis in one transaction; two requests with the same key are one analysis."""
    with transaction.atomic():
        job = enqueue(version.study, Job.Kind.ANALYSE, key)
        analysis, _ = Analysis.objects.get_or_create(
            job=job, defaults={"study": version.study, "version": version, "mode": mode}
        )
    return analysis
