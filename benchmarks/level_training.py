"""Adaptive training of one level, with its tests, also beside another checkout: wall time and accuracy.

Both checkouts get the same photos, whole and cut to their middle, and the same quick recipe; they train by
turns, each with an empty cache, in processes that have imported torch before, as a worker's have. This one
trains as many seeds at once as its stack's worker does, with the threads that they have there; another one
trains one after the other with all cores, as workers did before there was `config/stack/job_share.py`.
Run: python -m benchmarks.level_training [--against FOLDER]. It writes var/benchmarks/level_training.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
from PIL import Image

from config.stack.job_share import JobShare, share_here
from pipeline.worker.thread_share import threads_of
from synthetic import draw_set

CORES = os.cpu_count() or 1
ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "var" / "benchmarks" / "level_training.json"
SEEDS_OF_A_TRAINING = Path(__file__).with_name("_level_seeds.py")
SIDE = 0.5  # of the photo: what the heavier level shows
ROLES = (
    "train",
    "train",
    "train",
    "validation",
    "test",
    "test",
)  # of photos in turn, by halves as in a study
GOAL = 0.6

Photos = dict[str, list[dict[str, Any]]]  # by role


@dataclass(frozen=True)
class Checkout:
    """A checkout, and how its worker divides the machine among trainings."""

    folder: Path
    share: JobShare


@dataclass(frozen=True)
class Training:
    """One round of seeds: seconds on the clock and of the processors, and which answers were right."""

    wall: float
    processor: float
    right: np.ndarray  # [seeds, test photos]


def main() -> None:
    chosen = _arguments()
    checkouts = {"here": Checkout(ROOT, share_here())}
    if chosen.against:
        checkouts["against"] = Checkout(chosen.against.resolve(), JobShare(1, CORES))
    report: dict[str, Any] = {"machine": f"{platform.machine()}, {CORES} cores"}
    with tempfile.TemporaryDirectory() as scratch:
        photos = _photos(chosen.photos or draw_set(Path(scratch, "drawn"), 90, seed=1), Path(scratch))
        for architecture in chosen.architectures:
            turns = [
                {
                    name: trained(checkout, architecture, chosen.seeds, photos)
                    for name, checkout in checkouts.items()
                }
                for _ in range(chosen.turns)
            ]
            report[architecture] = figures(turns)
            print(architecture, json.dumps(report[architecture]), flush=True)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(report, indent=2) + "\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="another checkout")
    parser.add_argument("--photos", type=Path, help="one folder per class; without it some are drawn")
    parser.add_argument("--architectures", nargs="+", default=["efficientnet_lite0", "efficientnet_lite1"])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--turns", type=int, default=3)
    return parser.parse_args()


def _photos(root: Path, scratch: Path) -> Photos:
    """Return photos of three classes in their roles, whole (level 0) and cut to their middle (level 1)."""
    photos: Photos = {role: [] for role in ROLES}
    for label, folder in enumerate(sorted(path for path in root.iterdir() if path.is_dir())[:3]):
        for number, path in enumerate(sorted(folder.glob("*.jpg"))):
            cut = scratch / f"{path.stem}.png"
            _middle(path).save(cut)
            photo = {"label": label, "item": path.stem}
            shown = [photo | {"path": str(path), "level": 0}, photo | {"path": str(cut), "level": 1}]
            role = ROLES[number % len(ROLES)]
            photos[role] += shown if role != "validation" else shown[1:]
    return photos


def _middle(path: Path) -> Image.Image:
    with Image.open(path) as photo:
        width, height = photo.size
        across, down = width * (1 - SIDE) / 2, height * (1 - SIDE) / 2
        return photo.convert("RGB").crop((int(across), int(down), int(width - across), int(height - down)))


class WorkerProcess:
    """A process of a checkout's worker, which has imported torch and trains one seed after the other."""

    def __init__(self, checkout: Checkout) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(SEEDS_OF_A_TRAINING)],  # not beside our own attacker.py
            cwd=checkout.folder,
            env=os.environ | {"OMP_WAIT_POLICY": "PASSIVE", "PYTHONPATH": str(checkout.folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "ready"

    def train(self, task: dict[str, Any]) -> dict[str, Any]:
        """Train and test a seed; return which answers were right, and seconds of the processors."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._line())
        return answer

    def end(self) -> None:
        """End the process, which has nothing left to do."""
        self._process.communicate()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def trained(checkout: Checkout, architecture: str, seeds: int, photos: Photos) -> Training:
    """Train and test all seeds in the processes that the checkout's worker has."""
    jobs, processes = checkout.share.jobs, [WorkerProcess(checkout) for _ in range(checkout.share.jobs)]
    free: SimpleQueue[WorkerProcess] = SimpleQueue()
    for process in processes:
        free.put(process)

    def answer(seed: int) -> dict[str, Any]:
        beside = seeds - 1 - seed + seed % jobs  # those that wait, and those that began at the same time
        threads = threads_of(checkout.share.threads, CORES, beside=beside)
        process = free.get()
        try:
            return process.train(task | {"seed": seed, "threads": threads})
        finally:
            free.put(process)

    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(jobs) as pool:
        task = {"architecture": architecture, "folder": folder, "photos": photos}
        began = time.perf_counter()
        answers = list(pool.map(answer, range(seeds)))
        wall = time.perf_counter() - began
    for process in processes:
        process.end()
    right = np.array([each["right"] for each in answers])
    return Training(wall, sum(each["processor"] for each in answers), right)


def figures(turns: list[dict[str, Training]]) -> dict[str, Any]:
    """Return medians of both times, the mean accuracy and, of two checkouts, how they compare."""
    names = list(turns[0])
    report: dict[str, Any] = {name: _of_one([turn[name] for turn in turns]) for name in names}
    if len(names) == 2:
        ratios = [turn["here"].wall / turn["against"].wall for turn in turns]
        report["wall, share"] = {"value": statistics.median(ratios), "goal": GOAL, "each": ratios}
        report["accuracy, difference"] = _difference(turns[0]["here"].right, turns[0]["against"].right)
    return report


def _of_one(trainings: list[Training]) -> dict[str, float]:
    return {
        "wall s": statistics.median(training.wall for training in trainings),
        "processor s": statistics.median(training.processor for training in trainings),
        "accuracy": float(trainings[0].right.mean()),
    }


def _difference(here: np.ndarray, against: np.ndarray) -> dict[str, float]:
    """Return the difference of accuracies with its 95 % interval, paired by photo."""
    of_photos = here.mean(axis=0) - against.mean(axis=0)
    half = 1.96 * of_photos.std(ddof=1) / len(of_photos) ** 0.5
    return {"estimate": of_photos.mean(), "low": of_photos.mean() - half, "high": of_photos.mean() + half}


if __name__ == "__main__":
    main()
