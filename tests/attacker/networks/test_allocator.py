"""Memory between batches: reused while a network runs, returned to the system afterwards."""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
from contextlib import AbstractContextManager, nullcontext

import pytest

from attacker.networks import allocator, runtime
from attacker.networks.allocator import reuse_freed_memory

BLOCK = 48 << 20
PAGES = BLOCK // resource.getpagesize()
pytestmark = pytest.mark.hardware  # of another C library nothing is set
# In a process of its own: what earlier tests left in the heap would serve as well.
MEASURED = f"""
import json, resource, sys
from contextlib import suppress
import numpy as np
from attacker.networks.allocator import reuse_freed_memory

def block():
    return np.ones({BLOCK} // 8)

def cleared():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(10):
        block()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

def resident():
    return int(open("/proc/self/statm").read().split()[1])

pages = {{"before": cleared()}}
with reuse_freed_memory():
    cleared()
    pages["reused"] = cleared()
at_rest = resident()
with suppress(KeyError), reuse_freed_memory():
    with reuse_freed_memory():
        [block() for _ in range(6)].clear()
    pages["nested"] = cleared()
    pages["held"] = resident() - at_rest
    raise KeyError
json.dump(pages | {{"left": resident() - at_rest}}, sys.stdout)
"""


@pytest.fixture(scope="module")
def pages() -> dict[str, int]:
    """Pages that the system cleared for ten blocks, taken and freed in turn, and that the process held."""
    if platform.libc_ver()[0] != "glibc":
        pytest.skip("it is glibc's malloc that is set")
    small = os.environ | {"NUMPY_MADVISE_HUGEPAGE": "0"}  # pages that can be counted
    command = [sys.executable, "-c", MEASURED]
    process = subprocess.run(command, capture_output=True, text=True, check=True, env=small)
    measured: dict[str, int] = json.loads(process.stdout)
    return measured


@pytest.mark.thorough
def test_memory_that_a_batch_frees_is_reused_by_the_next(pages: dict[str, int]) -> None:
    assert pages["before"] > 9 * PAGES
    assert pages["reused"] < 2 * PAGES


@pytest.mark.thorough
def test_memory_is_reused_until_the_outermost_context_ends(pages: dict[str, int]) -> None:
    assert pages["nested"] < 2 * PAGES
    assert pages["held"] > 5 * PAGES


@pytest.mark.thorough
def test_memory_returns_to_the_system_at_the_end_even_after_an_error(pages: dict[str, int]) -> None:
    assert pages["left"] < PAGES / 10


def test_every_run_of_a_network_reuses_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    entered: list[AbstractContextManager[None]] = []
    monkeypatch.setattr(runtime, "reuse_freed_memory", lambda: entered.append(nullcontext()) or entered[-1])
    with runtime.computing("batch_size"):
        assert len(entered) == 1


def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    monkeypatch.setattr(allocator, "_heap", allocator._heap.__wrapped__)
    assert isinstance(reuse_freed_memory(), nullcontext)
