"""Processes that want the same arrays divide the work, and none waits for one that was killed."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from attacker.features import shared_work
from attacker.features.cache import DiskStore, MemoryStore, Store
from attacker.features.shared_work import NoClaims, SharedWork

NAMES = [f"{number:02x}" * 32 for number in range(40)]
HERE = str(Path(__file__).resolve().parents[3])

# A process that computes names of a store until it has done some, writes a line for each, and then waits.
OTHER = """
import sys, time
from pathlib import Path
import numpy as np
sys.path.insert(0, sys.argv[1])
from attacker.features.cache import DiskStore
from attacker.features.shared_work import SharedWork
store, most, names = DiskStore(Path(sys.argv[2])), int(sys.argv[3]), sys.argv[4:]
print("ready", flush=True)
sys.stdin.readline()
with store.claims("space") as claims:
    work = SharedWork(names, lambda name: f"space/{name}" in store, claims, 3, lambda *_: None)
    computed = 0
    def compute(chunks):
        global computed
        for chunk in chunks:
            if computed >= most:
                print("holds", *chunk, flush=True)
                time.sleep(60)
            time.sleep(.01)
            for name in chunk:
                store.put(f"space/{name}", np.ones(3))
                work.done(name)
                print(name, flush=True)
            computed += len(chunk)
    work.do(compute)
"""


def _other(root: Path, most: int, names: list[str] = NAMES) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", OTHER, HERE, str(root), str(most), *names]
    other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert _line(other) == "ready"
    return other


def _line(other: subprocess.Popen[str]) -> str:
    assert other.stdout is not None
    return other.stdout.readline().strip()


def _begin(other: subprocess.Popen[str]) -> None:
    assert other.stdin is not None
    other.stdin.write("\n")
    other.stdin.flush()


def _holds(other: subprocess.Popen[str]) -> list[str]:
    """The names that the process has taken, once it has come to a stop."""
    while not (line := _line(other)).startswith("holds"):
        assert line
    return line.split()[1:]


def _computed_here(store: Store, names: list[str] = NAMES) -> list[str]:
    """Take part in the work, and return what was computed by this process."""
    own: list[str] = []

    def compute(chunks: Iterator[list[str]]) -> None:
        for chunk in chunks:
            time.sleep(0.01)
            for name in chunk:
                store.put(f"space/{name}", np.zeros(3))
                work.done(name)
            own.extend(chunk)

    with store.claims("space") as claims:
        work = SharedWork(names, lambda name: f"space/{name}" in store, claims, 3, lambda *_: None)
        work.do(compute)
    return own


@pytest.mark.long
def test_two_processes_compute_each_name_once(tmp_path: Path) -> None:
    others = [_other(tmp_path, most=len(NAMES)) for _ in range(2)]
    for other in others:
        _begin(other)
    computed = [line for other in others for line in other.communicate(timeout=120)[0].split()]
    assert sorted(computed) == sorted(NAMES)


@pytest.mark.long
def test_what_a_killed_process_had_taken_is_computed_by_another(tmp_path: Path) -> None:
    other = _other(tmp_path, most=6)
    _begin(other)
    taken, store = _holds(other), DiskStore(tmp_path)
    with store.claims("space") as claims:
        assert not any(claims.take(name) for name in taken), "the other process has them"
    os.kill(other.pid, signal.SIGKILL)
    other.communicate()
    own = _computed_here(store)
    assert set(taken) <= set(own)
    assert len(own) == len(NAMES) - 6
    assert all(f"space/{name}" in store for name in NAMES)


@pytest.mark.long
def test_a_process_that_hangs_is_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_work, "PATIENCE", 0.2)
    other = _other(tmp_path, most=0)
    _begin(other)
    try:
        taken = _holds(other)
        assert set(taken) <= set(_computed_here(DiskStore(tmp_path)))
    finally:
        other.kill()
        other.communicate()


def test_who_waits_for_others_can_be_stopped(tmp_path: Path) -> None:
    class TakenElsewhere(NoClaims):
        def take(self, _name: str) -> bool:
            return False

    def stop(_done: int, _total: int) -> None:
        raise InterruptedError

    work = SharedWork(NAMES, lambda _: False, TakenElsewhere(), 3, stop)
    with pytest.raises(InterruptedError):
        work.do(lambda chunks: pytest.fail(f"not ours: {list(chunks)}") if list(chunks) else None)


def test_what_was_stored_meanwhile_is_passed_over() -> None:
    store = MemoryStore()
    for name in NAMES[:10]:
        store.put(f"space/{name}", np.ones(3))
    assert sorted(_computed_here(store)) == NAMES[10:]


def test_progress_counts_what_is_stored_by_whomever() -> None:
    reports, stored = [], set(NAMES[:10])

    def compute(chunks: Iterator[list[str]]) -> None:
        for chunk in chunks:
            for name in chunk:
                stored.add(name)
                work.done(name)

    work = SharedWork(NAMES, stored.__contains__, NoClaims(), 16, lambda *report: reports.append(report))
    work.do(compute)
    assert reports[-1] == (40, 40)
    assert [done for done, _ in reports] == sorted(done for done, _ in reports)


def test_a_disk_without_locks_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr(shared_work.fcntl, "lockf", no_locks)
    assert sorted(_computed_here(DiskStore(tmp_path))) == NAMES


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_disk_with_no_room_for_a_file_of_locks_is_no_obstacle(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", refuse)
    with DiskStore(tmp_path).claims("folder") as claims:
        assert claims.take("ab12")
        claims.leave("ab12")
