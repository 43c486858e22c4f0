"""Jobs that run side by side share the cores; a job that computes alone has all of them."""

from __future__ import annotations

import os

import pytest
import torch
from django.conf import settings
from django.utils import timezone

from pipeline.models import Job
from pipeline.worker.thread_share import threads_of
from pipeline.worker.threads import jobs_beside, limit_threads
from study.models import Study
from tests.pipeline.studies import make_study


@pytest.fixture
def study(db: None) -> Study:
    return make_study()


def _job(study: Study, key: str, kind: Job.Kind = Job.Kind.TRAIN, **fields: object) -> Job:
    return Job.objects.create(study=study, key=key, kind=kind, ring_after=timezone.now(), **fields)


@pytest.mark.parametrize(
    ("share", "cores", "beside", "threads"),
    [
        (1, 2, 0, 2),
        (1, 2, 1, 1),
        (1, 2, 5, 1),
        (2, 8, 0, 8),
        (2, 8, 1, 4),
        (2, 8, 3, 2),
        (2, 8, 9, 2),
        (3, 2, 1, 2),
    ],
)
def test_cores_are_divided_by_the_jobs_beside_down_to_the_share(
    share: int, cores: int, beside: int, threads: int
) -> None:
    assert threads_of(share, cores, beside=beside) == threads


def test_what_waits_and_what_has_just_begun_is_beside(study: Study) -> None:
    job = _job(study, "s0", state=Job.State.RUNNING)
    _job(study, "s1", state=Job.State.RUNNING, progress=0.1)
    _job(study, "s2")
    assert jobs_beside(job) == 2


def test_the_last_seed_begins_as_another_ends_and_has_all_cores(study: Study) -> None:
    _job(study, "s0", state=Job.State.SUCCEEDED)
    _job(study, "s1", state=Job.State.RUNNING, progress=0.9)
    assert jobs_beside(_job(study, "s2", state=Job.State.RUNNING)) == 0


def test_what_takes_no_core_for_long_is_not_beside(study: Study) -> None:
    _job(study, "mail", Job.Kind.NOTIFY)
    _job(study, "endpoint", Job.Kind.ASK, state=Job.State.RUNNING)
    assert jobs_beside(_job(study, "s0")) == 0


@pytest.mark.parametrize(("key", "kind"), [("check:curve:l1", Job.Kind.CHECK), ("crop:l1", Job.Kind.CROP)])
def test_what_the_loop_waits_for_alone_has_all_cores(key: str, kind: Job.Kind, study: Study) -> None:
    _job(study, "by-hand")
    assert jobs_beside(_job(study, key, kind)) == 0


def test_torch_computes_with_them(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    before, job = torch.get_num_threads(), _job(study, "s0")
    _job(study, "s1")
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    try:
        monkeypatch.setattr(settings, "JOB_THREADS", 1)
        limit_threads(job)
        assert torch.get_num_threads() == 1
        torch.set_num_threads(3)
        monkeypatch.setattr(settings, "JOB_THREADS", 0)
        limit_threads(job)
        assert torch.get_num_threads() == 3, "left to torch"
    finally:
        torch.set_num_threads(before)
