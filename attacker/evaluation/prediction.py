"""Answers of a trained attacker to photos, as logits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import softmax

from attacker.config import AttackerConfig
from attacker.errors import DataError
from attacker.example import Example
from attacker.features.augmentation import MIRRORED, PLAIN, ViewSet
from attacker.features.cache import Store, store
from attacker.features.cached_features import Bank, PixelBank
from attacker.features.extraction import bank
from attacker.features.extractor import Frozen
from attacker.networks.runtime import computing
from attacker.photos.decoding import Photos, hashes_of
from attacker.progress import Monitor, Progress, ignore, never
from attacker.training.trained import TrainedAttacker
from stats.inference.balanced_accuracy import balanced_accuracy

_BATCH = 64
# What to lower where memory runs out: the size of batches is fixed, and a trained run cannot be changed.
LESS = "what else this device holds, or the image_size of the next training"
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Predictions:
    """Answers to photos.

    Parameters
    ----------
    examples
        The photos, n of them.
    classes
        Names of the columns, K of them.
    logits
        Float32 [n, K].

    Raises
    ------
    DataError
        If the logits do not fit photos and classes.

    Examples
    --------
    >>> from pathlib import Path
    >>> photos = tuple(Example(Path(f"{n}.png"), label=n, item=str(n), level=0, group=str(n)) for n in (0, 1))
    >>> answers = Predictions(photos, ("dunk", "shoot"), np.array([[2.0, 0.0], [1.0, 0.0]], np.float32))
    >>> answers.correct.tolist(), answers.balanced_accuracy()
    ([True, False], 0.5)
    """

    examples: tuple[Example, ...]
    classes: tuple[str, ...]
    logits: Floats

    def __post_init__(self) -> None:
        if self.logits.shape != (len(self.examples), len(self.classes)):
            raise DataError(
                f"logits {self.logits.shape} for {len(self.examples)} photos, {len(self.classes)} classes"
            )

    @property
    def probabilities(self) -> Floats:
        """Softmax of the logits, float32 [n, K]."""
        result: Floats = softmax(self.logits, axis=1).astype(np.float32)
        return result

    @property
    def predicted(self) -> NDArray[np.int64]:
        """The most probable class of each photo, int64 [n]."""
        chosen: NDArray[np.int64] = np.argmax(self.logits, axis=1).astype(np.int64)
        return chosen

    @property
    def labels(self) -> NDArray[np.int64]:
        """The true class of each photo, int64 [n]."""
        return np.array([example.label for example in self.examples], dtype=np.int64)

    @property
    def correct(self) -> NDArray[np.bool_]:
        """Whether the most probable class of each photo is the true one, bool [n]."""
        right: NDArray[np.bool_] = self.predicted == self.labels
        return right

    @property
    def items(self) -> tuple[str, ...]:
        """The source photo of each photo."""
        return tuple(example.item for example in self.examples)

    @property
    def levels(self) -> tuple[int, ...]:
        """The crop level of each photo."""
        return tuple(example.level for example in self.examples)

    def accuracy(self) -> float:
        """Return the share of photos whose class is predicted correctly."""
        return float(self.correct.mean())

    def balanced_accuracy(self) -> float:
        """Return the mean over classes of the share of photos that is predicted correctly."""
        return balanced_accuracy(self.correct, self.labels)

    def shifted(self, offsets: NDArray[np.floating]) -> Predictions:
        """Return answers with class offsets [K] added to the logits; see `stats.machine.class_offsets`."""
        return Predictions(self.examples, self.classes, (self.logits + offsets).astype(np.float32))


def predict(
    attacker: TrainedAttacker,
    examples: Sequence[Example],
    *,
    cache_dir: Path | None = None,
    on_progress: Callable[[Progress], None] = ignore,
    should_stop: Callable[[], bool] = never,
    test_time_augmentation: bool | None = None,
) -> Predictions:
    """Classify photos.

    Parameters
    ----------
    examples
        Photos, n of them. Their labels are kept with the answers, not used. Before a test, call
        its `require_unseen`.
    cache_dir
        Folder of cached features, shared with training.
    on_progress, should_stop
        As in `attacker.train`.
    test_time_augmentation
        Average the logits over the photo, its mirror image and the config's further views; None does what the
        config says.

    Returns
    -------
    In the order of `examples`, logits float32 [n, K].

    Raises
    ------
    DataError
        If there are no photos.
    PhotoError
        If a photo cannot be read.
    StoppedError
        If `should_stop` returned True.

    Examples
    --------
    >>> attacker = load(Path("run"))  # doctest: +SKIP
    >>> attacker.require_unseen(test_photos)  # doctest: +SKIP
    >>> predict(attacker, test_photos).balanced_accuracy()  # doctest: +SKIP
    0.93
    """
    if not examples:
        raise DataError("no photos to predict")
    monitor = Monitor(on_progress, should_stop)
    cache, hashes = store(cache_dir), hashes_of(examples, monitor.check)
    with computing(LESS):
        banks = [
            bank(frozen(attacker), examples, hashes, cache, views, monitor.photos)
            for views in _view_sets(attacker.config, test_time_augmentation)
        ]
        shown = [(features, number) for features in banks for number in features.views.at_test]
        logits = np.mean([_logits(attacker, *views, monitor) for views in shown], axis=0)
    monitor.report(Progress("done", 1, 1, 1.0))
    return Predictions(tuple(examples), attacker.classes, logits.astype(np.float32))


def logits_of(attacker: TrainedAttacker, photos: Photos, cache: Store, monitor: Monitor) -> Floats:
    """Return the logits of photos that were read before, without augmentation, float32 [n, K].

    Examples
    --------
    >>> photos = Photos.read(examples)  # doctest: +SKIP
    >>> logits_of(attacker, photos, store(None), Monitor()).shape  # doctest: +SKIP
    (120, 3)
    """
    features = bank(frozen(attacker), photos.examples, photos.hashes, cache, PLAIN, monitor.photos)
    return _logits(attacker, features, 0, monitor)


def _view_sets(config: AttackerConfig, augmented: bool | None) -> tuple[ViewSet, ...]:
    """Return sets of one view each, not one set of two: training and attention share that of plain photos."""
    wanted = config.test_time_augmentation if augmented is None else augmented
    if not wanted:
        return (PLAIN,)
    further = (ViewSet("augmented", 1 + config.test_views),) if config.test_views else ()
    return (PLAIN, MIRRORED, *further)


def frozen(attacker: TrainedAttacker) -> Frozen:
    """Return the lower part of the network, which was not trained.

    Examples
    --------
    >>> frozen(attacker).cut == attacker.cut  # doctest: +SKIP
    True
    """
    config = attacker.config
    return Frozen(attacker.network, config.architecture, attacker.cut, config.image_size, attacker.runtime)


def _logits(attacker: TrainedAttacker, features: Bank | PixelBank, number: int, monitor: Monitor) -> Floats:
    """Return the logits of one view of each photo, float32 [n, K]."""
    parts = []
    for start in range(0, len(features), _BATCH):
        monitor.check()
        rows = list(range(start, min(start + _BATCH, len(features))))
        with torch.inference_mode(), attacker.runtime.autocast():
            logits = attacker.network(features.batch(rows, [number] * len(rows)), attacker.cut)
        parts.append(logits.cpu().numpy())
    return np.concatenate(parts)
