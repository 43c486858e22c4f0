"""How the processor time of each part grows with the study: one of so many photos, four and sixteen times.

There are as many people as photos, each with twenty answers; trials.csv is written five times. Each size
runs in a process of its own. An exponent of 1 means: twice the photos, twice the time; fixed costs make it
smaller. Prints a table and writes scaling.json and scaling.svg. Threads that wait for each other count too:
measure on an idle machine. Run: python -m benchmarks.scaling [--photos 60] [--out docs/method]. Six minutes.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from tqdm import tqdm

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "var" / "benchmarks"
CLASSES = 3
TIMES = (1, 4, 16)
PARTS = ("import", "crops", "loop", "export", "verdict")
MOST = 1.1

Seconds = dict[int, dict[str, float]]  # by number of photos and part


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=60, help="of the smallest study, in three classes")
    parser.add_argument("--out", type=Path, default=OUT)
    chosen = parser.parse_args()
    sizes = [chosen.photos * times for times in TIMES]
    seconds = {photos: seconds_of(photos) for photos in tqdm(sizes, desc="Studies")}
    report = {
        "machine": f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores",
        "seconds": seconds,
        "exponents": exponents(seconds),
        "most": MOST,
    }
    chosen.out.mkdir(parents=True, exist_ok=True)
    (chosen.out / "scaling.json").write_text(json.dumps(report, indent=2) + "\n")
    figure(seconds).savefig(chosen.out / "scaling.svg", metadata={"Date": None})
    print(table(seconds))


def seconds_of(photos: int) -> dict[str, float]:
    """Return the processor seconds of each part of a study of so many photos."""
    command = [sys.executable, "-m", "benchmarks._scaling_site", str(photos // CLASSES)]
    run = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    answer: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
    return answer


def exponents(seconds: Seconds) -> dict[str, list[float]]:
    """Return for each part the exponent of each step from one size to the next, and over all of them."""
    sizes = sorted(seconds)
    return {
        part: [
            round(math.log(seconds[large][part] / seconds[small][part]) / math.log(large / small), 2)
            for small, large in (*pairwise(sizes), (sizes[0], sizes[-1]))
        ]
        for part in PARTS
    }


def table(seconds: Seconds) -> str:
    """Return seconds and exponents as Markdown."""
    sizes, grown = sorted(seconds), exponents(seconds)
    heads = ["part", *(f"{size} photos" for size in sizes), "exponent, first step", "second", "over both"]
    rows = [
        [part, *(f"{seconds[size][part]:.1f} s" for size in sizes), *map(str, grown[part])] for part in PARTS
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in (heads, ["---"] * len(heads), *rows))


def figure(seconds: Seconds) -> Any:
    """Draw seconds against photos; the grey line grows as the photos do."""
    drawing = Figure(figsize=(7, 4), layout="constrained")
    axes = drawing.subplots()
    sizes = sorted(seconds)
    for part, marker in zip(PARTS, "osD^v", strict=True):
        axes.plot(sizes, [seconds[size][part] for size in sizes], marker=marker, label=part)
    start = min(seconds[sizes[0]].values())
    axes.plot(sizes, [start * size / sizes[0] for size in sizes], color="0.7", label="as many times the time")
    axes.set(xscale="log", yscale="log", xlabel="photos, and people", ylabel="processor time, s")
    axes.set_xticks(sizes, [str(size) for size in sizes])
    axes.minorticks_off()
    drawing.legend(loc="outside right upper", frameon=False)
    return drawing


if __name__ == "__main__":
    main()
