"""A process of a worker, by the checkout in whose folder this runs: a task a line, an answer a line."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any

import torch

from attacker import AttackerConfig, Example, predict, train

CLASSES = ("0", "1", "2")


def main() -> None:
    print("ready", flush=True)  # torch is imported, as in a worker
    for line in sys.stdin:
        task = json.loads(line)
        torch.set_num_threads(task["threads"])
        before = _processor_seconds()
        right = answers_of(task)
        print(json.dumps({"right": right, "processor": _processor_seconds() - before}), flush=True)


def answers_of(task: dict[str, Any]) -> list[int]:
    """Train one seed by the quick recipe, and say of each test photo whether it is named rightly."""
    photos = {role: [example_of(row) for row in rows] for role, rows in task["photos"].items()}
    folder, seed = Path(task["folder"]), task["seed"]
    config = AttackerConfig.quick(architecture=task["architecture"], seed=seed)
    run, cache = folder / f"run-{seed}", folder / "cache"
    trained = train(config, CLASSES, photos["train"], photos["validation"], run_dir=run, cache_dir=cache)
    trained.require_unseen(photos["test"])
    return [int(right) for right in predict(trained, photos["test"], cache_dir=cache).correct]


def example_of(row: dict[str, Any]) -> Example:
    return Example(Path(row["path"]), row["label"], row["item"], row["level"], group=row["item"])


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
