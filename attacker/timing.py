"""How long this machine takes for the attacker's work on given photos."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from attacker.attention import attention_maps
from attacker.config import AttackerConfig
from attacker.folder import Folder
from attacker.prediction import predict
from attacker.trained import load
from attacker.training import train


def time_folder(config: AttackerConfig, folder: Folder) -> dict[str, float]:
    """Return wall-clock seconds of each step, run once in a fresh temporary cache.

    Parameters
    ----------
    config
        How to train.
    folder
        The photos.
    """
    with tempfile.TemporaryDirectory() as scratch:
        first, second, cache = Path(scratch, "first"), Path(scratch, "second"), Path(scratch, "cache")

        def run(run_dir: Path) -> None:
            train(config, folder.classes, folder.train, folder.validation, run_dir=run_dir, cache_dir=cache)

        return {
            "train, nothing cached": _seconds(lambda: run(first)),
            "train again, features cached": _seconds(lambda: run(second)),
            "load": _seconds(lambda: load(first)),
            "predict the test photos": _seconds(lambda: predict(load(first), folder.test, cache_dir=cache)),
            "attention maps of the test photos": _seconds(
                lambda: attention_maps(load(first), folder.test, cache_dir=cache)
            ),
        }


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
