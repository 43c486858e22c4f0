"""Do attention maps show what the attacker uses? Hide the attended cells, or show them alone, and see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from attacker.attention.faithfulness_results import Contrast, Faithfulness, contrast, own_margin
from attacker.attention.imputation import impute
from attacker.attention.pixel_order import PixelOrder, pixel_order, turned
from attacker.errors import DataError
from attacker.evaluation.prediction import LESS, frozen
from attacker.example import Example
from attacker.features.cache import MemoryStore
from attacker.features.cached_features import PixelBank
from attacker.features.extraction import bank
from attacker.networks.runtime import computing
from attacker.photos.decoding import hashes_of, size_of
from attacker.progress import Monitor, Progress, ignore, never
from attacker.training.trained import TrainedAttacker

Floats = NDArray[np.float64]
Maps = NDArray[np.float32]
Game = Literal["deletion", "insertion"]

_SIGNS: dict[Game, float] = {"deletion": -1.0, "insertion": 1.0}
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
    StoppedError
        If `should_stop` said so.
    """
    monitor = Monitor(on_progress, should_stop)
    games: tuple[Game, ...] = ("deletion", "insertion")
    found = _games(attacker, examples, _with_another(_checked(maps, examples), seed), games, shares, monitor)
    signs, groups = [_SIGNS[game] for game in games], [example.group for example in examples]
    hidden, shown = (
        contrast(own, elsewhere, sign, shares, groups)
        for (own, elsewhere, _), sign in zip(found, signs, strict=True)
    )
    own = own_margin([arms[0] for arms in found], [arms[2] for arms in found], signs, shares, groups)
    return Faithfulness(hidden, shown, own, len(examples))


def deletion(
    attacker: TrainedAttacker,
    examples: Sequence[Example],
    maps: ArrayLike,
    *,
    shares: Sequence[float] = SHARES,
    seed: int = 0,
) -> Contrast:
    """Compare hiding attended pixels with hiding as many random ones.

    Hidden pixels are filled from the seen ones (see `attacker.attention.imputation.impute`). Random pixels
    are those of the attention map itself, shifted, turned and mirrored at random, so that patches
    of the same shape go.

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
        With an interval over photos, those of one group together.

    Raises
    ------
    DataError
        If maps do not fit the photos.

    References
    ----------
    Petsiuk, Das and Saenko (2018), RISE, BMVC (deletion and insertion). Rong et al. (2022), A Consistent and
    Efficient Evaluation Strategy for Attribution Methods, ICML (imputed instead of constant removal).
    """
    return _contrast(attacker, examples, maps, "deletion", shares, seed)


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
    return _contrast(attacker, examples, maps, "insertion", shares, seed)


def _contrast(
    attacker: TrainedAttacker,
    examples: Sequence[Example],
    maps: ArrayLike,
    game: Game,
    shares: Sequence[float],
    seed: int,
) -> Contrast:
    arms = _with_elsewhere(_checked(maps, examples), np.random.default_rng(seed))
    ((own, elsewhere),) = _games(attacker, examples, arms, (game,), shares, Monitor())
    return contrast(own, elsewhere, _SIGNS[game], shares, [example.group for example in examples])


def _checked(maps: ArrayLike, examples: Sequence[Example]) -> Maps:
    attention = np.asarray(maps, dtype=np.float32)
    if attention.ndim != 3 or len(attention) != len(examples) or len({one.group for one in examples}) < 2:
        raise DataError(
            f"maps {attention.shape} must be [n, g, g] for the {len(examples)} photos, of two groups at least"
        )
    return attention


def _with_elsewhere(attention: Maps, random: np.random.Generator) -> Maps:
    """Return the maps, and patches of the same shapes elsewhere, [2, n, g, g]."""
    return np.stack([attention, np.stack([turned(one, random) for one in attention])])


def _with_another(attention: Maps, seed: int) -> Maps:
    """Return also the map of another photo for each, [3, n, g, g]."""
    random = np.random.default_rng(seed)
    arms = _with_elsewhere(attention, random)
    order = random.permutation(len(attention))
    another = np.empty_like(attention)
    another[order] = attention[np.roll(order, 1)]
    return np.concatenate([arms, another[None]])


def _games(
    attacker: TrainedAttacker,
    examples: Sequence[Example],
    arms: Maps,
    games: Sequence[Game],
    shares: Sequence[float],
    monitor: Monitor,
) -> Floats:
    """Return the probability of each photo's true class under each game and arm, [games, arms, n, S]."""
    with computing(LESS):
        found = _confidence(attacker, examples, arms, games, shares, monitor)
    monitor.report(Progress("done", 1, 1, 1.0))
    return found


def _hidden(game: Game, order: PixelOrder, share: float) -> Tensor:
    return order.first(share) if game == "deletion" else 1 - order.first(share)


def _confidence(
    attacker: TrainedAttacker,
    examples: Sequence[Example],
    maps: Maps,
    games: Sequence[Game],
    shares: Sequence[float],
    monitor: Monitor,
) -> Floats:
    """Return the probability of each photo's true class under each game and map, [games, maps, n, S]."""
    hashes, whole = hashes_of(examples, monitor.check), replace(frozen(attacker), cut=0)
    pixels = bank(whole, examples, hashes, MemoryStore(), on_batch=monitor.photos)
    assert isinstance(pixels, PixelBank)
    found = np.zeros((len(games), len(maps), len(examples), len(shares)))
    for start in range(0, len(examples), _BATCH):
        rows = list(range(start, min(start + _BATCH, len(examples))))
        monitor.report(Progress("check", start, len(examples), start / len(examples)))
        some = [examples[row] for row in rows]
        x, sizes = pixels.batch(rows, [0] * len(rows)), [size_of(example.path) for example in some]
        orders = [pixel_order(one[rows], sizes, x.shape[-1]) for one in maps]
        for g, m, s in np.ndindex(len(games), len(maps), len(shares)):
            monitor.check()
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
