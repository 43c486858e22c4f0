"""Two ways of doing the same, timed in turn."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch


@dataclass(frozen=True)
class Row:
    """One comparison: seconds of each repeat, the plain way's and ours, and what must come of it."""

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
        found = {"ratio": middle, "quartiles": [low, high], **seconds}
        if self.goal is not None:
            found |= {"goal": self.goal, "met": bool(middle >= self.goal)}
        return {**found, "note": self.note} if self.note else found


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    if torch.cuda.is_available():
        torch.cuda.synchronize()  # a GPU is given work, not waited for
    return time.perf_counter() - start


def beside(
    name: str, plain: Callable[[], object], ours: Callable[[], object], goal: float | None, repeats: int
) -> Row:
    """Time both in turn, so that a busy moment of the machine falls on both; one unmeasured round first."""
    plain(), ours()
    pairs = [(timed(plain), timed(ours)) for _ in range(repeats)]
    row = Row(name, [a for a, _ in pairs], [b for _, b in pairs], goal)
    show(row)
    return row


def show(row: Row) -> None:
    entry = row.entry()
    judged = "" if row.goal is None else f"  goal {row.goal:5.1f}  {'met' if entry['met'] else 'MISSED'}"
    print(
        f"{row.name:58} plain {entry['plain_s']:8.3f} s  ours {entry['ours_s']:8.3f} s  "
        f"ratio {entry['ratio']:7.1f}{judged}",
        flush=True,
    )


def at_most(value: float, goal: float) -> dict[str, object]:
    return {"value": value, "goal": goal, "met": value <= goal, "rule": "at most"}


def at_least(value: float, goal: float) -> dict[str, object]:
    return {"value": value, "goal": goal, "met": value >= goal, "rule": "at least"}
