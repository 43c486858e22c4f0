"""`benchmark`: time training, prediction and attention on the folder."""

from __future__ import annotations

import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from attacker.commands.arguments import add_places, add_settings, config_of
from attacker.commands.inputs import read_photos
from attacker.config import AttackerConfig

if TYPE_CHECKING:
    from attacker.photos.folder import Folder


def describe(parser: ArgumentParser) -> None:
    """Add the arguments."""
    add_places(parser)
    add_settings(parser)


def run(args: Namespace) -> Iterator[str]:
    """Run every step once in a fresh temporary cache, and yield its seconds of wall-clock time."""
    config, folder = config_of(args.recipe, args.set), read_photos(args)
    yield from map(str, folder.left_out)
    with tempfile.TemporaryDirectory() as scratch:
        steps = _steps(config, folder, Path(scratch))
        with tqdm(total=len(steps), desc="benchmark", unit="step") as bar:
            seconds = {name: _seconds(step, bar.update) for name, step in steps.items()}
    for name, duration in seconds.items():
        yield f"{name:44} {duration:8.2f} s"


def _steps(config: AttackerConfig, folder: Folder, scratch: Path) -> dict[str, Callable[[], object]]:
    from attacker.attention.grad_cam import attention_maps
    from attacker.evaluation.prediction import predict
    from attacker.training.run_folder import load
    from attacker.training.train import train

    first, second, cache = scratch / "first", scratch / "second", scratch / "cache"

    def train_in(run_dir: Path) -> None:
        train(config, folder.classes, folder.train, folder.validation, run_dir=run_dir, cache_dir=cache)

    return {
        "train, nothing cached": lambda: train_in(first),
        "train again, features cached": lambda: train_in(second),
        "load": lambda: load(first),
        "predict the test photos": lambda: predict(load(first), folder.test, cache_dir=cache),
        "attention maps of the test photos": lambda: attention_maps(
            load(first), folder.test, cache_dir=cache
        ),
    }


def _seconds(step: Callable[[], object], on_done: Callable[[], object]) -> float:
    start = time.perf_counter()
    step()
    seconds = time.perf_counter() - start
    on_done()
    return seconds
