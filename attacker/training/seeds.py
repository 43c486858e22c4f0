"""Several seeds of one config, trained one after another in the same folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from attacker.config import AttackerConfig
from attacker.errors import CheckpointError, ConfigError
from attacker.example import Example
from attacker.progress import Progress, ignore, never, part_of
from attacker.training.record_file import UNFINISHED, is_finished
from attacker.training.run_folder import load
from attacker.training.train import train as train_one
from attacker.training.trained import TrainedAttacker

_FOLDER = "seed-"
_NO_FOLDER_OF_SEEDS = "{} is itself a finished run; give a folder of its own to the runs of several seeds"


def folder_of(root: Path, seed: int) -> Path:
    """Return the run folder of one seed.

    Examples
    --------
    >>> folder_of(Path("runs"), 3).as_posix()
    'runs/seed-3'
    """
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
    """Train one config with several seeds, or continue those that were interrupted.

    Parameters
    ----------
    config
        How to train; its seed is the first of those that follow each other.
    classes, train, validation, cache_dir, on_progress, should_stop
        As in `attacker.train`.
    seeds
        Number of seeds, at least 1. A single one does not show how much results vary between seeds.
    root
        Gets a run folder per seed.

    Raises
    ------
    ConfigError
        If `seeds` is below 1.
    CheckpointError
        If `root` is itself a finished run.
    AttackerError
        As in `attacker.train`.

    Examples
    --------
    >>> runs = train_seeds(
    ...     AttackerConfig.quick(), ("dunk", "shoot"), train, validation, seeds=5, root=Path("run")
    ... )  # doctest: +SKIP
    """
    if seeds < 1:
        raise ConfigError(f"the number of seeds must be at least 1, not {seeds}")
    if is_finished(root):
        raise CheckpointError(_NO_FOLDER_OF_SEEDS.format(root))
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
    """Load the finished runs of a folder.

    Parameters
    ----------
    root
        Holds a run folder per seed, or is itself a run.

    Returns
    -------
    In the order of their seeds; unfinished runs are left out.

    Raises
    ------
    CheckpointError
        If none is finished, one is damaged, they differ in more than their seeds, or lie inside a run.

    Examples
    --------
    >>> load_seeds(Path("no-such-folder"))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    CheckpointError: no-such-folder: no finished run here; call train with this folder to start or continue it
    """
    by_number = sorted(root.glob(f"{_FOLDER}*"), key=lambda folder: (len(folder.name), folder.name))
    if is_finished(root) and by_number:
        raise CheckpointError(_NO_FOLDER_OF_SEEDS.format(root))
    folders = [root] if is_finished(root) else by_number
    runs = tuple(load(folder) for folder in folders if is_finished(folder))
    if not runs:
        raise CheckpointError(UNFINISHED.format(root))
    if len({(replace(run.config, seed=0), run.classes) for run in runs}) > 1:
        raise CheckpointError(
            f"{root}: its seeds were trained in different ways; give each config a folder of its own"
        )
    return runs


def best_seed(runs: Sequence[TrainedAttacker]) -> TrainedAttacker:
    """Return the run with the highest validation accuracy; of several, the one with the lowest loss.

    Examples
    --------
    >>> best_seed(load_seeds(Path("runs"))).config.seed  # doctest: +SKIP
    2
    """
    return max(runs, key=lambda run: (run.record.best.validation_accuracy, -run.record.best.validation_loss))
