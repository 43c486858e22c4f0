"""Photos of a batch mixed with each other, and their labels with them: mixup and cutmix.

What is mixed is what the lowest trained stage takes in: pixels where the whole network is trained, else the
feature maps that are cached below that stage.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from attacker.config import AttackerConfig
from attacker.errors import ArchitectureError
from attacker.networks.runtime import to_device

Window = tuple[slice, slice]  # rows and columns


@dataclass(frozen=True)
class Mixture:
    """With which photo of its batch each photo is mixed, and how.

    Parameters
    ----------
    partners
        Place in the batch of each photo's partner, int64 [n].
    share
        Of each photo that stays, in [0, 1].
    centre
        Of the window that is replaced (row, column), in [0, 1] of the map; None blends whole maps.
    """

    partners: NDArray[np.int64]
    share: float
    centre: tuple[float, float] | None

    def __call__(self, x: Tensor) -> tuple[Tensor, float]:
        """Return the mixed batch, of the shape of `x`, and the share of each photo that stayed.

        Parameters
        ----------
        x
            Pixels or maps, [n, C, h, w]; blending takes tokens, [n, T, D], as well.

        Raises
        ------
        ArchitectureError
            If a window is to be replaced in tokens, which have no place.
        """
        others = x[to_device(self.partners, x.device)]
        if self.centre is None:
            return x * self.share + others * (1 - self.share), self.share
        if x.ndim != 4:
            raise ArchitectureError(
                "cutmix needs maps with rows and columns, and this network has tokens; set mixing to 'mixup'"
            )
        rows, columns = window(self.centre, self.share, (x.shape[2], x.shape[3]))
        mixed = x.clone()
        mixed[:, :, rows, columns] = others[:, :, rows, columns]
        replaced = (rows.stop - rows.start) * (columns.stop - columns.start)
        return mixed, 1 - replaced / (x.shape[2] * x.shape[3])


def window(centre: tuple[float, float], share: float, shape: tuple[int, int]) -> Window:
    """Return the window that is replaced, cut off at the map's borders.

    Parameters
    ----------
    centre
        (row, column) in [0, 1] of the map.
    share
        Of the map's area that stays where the window lies inside it.
    shape
        (rows, columns) of the map.

    Examples
    --------
    >>> window((0.5, 0.5), share=0.75, shape=(8, 8))
    (slice(2, 6, None), slice(2, 6, None))
    """
    side = math.sqrt(1 - share)
    edges = [
        [min(max(round((place + sign * side / 2) * length), 0), length) for sign in (-1, 1)]
        for place, length in zip(centre, shape, strict=True)
    ]
    return slice(*edges[0]), slice(*edges[1])


def mixture(config: AttackerConfig, stage: str, photos: int, seed: int) -> Mixture | None:
    """Draw how a batch is mixed.

    Parameters
    ----------
    config
        Its `mixing` and `mixing_alpha`.
    stage
        Only ``finetune`` mixes: the head learns from the photos themselves.
    photos
        In the batch.
    seed
        Of this batch; the same seed draws the same mixture.

    Returns
    -------
    None where nothing is mixed.

    References
    ----------
    Zhang et al. (2018), mixup: Beyond empirical risk minimization, ICLR. Yun et al. (2019), CutMix, ICCV.
    Verma et al. (2019), Manifold mixup, ICML (mixing in inner layers).

    Examples
    --------
    >>> config = AttackerConfig(mixing="mixup")
    >>> mixture(config, "head", photos=4, seed=0) is None
    True
    >>> drawn = mixture(config, "finetune", photos=4, seed=0)
    >>> sorted(drawn.partners.tolist()), 0 <= drawn.share <= 1, drawn.centre
    ([0, 1, 2, 3], True, None)
    """
    if config.mixing == "none" or stage != "finetune":
        return None
    random = np.random.default_rng(seed)
    partners, share = random.permutation(photos), float(random.beta(config.mixing_alpha, config.mixing_alpha))
    row, column = random.random(2).tolist()
    return Mixture(partners, share, (row, column) if config.mixing == "cutmix" else None)


def mixed_loss(
    logits: Tensor, labels: Tensor, weights: Tensor, smoothing: float, mixed: tuple[Mixture, float] | None
) -> Tensor:
    """Return the mean weighted cross-entropy of a batch, a scalar in nats.

    Parameters
    ----------
    logits
        Float32 [n, K].
    labels, weights
        Class and weight of each photo, int64 [n] and float32 [n].
    smoothing
        Share of each label that is distributed over all classes.
    mixed
        How the photos were mixed and the share of each that stayed; None if they were not.

    Examples
    --------
    >>> import torch
    >>> logits, labels, weights = torch.tensor([[9.0, 0.0], [0.0, 9.0]]), torch.tensor([0, 1]), torch.ones(2)
    >>> alone = mixed_loss(logits, labels, weights, 0.0, None)
    >>> swapped = Mixture(np.array([1, 0]), 0.5, None)
    >>> half = mixed_loss(logits, labels, weights, 0.0, (swapped, 0.5))
    >>> round(alone.item(), 3), round(half.item(), 1)
    (0.0, 4.5)
    """
    losses = functional.cross_entropy(logits, labels, reduction="none", label_smoothing=smoothing) * weights
    if mixed is None:
        return losses.mean()
    drawn, share = mixed
    partners = to_device(drawn.partners, labels.device)
    theirs = functional.cross_entropy(logits, labels[partners], reduction="none", label_smoothing=smoothing)
    return (share * losses + (1 - share) * theirs * weights[partners]).mean()
