"""Do attention maps show what the attacker uses? Take the attended cells away and see, beside random ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata
from torch import Tensor
from torch.nn import functional

from attacker.banks import PixelBank
from attacker.cache import MemoryStore
from attacker.errors import DataError
from attacker.example import Example
from attacker.features import bank
from attacker.photos import hashes_of
from attacker.prediction import frozen
from attacker.trained import TrainedAttacker

Floats = NDArray[np.float64]

SHARES = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7)
_BATCH = 32
_BLUR = 31
_Z = 1.959963984540054


@dataclass(frozen=True)
class Faithfulness:
    """Probability of the true class as more of each photo is blurred away.

    Parameters
    ----------
    shares
        Share of the area taken away, [S].
    attended_first, random_first
        Mean probability when the most attended cells, or random ones, go first, float64 [S].
    drop
        How much lower it is, averaged over the shares above 0, when attended cells go first: above 0 where
        attention is faithful.
    low, high
        95 % interval of `drop` over photos.
    """

    shares: tuple[float, ...]
    attended_first: Floats
    random_first: Floats
    drop: float
    low: float
    high: float

    def is_faithful(self) -> bool:
        """Whether taking attended cells hurts more than taking random ones."""
        return self.low > 0


def deletion(
    attacker: TrainedAttacker,
    examples: Sequence[Example],
    maps: ArrayLike,
    *,
    shares: Sequence[float] = SHARES,
    seed: int = 0,
) -> Faithfulness:
    """Compare taking away attended cells with taking away as many random ones.

    Removed cells are replaced by a strong blur of the photo, not by a colour: a box of one colour is itself a
    pattern that a network sees. Random cells are the attention map's own, turned and mirrored at random, so
    that both maps remove patches of the same shape.

    Parameters
    ----------
    attacker
        A trained attacker.
    examples
        Photos it has not learned from, n of them.
    maps
        Attention over each photo, [n, g, g]; square photos only.
    shares
        Shares of the area to take away, the first of them 0.
    seed
        Decides the random cells.

    Returns
    -------
    Faithfulness
        With a normal interval over photos.

    Raises
    ------
    DataError
        If maps do not fit the photos.

    References
    ----------
    Petsiuk, Das and Saenko (2018), RISE, BMVC (deletion). Rong et al. (2022), A Consistent and Efficient
    Evaluation Strategy for Attribution Methods, ICML (imputed instead of constant removal).
    """
    attention = np.asarray(maps, dtype=np.float32)
    if attention.ndim != 3 or len(attention) != len(examples) or len(examples) < 2:
        raise DataError(
            f"maps {attention.shape} must be [n, g, g] for the {len(examples)} photos, at least two"
        )
    random = np.random.default_rng(seed)
    chance = np.stack([_turned(one, random) for one in attention])
    attended, others = (_confidence(attacker, examples, order, shares) for order in (attention, chance))
    differences = (others - attended)[:, 1:].mean(1)
    drop, error = float(differences.mean()), float(differences.std(ddof=1) / np.sqrt(len(differences)))
    return Faithfulness(
        tuple(shares), attended.mean(0), others.mean(0), drop, drop - _Z * error, drop + _Z * error
    )


def stability(maps: Sequence[ArrayLike]) -> float:
    """Return how alike the attention of several attackers is.

    Parameters
    ----------
    maps
        One array [n, g, g] per attacker (seed) for the same photos, at least two.

    Returns
    -------
    float
        Mean Spearman correlation over photos and pairs of attackers, in [-1, 1]. Photos whose map has no
        contrast are left out of its pairs; NaN where no pair is left.
    """
    if len(maps) < 2:
        raise DataError("stability needs the maps of at least two attackers")
    ranks = [_ranked(np.asarray(one)) for one in maps]
    pairs = [(a * b).sum(1) for i, a in enumerate(ranks) for b in ranks[:i]]
    return float(np.nanmean(pairs)) if np.isfinite(pairs).any() else float("nan")


def _ranked(maps: NDArray[np.floating]) -> Floats:
    """Return unit-length centred ranks of each map's cells, [n, cells]; NaN for a map without contrast."""
    ranks = rankdata(maps.reshape(len(maps), -1), axis=1)
    ranks -= ranks.mean(1, keepdims=True)
    length = np.linalg.norm(ranks, axis=1, keepdims=True)
    unit: Floats = ranks / np.where(length > 0, length, np.nan)
    return unit


def _turned(one: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    shifted = np.roll(one, tuple(random.integers(0, one.shape)), axis=(0, 1))
    mirrored = shifted[:, ::-1] if random.random() < 0.5 else shifted
    return np.rot90(mirrored, int(random.integers(0, 4)))


def _confidence(
    attacker: TrainedAttacker,
    examples: Sequence[Example],
    order: NDArray[np.float32],
    shares: Sequence[float],
) -> Floats:
    """Return the probability of each photo's true class, [n, S]."""
    pixels = bank(replace(frozen(attacker), cut=0), examples, hashes_of(examples), MemoryStore())
    assert isinstance(pixels, PixelBank)
    found = np.zeros((len(examples), len(shares)))
    for start in range(0, len(examples), _BATCH):
        rows = list(range(start, min(start + _BATCH, len(examples))))
        x, labels = pixels.batch(rows, [0] * len(rows)), [examples[row].label for row in rows]
        for column, share in enumerate(shares):
            probabilities = _probabilities(attacker, _without(x, order[rows], share))
            found[rows, column] = probabilities[range(len(rows)), labels]
    return found


def _probabilities(attacker: TrainedAttacker, x: Tensor) -> NDArray[np.float32]:
    with torch.inference_mode(), attacker.runtime.autocast():
        found: NDArray[np.float32] = attacker.network(x).softmax(1).cpu().numpy()
    return found


def _without(x: Tensor, order: NDArray[np.float32], share: float) -> Tensor:
    """Blur away the `share` of the area that stands highest in `order`."""
    if share == 0:
        return x
    wanted = torch.from_numpy(np.ascontiguousarray(order))[:, None].to(x.device)
    fine = functional.interpolate(wanted, x.shape[2:], mode="bilinear").flatten(1)
    count = round(share * fine.shape[1])
    mask = (
        torch.zeros_like(fine)
        .scatter_(1, fine.topk(count, dim=1).indices, 1.0)
        .reshape(len(x), 1, *x.shape[2:])
    )
    blurred = functional.avg_pool2d(x, _BLUR, stride=1, padding=_BLUR // 2, count_include_pad=False)
    return x * (1 - mask) + blurred * mask
