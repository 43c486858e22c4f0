"""Do attention maps show what the attacker uses? Hide the attended cells, or show them alone, and see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from attacker.banks import PixelBank
from attacker.cache import MemoryStore
from attacker.contrast import Contrast, Faithfulness, contrast
from attacker.devices import computing
from attacker.errors import DataError
from attacker.example import Example
from attacker.features import bank
from attacker.imputation import impute
from attacker.masking import PixelOrder, pixel_order, turned
from attacker.photos import hashes_of, size_of
from attacker.prediction import LESS, frozen
from attacker.progress import Progress, Watch, ignore, never
from attacker.trained import TrainedAttacker

Floats = NDArray[np.float64]
Maps = NDArray[np.float32]
Game = Literal["deletion", "insertion"]

SHARES = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7)
_BATCH = 32


def measure_faithfulness(
    attacker: TrainedAttacker,
    examples: Sequence[Example],
    maps: ArrayLike,
    *,
    shares: Sequence[float] = SHARES,
    seed: int = 0,
    on_progress: Callable[[Progress], None] = ignore,
    should_stop: Callable[[], bool] = never,
) -> Faithfulness:
    """Play both games.

    Parameters
    ----------
    attacker, examples, maps, shares, seed
        As in `deletion`.
    on_progress, should_stop
        As in `attacker.train`; an epoch here is one photo.

    Raises
    ------
    DataError
        If maps do not fit the photos.
    Stopped
        If `should_stop` said so.
    """
    watch = Watch(on_progress, should_stop)
    hidden, shown = _contrasts(attacker, examples, maps, ("deletion", "insertion"), shares, seed, watch)
    return Faithfulness(hidden, shown, len(examples))


def deletion(
    attacker: TrainedAttacker,
    examples: Sequence[Example],
    maps: ArrayLike,
    *,
    shares: Sequence[float] = SHARES,
    seed: int = 0,
) -> Contrast:
    """Compare hiding attended pixels with hiding as many random ones.

    Hidden pixels are filled from the seen ones (see `attacker.imputation.impute`). Random pixels are those of
    the attention map itself, shifted, turned and mirrored at random, so that patches of the same shape go.

    Parameters
    ----------
    attacker
        A trained attacker.
    examples
        Photos it has not learned from, n of them, of any shape.
    maps
        Attention over each photo's extent, [n, g, g].
    shares
        Shares of the photo's area to hide, the first of them 0.
    seed
        Decides the random pixels.

    Returns
    -------
    Contrast
        With a normal interval over photos.

    Raises
    ------
    DataError
        If maps do not fit the photos.

    References
    ----------
    Petsiuk, Das and Saenko (2018), RISE, BMVC (deletion and insertion). Rong et al. (2022), A Consistent and
    Efficient Evaluation Strategy for Attribution Methods, ICML (imputed instead of constant removal).
    """
    (found,) = _contrasts(attacker, examples, maps, ("deletion",), shares, seed, Watch())
    return found


def insertion(
    attacker: TrainedAttacker,
    examples: Sequence[Example],
    maps: ArrayLike,
    *,
    shares: Sequence[float] = SHARES,
    seed: int = 0,
) -> Contrast:
    """Compare showing attended pixels alone with showing as many random ones; see `deletion`.

    Raises
    ------
    DataError
        If maps do not fit the photos.
    """
    (found,) = _contrasts(attacker, examples, maps, ("insertion",), shares, seed, Watch())
    return found


def _contrasts(
    attacker: TrainedAttacker,
    examples: Sequence[Example],
    maps: ArrayLike,
    games: Sequence[Game],
    shares: Sequence[float],
    seed: int,
    watch: Watch,
) -> list[Contrast]:
    attention = np.asarray(maps, dtype=np.float32)
    if attention.ndim != 3 or len(attention) != len(examples) or len(examples) < 2:
        raise DataError(
            f"maps {attention.shape} must be [n, g, g] for the {len(examples)} photos, at least two"
        )
    random = np.random.default_rng(seed)
    both = np.stack([attention, np.stack([turned(one, random) for one in attention])])
    with computing(LESS):
        found = _confidence(attacker, examples, both, games, shares, watch)  # [games, 2, n, S]
    watch.report(Progress("done", 1, 1, 1.0))
    signs = {"deletion": -1.0, "insertion": 1.0}
    return [contrast(pair[0], pair[1], signs[game], shares) for game, pair in zip(games, found, strict=True)]


def _hidden(game: Game, order: PixelOrder, share: float) -> Tensor:
    return order.first(share) if game == "deletion" else 1 - order.first(share)


def _confidence(
    attacker: TrainedAttacker,
    examples: Sequence[Example],
    maps: Maps,
    games: Sequence[Game],
    shares: Sequence[float],
    watch: Watch,
) -> Floats:
    """Return the probability of each photo's true class under each game and map, [games, maps, n, S]."""
    hashes, whole = hashes_of(examples, watch.check), replace(frozen(attacker), cut=0)
    pixels = bank(whole, examples, hashes, MemoryStore(), on_batch=watch.photos)
    assert isinstance(pixels, PixelBank)
    found = np.zeros((len(games), len(maps), len(examples), len(shares)))
    for start in range(0, len(examples), _BATCH):
        rows = list(range(start, min(start + _BATCH, len(examples))))
        watch.report(Progress("check", start, len(examples), start / len(examples)))
        some = [examples[row] for row in rows]
        x, sizes = pixels.batch(rows, [0] * len(rows)), [size_of(example.path) for example in some]
        orders = [pixel_order(one[rows], sizes, x.shape[-1]) for one in maps]
        for g, m, s in np.ndindex(len(games), len(maps), len(shares)):
            watch.check()
            hidden = _hidden(games[g], orders[m], shares[s]).to(x.device)
            found[g, m, rows, s] = _true_class(attacker, impute(x, hidden), some)
    return found


def _true_class(attacker: TrainedAttacker, x: Tensor, examples: Sequence[Example]) -> NDArray[np.float32]:
    with torch.inference_mode(), attacker.runtime.autocast():
        probabilities = attacker.network(x).softmax(1)
    found: NDArray[np.float32] = probabilities.cpu().numpy()[
        range(len(examples)), [example.label for example in examples]
    ]
    return found
