"""Memory between batches: kept while a network runs, given back when it has run."""

from __future__ import annotations

import json
import platform
import resource
import subprocess
import sys

import pytest
import torch

from attacker import memory
from attacker.memory import kept_memory

BLOCK = 48 << 20
PAGES = BLOCK // resource.getpagesize()
# In a process of its own: what earlier tests left in the heap would serve as well.
MEASURED = f"""
import json, resource, sys
from contextlib import suppress
import torch
from attacker.devices import computing
from attacker.memory import kept_memory

def cleared():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(10):
        torch.ones({BLOCK} // 4)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

def resident():
    return int(open("/proc/self/statm").read().split()[1])

found = {{"before": cleared()}}
with computing("batch_size"):
    cleared()
    found["computing"] = cleared()
at_rest = resident()
with suppress(KeyError), kept_memory():
    with kept_memory():
        [torch.ones({BLOCK} // 4) for _ in range(6)].clear()
    found["within another"] = cleared()
    found["held"] = resident() - at_rest
    raise KeyError
json.dump(found | {{"left": resident() - at_rest}}, sys.stdout)
"""


@pytest.fixture(scope="module")
def pages() -> dict[str, int]:
    """Pages that the system cleared for ten blocks, taken and freed in turn, and that the process held."""
    if platform.libc_ver()[0] != "glibc":
        pytest.skip("it is glibc's malloc that is set")
    found = subprocess.run([sys.executable, "-c", MEASURED], capture_output=True, text=True, check=True)
    measured: dict[str, int] = json.loads(found.stdout)
    return measured


def test_what_a_batch_frees_serves_the_next(pages: dict[str, int]) -> None:
    assert pages["before"] > 9 * PAGES
    assert pages["computing"] < 2 * PAGES


def test_it_stays_kept_until_the_last_one_ends(pages: dict[str, int]) -> None:
    assert pages["within another"] < 2 * PAGES
    assert pages["held"] > 5 * PAGES


def test_the_system_gets_it_back_at_the_end_even_after_an_error(pages: dict[str, int]) -> None:
    assert pages["left"] < PAGES / 10


def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    monkeypatch.setattr(memory, "_heap", memory._heap.__wrapped__)
    with kept_memory():
        assert torch.ones(3).sum() == 3
