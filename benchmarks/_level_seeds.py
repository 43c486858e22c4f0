"""Train and test some seeds of an attacker by the checkout in whose folder this runs: a task on stdin."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from attacker import AttackerConfig, Example, predict, train

CLASSES = ("0", "1", "2")


def main() -> None:
    task = json.load(sys.stdin)
    photos = {role: [example_of(row) for row in rows] for role, rows in task["photos"].items()}
    answers = {seed: answers_of(seed, task, photos) for seed in task["seeds"]}
    print(json.dumps(answers))


def example_of(row: dict[str, Any]) -> Example:
    return Example(Path(row["path"]), row["label"], row["item"], row["level"], group=row["item"])


def answers_of(seed: int, task: dict[str, Any], photos: dict[str, list[Example]]) -> list[int]:
    """Train one seed by the quick recipe, and say of each test photo whether it is named rightly."""
    folder = Path(task["folder"])
    config = AttackerConfig.quick(architecture=task["architecture"], seed=seed)
    run, cache = folder / f"run-{seed}", folder / "cache"
    trained = train(config, CLASSES, photos["train"], photos["validation"], run_dir=run, cache_dir=cache)
    trained.require_unseen(photos["test"])
    return [int(right) for right in predict(trained, photos["test"], cache_dir=cache).correct]


if __name__ == "__main__":
    main()
