"""Jobs that run side by side share the cores; a job that the loop waits for alone has all of them."""

from __future__ import annotations

import pytest
import torch
from django.conf import settings

from pipeline.models import Job
from pipeline.worker.threads import limit_threads, threads_of


@pytest.mark.parametrize(
    ("kind", "key", "threads"),
    [
        (Job.Kind.TRAIN, "train:attack:efficientnet_lite0:s0:l1:r1", 2),
        (Job.Kind.CHECK, "check:controls:l1", 2),
        (Job.Kind.CHECK, "check:curve:l1", 8),
        (Job.Kind.CROP, "crop:l1", 8),
    ],
)
def test_a_job_has_its_share_or_all_cores(kind: Job.Kind, key: str, threads: int) -> None:
    assert threads_of(Job(kind=kind, key=key), share=2, cores=8) == threads


def test_torch_computes_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    before = torch.get_num_threads()
    try:
        monkeypatch.setattr(settings, "JOB_THREADS", 1)
        limit_threads(Job(kind=Job.Kind.TRAIN, key="train"))
        assert torch.get_num_threads() == 1
        torch.set_num_threads(3)
        monkeypatch.setattr(settings, "JOB_THREADS", 0)
        limit_threads(Job(kind=Job.Kind.TRAIN, key="train"))
        assert torch.get_num_threads() == 3, "left to torch"
    finally:
        torch.set_num_threads(before)
