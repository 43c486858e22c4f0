"""Several seeds of one recipe, trained beside each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from attacker.config import AttackerConfig
from attacker.errors import CheckpointError, ConfigError
from attacker.example import Example
from attacker.progress import Progress, ignore, never, part_of
from attacker.training.train import train as train_one
from attacker.training.trained import TrainedAttacker, is_finished, load

_FOLDER = "seed-"
_TWO_LAYOUTS = "{} is itself a finished run; give a folder of its own to the runs of several seeds"


def folder_of(root: Path, seed: int) -> Path:
    """Return the run folder of one seed."""
    return root / f"{_FOLDER}{seed}"


def train_seeds(
    config: AttackerConfig,
    classes: Sequence[str],
    train: Sequence[Example],
    validation: Sequence[Example],
    *,
    seeds: int,
    root: Path,
    cache_dir: Path | None = None,
    on_progress: Callable[[Progress], None] = ignore,
    should_stop: Callable[[], bool] = never,
) -> tuple[TrainedAttacker, ...]:
    """Train one recipe with several seeds, or go on where they were left off.

    Parameters
    ----------
    config
        How to train; its seed is the first.
    classes, train, validation, cache_dir, on_progress, should_stop
        As in `attacker.train`.
    seeds
        How many, at least 1. One says nothing of how much luck it had.
    root
        Gets a run folder per seed.

    Raises
    ------
    ConfigError
        If there is not one seed at least; and what `attacker.train` raises.
    CheckpointError
        If the folder is itself a finished run.
    """
    if seeds < 1:
        raise ConfigError(f"the number of seeds must be at least 1, not {seeds}")
    if is_finished(root):
        raise CheckpointError(_TWO_LAYOUTS.format(root))
    chosen = range(config.seed, config.seed + seeds)
    return tuple(
        train_one(
            replace(config, seed=seed),
            classes,
            train,
            validation,
            run_dir=folder_of(root, seed),
            cache_dir=cache_dir,
            on_progress=part_of(on_progress, number, seeds),
            should_stop=should_stop,
        )
        for number, seed in enumerate(chosen)
    )


def load_seeds(root: Path) -> tuple[TrainedAttacker, ...]:
    """Load the finished runs of a folder, in the order of their seeds.

    Parameters
    ----------
    root
        Holds a run folder per seed, or is itself a run.

    Raises
    ------
    CheckpointError
        If none is finished, one is damaged, they differ in more than their seeds, or lie inside a run.
    """
    of_seeds = sorted(root.glob(f"{_FOLDER}*"), key=_seed_in)
    if is_finished(root) and of_seeds:
        raise CheckpointError(_TWO_LAYOUTS.format(root))
    folders = [root] if is_finished(root) else of_seeds
    runs = tuple(load(folder) for folder in folders if is_finished(folder))
    if not runs:
        raise CheckpointError(f"{root}: no finished run here; call train with this folder to go on")
    if len({(replace(run.config, seed=0), run.classes) for run in runs}) > 1:
        raise CheckpointError(f"{root}: its seeds were trained in different ways; keep each way in a folder")
    return runs


def _seed_in(folder: Path) -> tuple[int, str]:
    number = folder.name.removeprefix(_FOLDER)
    return (int(number) if number.isdecimal() else -1, number)


def best_seed(runs: Sequence[TrainedAttacker]) -> TrainedAttacker:
    """Return the run of the highest validation accuracy, then of the lowest loss."""
    return max(runs, key=lambda run: (run.record.best.validation_accuracy, -run.record.best.validation_loss))
