"""The commands of the statistics on a table of a million rows: time and memory, beside another checkout's."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import Process
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

HERE = Path(__file__).resolve().parent.parent
SINGLE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
COMMANDS: dict[str, tuple[str, ...]] = {
    "verdict": (),
    "curves": (),
    "consistency": (
        "--resamples",
        "100",
    ),  # as many for all; what a million rows get where none are asked for
    "report": ("--out", "report"),
}


@dataclass(frozen=True)
class Checkout:
    """A working tree whose statistics are run from a shell.

    Attributes
    ----------
    name : what it is called in the result
    folder : where it lies
    module : what `python -m` runs
    """

    name: str
    folder: Path
    module: str

    def cost(self, command: str, table: Path, scratch: Path) -> dict[str, float]:
        """Run one command in a process of its own; return seconds, seconds of processor, and peak memory."""
        options = COMMANDS[command]
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", self.module, command, str(table), *options],
            cwd=scratch,
            env={**os.environ, **SINGLE_THREAD, "PYTHONPATH": str(self.folder)},
            stdout=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"{self.name}: {command} ended with code {process.returncode}")
        seconds = time.perf_counter() - start
        return {"s": seconds, "cpu_s": usage.ru_utime + usage.ru_stime, "peak_mb": usage.ru_maxrss / 1024}


def compare(make: Callable[[], pd.DataFrame], other: Checkout | None) -> dict[str, dict[str, Any]]:
    """Run every command here and, right after it, in the other checkout, so that both share the load.

    Parameters
    ----------
    make
        Makes the table, in a process of its own: the peak of a command begins with the memory of the process
        that starts it.
    other
        The checkout to compare with.
    """
    checkouts = [Checkout("here", HERE, "stats"), *([other] if other else [])]
    with TemporaryDirectory(prefix="sweetspot-benchmark-") as scratch:
        table = Path(scratch) / "trials.csv"
        maker = Process(target=_write, args=(make, table))
        maker.start()
        maker.join()
        return {
            command: {each.name: each.cost(command, table, Path(scratch)) for each in checkouts}
            for command in COMMANDS
        }


def _write(make: Callable[[], pd.DataFrame], table: Path) -> None:
    make().to_csv(table, index=False)


def ratios(costs: dict[str, dict[str, Any]], other: str) -> dict[str, float]:
    """Return the wall time of all commands together, and each one's peak memory, as shares of the other's."""
    here, there = ([by_name[name] for by_name in costs.values()] for name in ("here", other))
    peaks = {
        f"peak memory of {command}, share of the other's": by_name["here"]["peak_mb"]
        / by_name[other]["peak_mb"]
        for command, by_name in costs.items()
    }
    return {"time of all commands, share of the other's": _sum(here, "s") / _sum(there, "s"), **peaks}


def _sum(costs: list[dict[str, float]], name: str) -> float:
    return sum(cost[name] for cost in costs)
