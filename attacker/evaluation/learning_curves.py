"""Learning curves: train on growing parts of the photos, and see whether more would still help."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from attacker.config import AttackerConfig
from attacker.errors import DataError
from attacker.evaluation.learning_curve_intervals import balanced_errors, improvement_for_photos
from attacker.evaluation.power_law import Improvement
from attacker.evaluation.prediction import logits_of
from attacker.example import Example
from attacker.features.cache import Store, store
from attacker.networks.runtime import computing, runtime
from attacker.networks.staged import StagedNetwork, build, seed_head
from attacker.photos.decoding import Photos
from attacker.progress import Monitor, Progress, ignore, never
from attacker.training.checkpoints import NoCheckpoints
from attacker.training.setup import Job
from attacker.training.train import LOWER
from attacker.training.trained import channels_last
from attacker.training.two_stages import train_stages

_LEAST = 2  # photos of a class that a training needs
SHARES = (0.1, 0.18, 0.32, 0.56, 0.75, 1.0)
SEEDS = (0, 1, 2, 3, 4)


@dataclass(frozen=True)
class LearningCurve:
    """Error against training-set size.

    Parameters
    ----------
    sizes
        Mean number of training photos at each step, float64 [S].
    seeds
        One repetition each, R of them.
    errors
        1 - balanced accuracy on validation, float64 [S, R].
    improvement
        The fitted law, and the gain that twice the photos would bring with its interval for new runs and
        photos.
    """

    sizes: NDArray[np.float64]
    seeds: tuple[int, ...]
    errors: NDArray[np.float64]
    improvement: Improvement


def learning_curve(
    config: AttackerConfig,
    classes: Sequence[str],
    train: Sequence[Example],
    validation: Sequence[Example],
    *,
    cache_dir: Path | None = None,
    shares: Sequence[float] = SHARES,
    seeds: Sequence[int] = SEEDS,
    on_progress: Callable[[Progress], None] = ignore,
    should_stop: Callable[[], bool] = never,
) -> LearningCurve:
    """Train `config` on growing parts of the training photos.

    Parameters
    ----------
    config
        How to train; ``replace(config, finetune_epochs=0)`` gives the fast curve of a frozen probe.
    classes, train, validation
        As in `attacker.train`.
    cache_dir
        Folder of cached features, shared with other runs; None keeps them in memory. They are computed once.
    shares
        Shares of the photo groups, growing to 1; smaller parts are subsets of larger ones.
    seeds
        Repetitions: each has its own order of groups, first weights and batches.
    on_progress, should_stop
        As in `attacker.train`; an epoch here is one run.

    Returns
    -------
    The best epoch of each run is chosen on the photos it is measured on, so errors are slightly low, at every
    size alike.

    Raises
    ------
    DataError
        If there are fewer than four shares or two seeds, the shares give fewer than four different sizes, or
        a part is too small to train on.
    StoppedError
        If `should_stop` returned True.

    Examples
    --------
    >>> config = AttackerConfig.probe()
    >>> curve = learning_curve(config, ("dunk", "shoot"), train_photos, validation_photos)  # doctest: +SKIP
    >>> curve.improvement.is_exhausted(epsilon=0.02)  # doctest: +SKIP
    True
    """
    if len(set(shares)) < 4 or len(set(seeds)) < 2 or not all(0 < share <= 1 for share in shares):
        raise DataError("a learning curve needs four shares in (0, 1] and two seeds at least")
    parts = [[nested_part(train, share, seed) for seed in seeds] for share in shares]
    sizes = _sizes(parts)
    right = np.zeros((len(shares), len(seeds), len(validation)), dtype=bool)
    monitor, runs = Monitor(on_progress, should_stop), len(shares) * len(seeds)
    photos = Photos.read(train, monitor.check), Photos.read(validation, monitor.check)
    trainer = _Trainer(config, classes, *photos, store(cache_dir))
    for number, (row, column) in enumerate(np.ndindex(right.shape[:2])):
        monitor.report(Progress("curve", number, runs, number / runs))
        right[row, column] = trainer.right(parts[row][column], seeds[column], should_stop)
    labels = np.array([example.label for example in validation])
    groups = [example.group for example in validation]
    improvement = improvement_for_photos(sizes, right, labels, groups)
    monitor.report(Progress("done", runs, runs, 1.0))
    return LearningCurve(sizes, tuple(seeds), balanced_errors(right, labels), improvement)


def _sizes(parts: Sequence[Sequence[Sequence[Example]]]) -> NDArray[np.float64]:
    """Return the mean size of each share's parts, [S]; raise an error if too few of them differ.

    Crops of one photo count once: they are no new data.
    """
    photos = [[len({example.item for example in part}) for part in of_a_share] for of_a_share in parts]
    sizes: NDArray[np.float64] = np.mean(photos, axis=1)
    if len(np.unique(sizes)) < 4:
        raise DataError(
            f"the shares give parts of {sizes.tolist()} photos; a curve needs four different sizes"
        )
    return sizes


def nested_part(examples: Sequence[Example], share: float, seed: int) -> tuple[Example, ...]:
    """Return the photos of a share of each class's groups.

    Parameters
    ----------
    examples
        Photos of all classes.
    share
        Share of the groups, in (0, 1]; at least two groups of each class are taken.
    seed
        Decides the order of groups: with the same seed, a smaller part is a subset of a larger one.

    Examples
    --------
    >>> from pathlib import Path
    >>> photos = [Example(Path("x"), n % 2, str(n), level=0, group=str(n)) for n in range(20)]
    >>> small, large = nested_part(photos, 0.2, seed=0), nested_part(photos, 0.5, seed=0)
    >>> len(small), len(large), set(small) <= set(large)
    (4, 10, True)
    """
    chosen: set[str] = set()
    random = np.random.default_rng(seed)
    for label in sorted({example.label for example in examples}):
        groups = sorted({example.group for example in examples if example.label == label})
        order = random.permutation(len(groups))
        chosen |= {groups[index] for index in order[: max(_LEAST, round(share * len(groups)))]}
    return tuple(example for example in examples if example.group in chosen)


class _Trainer:
    """Trains the same network on one part after another; it reads the photos and builds the network once."""

    def __init__(
        self, config: AttackerConfig, classes: Sequence[str], train: Photos, validation: Photos, cache: Store
    ) -> None:
        self._config, self._classes, self._cache = config, classes, cache
        self._train, self._validation = train, validation
        with computing(LOWER):
            self._network = channels_last(build(config, len(classes))).to(runtime(config).device)

    def right(self, part: Sequence[Example], seed: int, should_stop: Callable[[], bool]) -> NDArray[np.bool_]:
        """Return which validation photos are recognised after training on `part` with `seed`, bool [n]."""
        config, monitor = replace(self._config, seed=seed), Monitor(should_stop=should_stop)
        job = Job.prepare(config, self._classes, self._train.only(part), self._validation)
        with computing(LOWER):
            trained = train_stages(job, self._fresh(seed), None, NoCheckpoints(), self._cache, monitor)
            logits = logits_of(trained, self._validation, self._cache, monitor)
        labels = [example.label for example in self._validation.examples]
        recognised: NDArray[np.bool_] = logits.argmax(1) == labels
        return recognised

    def _fresh(self, seed: int) -> StagedNetwork:
        network = deepcopy(self._network)
        seed_head(network.head, seed)
        return network
