"""Labels of the photos, and the weight of each in the loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from attacker.config import AttackerConfig
from attacker.errors import DataError
from attacker.example import Example


@dataclass(frozen=True)
class Targets:
    """Labels and weights on the training's device.

    Parameters
    ----------
    train, validation
        Labels, int64 [n].
    weights
        Weight of each training photo in the loss, float32 [n], mean 1.
    """

    train: Tensor
    validation: Tensor
    weights: Tensor


def targets_of(
    config: AttackerConfig,
    classes: int,
    train: Sequence[Example],
    validation: Sequence[Example],
    weights: Sequence[float] | None,
    device: torch.device,
) -> Targets:
    """Return labels and weights of the loss.

    The control with shuffled labels shuffles those of validation photos as well: among epochs that have
    learned nothing, true labels would select the one that happens to be right about them, and therefore
    about test photos too.

    Parameters
    ----------
    config
        `shuffle_labels`, `class_balance` and the seed.
    classes
        Number of classes.
    train, validation
        Photos.
    weights
        Weight of each training photo, [n_train]; None weighs them alike.
    device
        Where the tensors are put.

    Raises
    ------
    DataError
        If there is not one weight for each training photo, one is negative, or all are 0.

    Examples
    --------
    Three photos of one class and one of another, classes weighing alike:

    >>> from pathlib import Path
    >>> photos = [Example(Path("x"), int(n == 3), str(n), level=0, group=str(n)) for n in range(4)]
    >>> targets_of(AttackerConfig(), 2, photos, photos, None, torch.device("cpu")).weights.tolist()
    [0.6666666865348816, 0.6666666865348816, 0.6666666865348816, 2.0]
    """
    labels, held_out = (_labels(config, role, photos) for role, photos in enumerate((train, validation)))
    return Targets(
        torch.from_numpy(labels).to(device),
        torch.from_numpy(held_out).to(device),
        _weights(labels, classes, weights, balance=config.class_balance).to(device),
    )


def _labels(config: AttackerConfig, role: int, examples: Sequence[Example]) -> NDArray[np.int64]:
    if config.shuffle_labels:
        return _shuffled(examples, np.random.default_rng([config.seed, role]))
    return np.array([example.label for example in examples])


def _shuffled(examples: Sequence[Example], random: np.random.Generator) -> NDArray[np.int64]:
    """Permute the labels among source photos, int64 [n]; all crops of one photo get the same label."""
    label_of = {example.item: example.label for example in examples}
    items = sorted(label_of)
    permuted = random.permutation([label_of[item] for item in items])
    new_label_of = dict(zip(items, permuted.tolist(), strict=True))
    return np.array([new_label_of[example.item] for example in examples])


def _weights(
    labels: NDArray[np.int64], classes: int, given: Sequence[float] | None, *, balance: bool
) -> Tensor:
    """Return loss weights with mean 1, float32 [n]."""
    weights = np.ones(len(labels)) if given is None else np.asarray(given, dtype=np.float64)
    if weights.shape != labels.shape or not (weights >= 0).all() or weights.sum() <= 0:
        raise DataError(f"example_weights must be {len(labels)} numbers of at least 0, not all 0")
    if balance:
        mass = np.bincount(labels, weights, minlength=classes)
        weights = weights / np.where(mass > 0, mass, 1.0)[labels]
    return torch.from_numpy((weights / weights.mean()).astype(np.float32))
