"""Analyses as the database holds them, without running one."""

from __future__ import annotations

from django.utils import timezone

from pipeline.analysis.interim_looks import WHILE_OPEN, is_a_look
from pipeline.models import Analysis, Job
from study.models import StudyVersion
from study.models.people import Mode

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="9pt" height="9pt" viewBox="0 0 9 9"/>'


def stored_analysis(version: StudyVersion, mode: str = Mode.LIVE, **fields: object) -> Analysis:
    """An analysis of this version with a job of its own; `fields` are stored with it."""
    key = f"analyse:{version.study.jobs.count()}"
    job = Job.objects.create(study=version.study, kind=Job.Kind.ANALYSE, key=key, ring_after=timezone.now())
    analysis = Analysis(study=version.study, version=version, job=job, mode=mode, **fields)
    analysis.settings |= {WHILE_OPEN: is_a_look(analysis)}
    analysis.save()
    return analysis
