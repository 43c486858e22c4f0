"""A machine is divided among jobs so that no core waits, none is asked twice, and the memory suffices."""

from __future__ import annotations

import pytest

from config.stack.job_share import JobShare, job_share

GB = 1 << 30


@pytest.mark.parametrize(
    ("cores", "memory", "share"),
    [
        (1, 8 * GB, JobShare(1, 1)),
        (2, 24 * GB, JobShare(2, 1)),
        (4, 16 * GB, JobShare(4, 1)),
        (16, 64 * GB, JobShare(4, 4)),
        (8, 7 * GB, JobShare(2, 4)),
        (2, 2 * GB, JobShare(1, 2)),
    ],
)
def test_jobs_run_side_by_side_as_far_as_cores_and_memory_go(
    cores: int, memory: int, share: JobShare
) -> None:
    assert job_share(cores, memory, has_gpu=False) == share


def test_jobs_take_turns_on_a_gpu_and_have_all_cores() -> None:
    assert job_share(16, 128 * GB, has_gpu=True) == JobShare(1, 16)


def test_whoever_knows_better_says_how_many() -> None:
    assert job_share(16, 128 * GB, has_gpu=True, wanted=2) == JobShare(2, 8)
    assert job_share(2, 24 * GB, has_gpu=False, wanted=8) == JobShare(8, 1)
