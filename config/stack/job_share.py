"""How many jobs the local stack does at once, and how many threads each of them computes with."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from config.stack.errors import StackError

MOST_JOBS = 4  # a round of trainings is three or more; beyond, more threads for each serve better
MEMORY_OF_A_JOB = 3 << 30  # bytes: a training of a small network holds up to two thirds of it


@dataclass(frozen=True)
class JobShare:
    """Jobs done at once, and the threads of each: together no more than there are cores."""

    jobs: int
    threads: int


def job_share(cores: int, memory: int, *, has_gpu: bool, wanted: int | None = None) -> JobShare:
    """Divide a machine among jobs: one for each core, up to four, where it has the memory for them.

    Two trainings with a thread each take less time than one after the other with two threads. On a GPU jobs
    take turns, as its memory may hold only one. `memory` is in bytes; `wanted` jobs are taken as they are.
    """
    free = 1 if has_gpu else max(1, min(cores, MOST_JOBS, memory // MEMORY_OF_A_JOB))
    jobs = wanted or free
    return JobShare(jobs, max(1, cores // jobs))


def share_here() -> JobShare:
    """Return the share of jobs on this machine; `WORKER_JOBS` sets their number.

    Raises StackError if that is no number.
    """
    if sys.platform != "linux":  # a child is a new program there: it shares no byte that tells of a stop
        return job_share(os.cpu_count() or 1, 0, has_gpu=False)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    has_gpu = any(Path("/dev").glob("nvidia[0-9]*"))
    return job_share(len(os.sched_getaffinity(0)), memory, has_gpu=has_gpu, wanted=_wanted())


def _wanted() -> int | None:
    number = os.environ.get("WORKER_JOBS", "")
    if number and not (number.isdecimal() and int(number)):
        raise StackError(f"WORKER_JOBS is {number!r}: give a whole number, at least 1, or unset it.")
    return int(number) if number else None
