"""Comparisons: the plain way and ours, timed in turn, the plain one in a process of its own."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
import torch

Work = Callable[[], object]


@dataclass(frozen=True)
class Row:
    """One comparison: seconds of each repeat of the plain way and of ours, and the ratio to be reached."""

    name: str
    plain: list[float]
    ours: list[float]
    goal: float | None = None
    note: str = ""

    def ratios(self) -> np.ndarray:
        return np.array(self.plain) / np.array(self.ours)

    def entry(self) -> dict[str, object]:
        low, middle, high = np.quantile(self.ratios(), [0.25, 0.5, 0.75])
        seconds = {"plain_s": float(np.median(self.plain)), "ours_s": float(np.median(self.ours))}
        entry = {"ratio": middle, "quartiles": [low, high], **seconds}
        if self.goal is not None:
            entry |= {"goal": self.goal, "met": bool(middle >= self.goal)}
        return {**entry, "note": self.note} if self.note else entry


@dataclass(frozen=True)
class Comparison:
    """The number of repeats, and the process of the plain way, which our settings do not reach."""

    process: ProcessPoolExecutor
    repeats: int

    def compare(self, name: str, plain: Work, ours: Work, goal: float | None = None, note: str = "") -> Row:
        """Time both in turn, so that a busy moment slows both; one round before it is not measured."""
        self.time_plain(plain), ours()
        pairs = [(self.time_plain(plain), timed(ours)) for _ in range(self.repeats)]
        return shown(Row(name, [a for a, _ in pairs], [b for _, b in pairs], goal, note))

    def time_plain(self, work: Work) -> float:
        """Return the seconds that the plain way takes; `work` is sent to its process by name."""
        return self.process.submit(timed, work).result()


@contextmanager
def comparison(repeats: int, threads: int) -> Iterator[Comparison]:
    with ProcessPoolExecutor(1, get_context("spawn"), set_up_process, (threads,)) as process:
        yield Comparison(process, repeats)


def set_up_process(threads: int) -> None:
    warnings.simplefilter("ignore", DeprecationWarning)  # the peer's own
    torch.set_num_threads(threads)


def timed(work: Work) -> float:
    start = time.perf_counter()
    work()
    if torch.cuda.is_available():
        torch.cuda.synchronize()  # a GPU works on after the call returns
    return time.perf_counter() - start


def shown(row: Row) -> Row:
    entry = row.entry()
    judged = "" if row.goal is None else f"  goal {row.goal:5.1f}  {'met' if entry['met'] else 'MISSED'}"
    print(
        f"{row.name:58} plain {entry['plain_s']:8.3f} s  ours {entry['ours_s']:8.3f} s  "
        f"ratio {entry['ratio']:7.1f}{judged}",
        flush=True,
    )
    return row


def at_most(value: float, goal: float) -> dict[str, object]:
    return {"value": value, "goal": goal, "met": value <= goal, "rule": "at most"}


def at_least(value: float, goal: float) -> dict[str, object]:
    return {"value": value, "goal": goal, "met": value >= goal, "rule": "at least"}
