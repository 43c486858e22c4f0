"""Job parameters are read back as types, also from rows that revision 9e979d1 wrote."""

from __future__ import annotations

import msgspec
import pytest
from django.utils import timezone

from pipeline.intake.import_job import report_of
from pipeline.models import Job
from pipeline.models.job_params import CropParams, ImportParams, JobParams, LevelTestParams
from pipeline.queue.job_requests import enqueue
from study.models import Study

pytestmark = pytest.mark.django_db
STORED = [
    (Job.Kind.IMPORT, {"photo_import": 7}, ImportParams(7)),
    (Job.Kind.CROP, {"level": 2}, CropParams(2)),
    (Job.Kind.TEST, {"level": 2}, LevelTestParams(2)),
    (Job.Kind.TEST, {"level": 2, "stimulus": 17}, LevelTestParams(2, stimulus=17)),
    (Job.Kind.TRAIN, {}, JobParams()),
]


@pytest.mark.parametrize(("kind", "stored", "params"), STORED)
def test_rows_of_earlier_revisions_are_read(
    study: Study, kind: Job.Kind, stored: dict[str, object], params: JobParams
) -> None:
    job = Job.objects.create(study=study, kind=kind, key="a", params=stored, ring_after=timezone.now())
    assert type(params).of(Job.objects.get(pk=job.pk)) == params


@pytest.mark.sampled
@pytest.mark.parametrize(("kind", "stored", "params"), STORED)
def test_what_is_stored_has_not_changed(
    study: Study, kind: Job.Kind, stored: dict[str, object], params: JobParams
) -> None:
    assert Job.objects.get(pk=enqueue(study, kind, "a", params).pk).params == stored


def test_parameters_of_another_kind_are_refused(study: Study) -> None:
    job = enqueue(study, Job.Kind.IMPORT, "a", ImportParams(7))
    with pytest.raises(msgspec.ValidationError, match="level"):
        CropParams.of(job)


def test_the_report_of_an_earlier_import_is_read(study: Study) -> None:
    stored = {
        "imported": {"disc": {"train": 12, "test": 5}},
        "refused": [["disc/3.png", "too small"]],
        "with_landmarks": 1,
        "with_source": 0,
        "with_collection": 0,
        "with_box": 0,
        "near_duplicates": 2,
    }
    job = Job(study=study, kind=Job.Kind.IMPORT, key="a", report=stored)
    report = report_of(job)
    assert (report.total, report.refused[0].reason) == (17, "too small")
    assert report_of(Job(study=study, kind=Job.Kind.CROP, key="b")) is None
