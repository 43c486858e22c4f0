"""Two-way bootstrap of a million trials: matrix products on count tables beside a resampled data frame.

Run it as `python -m benchmarks.stats`; it prints a table and writes var/benchmarks/stats.json. Both ways draw
people and photos alike and give the same numbers for the same draw (tests/stats/test_pigeonhole.py). Beside
each time stands the most memory that the process had held by then: it only grows, so that a step that adds
nothing shows the peak of the steps before it.

`python -m benchmarks.stats --commands` runs verdict, curves, consistency and report from a shell, each alone;
`--against FOLDER MODULE` runs those of another checkout in turn, as `--against ../before pipeline.stats`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks._stats_commands import Checkout, compare, ratios
from stats import verdict
from stats.inference.two_way_bootstrap import resample
from stats.planning.simulated_studies import SEEDS, simulate
from stats.psychophysics.psychometric import Curves, fit_curves
from stats.table.arrays import Coded, encode
from stats.table.tidy import tidy

OUT = Path(__file__).resolve().parent.parent / "var" / "benchmarks" / "stats.json"
COMMANDS_OUT = OUT.with_name("stats_commands.json")
LEVELS = [0.97, 0.95, 0.93, 0.90, 0.80]
MACHINE = [0.97, 0.85, 0.70, 0.55, 0.45]
PEOPLE, PHOTOS, NETWORKS = 1000, 910, 20
RESAMPLES, FRAME_RESAMPLES = 10_000, 4


def million_trials() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    people = simulate(LEVELS, rng, n_agents=PEOPLE, n_items=PHOTOS)
    seeds = simulate(
        MACHINE, rng, agent_type="model", n_agents=NETWORKS, n_items=PHOTOS, spread=SEEDS, crossed=True
    )
    return pd.concat([people, seeds], ignore_index=True)


def resample_frame(trials: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    """One resample as a data frame: every row as often as its person and its photo were drawn together."""
    times = np.ones(len(trials), dtype=int)
    for column in ("agent_id", "item_id"):
        codes, names = pd.factorize(trials[column])
        times *= np.bincount(rng.integers(0, len(names), len(names)), minlength=len(names))[codes]
    drawn = trials.loc[trials.index.repeat(times)]
    by_class = drawn.groupby(["agent_type", "crop_level", "category"], observed=True)["correct"].mean()
    return by_class.groupby(level=[0, 1]).mean()


def timed(work: Callable[[], object], runs: int) -> dict[str, Any]:
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    spread = statistics.stdev(seconds) if runs > 1 else 0.0
    timings = {"mean_s": statistics.mean(seconds), "sd_s": spread, "min_s": min(seconds), "runs": runs}
    return timings | {"peak_mb": peak_mb()}


def peak_mb() -> float:
    """Return the most memory this process has held so far; Linux counts in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(runs: int) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Time every way in one process, one after the other."""
    trials = million_trials()
    size = {"trials": len(trials), "table_mb": float(trials.memory_usage(deep=True).sum() / 2**20)}
    size["peak_mb_with_table"] = peak_mb()
    rng = np.random.default_rng(1)
    coded: Coded = encode(tidy(trials).primary)
    truth = Curves(np.array([0.5]), np.array([0.08]), np.array([0.03]), 1 / 3)
    x = np.linspace(0, 0.8, 5)
    drawn = rng.binomial(2000, truth.at(x), (RESAMPLES, 5)) / 2000
    return size, {
        f"bootstrap, {RESAMPLES} resamples, count tables": timed(lambda: resample(coded, RESAMPLES, 0), runs),
        "bootstrap, 1 resample, data frame": timed(lambda: resample_frame(trials, rng), FRAME_RESAMPLES),
        f"psychometric curves, {RESAMPLES} fits": timed(
            lambda: fit_curves(x, drawn, np.full(5, 2000.0), 1 / 3), runs
        ),
        "verdict": timed(lambda: verdict(trials), runs),
    }


def goals(timings: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    tables, frame, fits, whole = timings.values()
    ratio = frame["mean_s"] * RESAMPLES / tables["mean_s"]
    return {
        "bootstrap of a million trials, seconds": _at_most(tables["mean_s"], 60),
        "bootstrap, times faster than a data frame": {"ratio": ratio, "goal": 100, "met": ratio >= 100},
        "curves of all resamples, seconds": _at_most(fits["mean_s"], 10),
        "verdict on a million trials, seconds": _at_most(whole["mean_s"], 10),
        "peak memory of all, MB": _at_most(whole["peak_mb"], 1024),
    }


def _at_most(value: float, goal: float) -> dict[str, Any]:
    return {"value": value, "goal": goal, "met": value <= goal}


def machine() -> dict[str, Any]:
    load = os.getloadavg()[0]
    versions = {"python": platform.python_version(), "numpy": np.__version__, "pandas": pd.__version__}
    return {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "load": load,
    } | versions


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="repetitions of each timing (3)")
    parser.add_argument("--commands", action="store_true", help="measure the commands of the shell")
    parser.add_argument("--against", nargs=2, metavar=("FOLDER", "MODULE"), help="another checkout")
    args = parser.parse_args()
    if args.commands or args.against:
        measure_commands(args.against)
    else:
        measure_functions(args.runs)


def measure_commands(against: list[str] | None) -> None:
    """Print what each command of the shell costs, and the shares of another checkout's costs."""
    other = Checkout("other", Path(against[0]).resolve(), against[1]) if against else None
    before = machine()
    costs = compare(million_trials, other)
    for command, by_name in costs.items():
        for name, cost in by_name.items():
            line = f"{cost['s']:8.1f} s  processor {cost['cpu_s']:8.1f} s  peak {cost['peak_mb']:6.0f} MB"
            print(f"{line}  {command}, {name}")
    shares = ratios(costs, "other") if other else {}
    goals = {name: {"ratio": value, "goal": 0.5, "met": value <= 0.5} for name, value in shares.items()}
    _write({"machine": before, "costs": costs, "goals": goals}, COMMANDS_OUT)


def measure_functions(runs: int) -> None:
    """Print what each function costs in this process."""
    before = machine()
    size, timings = measure(runs)
    result = {**size, "machine": before, "timings": timings, "goals": goals(timings)}
    for name, times in timings.items():
        spread = f"sd {times['sd_s']:6.3f}  n {times['runs']}"
        print(f"{times['mean_s']:9.3f} s  {spread}  peak {times['peak_mb']:6.0f} MB  {name}")
    _write(result, OUT)


def _write(result: dict[str, Any], path: Path) -> None:
    for name, goal in result["goals"].items():
        value = goal.get("ratio", goal.get("value"))
        print(f"{'met   ' if goal['met'] else 'MISSED'} {value:10.2f}  (goal {goal['goal']})  {name}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    print(f"written to {path}")


if __name__ == "__main__":
    main()
