"""How long this machine takes for the attacker's work on given photos."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from attacker.attention.grad_cam import attention_maps
from attacker.config import AttackerConfig
from attacker.evaluation.prediction import predict
from attacker.photos.folder import Folder
from attacker.training.train import train
from attacker.training.trained import load

STEPS = 5


def time_folder(
    config: AttackerConfig, folder: Folder, on_step: Callable[[], object] = lambda: None
) -> dict[str, float]:
    """Return wall-clock seconds of each of the `STEPS`, run once in a fresh temporary cache.

    Parameters
    ----------
    config
        How to train.
    folder
        The photos.
    on_step
        Called after each step.
    """
    with tempfile.TemporaryDirectory() as scratch:
        first, second, cache = Path(scratch, "first"), Path(scratch, "second"), Path(scratch, "cache")

        def run(run_dir: Path) -> None:
            train(config, folder.classes, folder.train, folder.validation, run_dir=run_dir, cache_dir=cache)

        steps: dict[str, Callable[[], object]] = {
            "train, nothing cached": lambda: run(first),
            "train again, features cached": lambda: run(second),
            "load": lambda: load(first),
            "predict the test photos": lambda: predict(load(first), folder.test, cache_dir=cache),
            "attention maps of the test photos": lambda: attention_maps(
                load(first), folder.test, cache_dir=cache
            ),
        }
        return {name: _seconds(work, on_step) for name, work in steps.items()}


def _seconds(work: Callable[[], object], on_step: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    on_step()
    return seconds
