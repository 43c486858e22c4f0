"""Faithfulness of attention maps: what happens if attended pixels are hidden, or shown alone."""

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
from attacker.attention.pixel_order import moved, pixel_order
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
    """Test maps by deletion and insertion, against random regions and against the maps of other photos.

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
        If `should_stop` returned True.

    Examples
    --------
    >>> maps = attention_maps(attacker, test_photos)  # doctest: +SKIP
    >>> measure_faithfulness(attacker, test_photos, maps).is_faithful()  # doctest: +SKIP
    True
    """
    monitor = Monitor(on_progress, should_stop)
    games: tuple[Game, ...] = ("deletion", "insertion")
    orders = _with_another(_checked(maps, examples), seed)
    confidences = _confidences(attacker, examples, orders, games, shares, monitor)
    signs, groups = [_SIGNS[game] for game in games], [example.group for example in examples]
    hidden, shown = (
        contrast(own, elsewhere, sign, shares, groups)
        for (own, elsewhere, _), sign in zip(confidences, signs, strict=True)
    )
    own_maps, other_maps = [arms[0] for arms in confidences], [arms[2] for arms in confidences]
    own = own_margin(own_maps, other_maps, signs, shares, groups)
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

    Hidden pixels are filled from visible ones (see `attacker.attention.imputation.impute`). Random pixels are
    those of the attention map shifted, rotated and mirrored at random, so that patches of the same shape are
    hidden.

    Parameters
    ----------
    examples
        Photos that it was not trained on, n of them, of any shape.
    maps
        Attention over each photo, float [n, g, g].
    shares
        Shares of the photo's area that are hidden, the first of them 0.
    seed
        Of the random pixels.

    Raises
    ------
    DataError
        If maps do not fit the photos.

    References
    ----------
    Petsiuk, Das and Saenko (2018), RISE, BMVC (deletion and insertion). Rong et al. (2022), A Consistent and
    Efficient Evaluation Strategy for Attribution Methods, ICML (imputed instead of constant removal).

    Examples
    --------
    >>> maps = attention_maps(attacker, test_photos)  # doctest: +SKIP
    >>> deletion(attacker, test_photos, maps).advantage  # doctest: +SKIP
    0.18
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
    """Compare showing attended pixels alone with showing as many random ones.

    Parameters
    ----------
    attacker, examples, maps, shares, seed
        As in `deletion`; shares are those of the area that is shown.

    Raises
    ------
    DataError
        If maps do not fit the photos.

    Examples
    --------
    >>> maps = attention_maps(attacker, test_photos)  # doctest: +SKIP
    >>> insertion(attacker, test_photos, maps).is_faithful()  # doctest: +SKIP
    True
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
    orders = _with_elsewhere(_checked(maps, examples), np.random.default_rng(seed))
    ((own, elsewhere),) = _confidences(attacker, examples, orders, (game,), shares, Monitor())
    return contrast(own, elsewhere, _SIGNS[game], shares, [example.group for example in examples])


def _checked(maps: ArrayLike, examples: Sequence[Example]) -> Maps:
    attention = np.asarray(maps, dtype=np.float32)
    if attention.ndim != 3 or len(attention) != len(examples) or len({photo.group for photo in examples}) < 2:
        raise DataError(
            f"maps {attention.shape} must be [n, g, g] for the {len(examples)} photos, of at least two groups"
        )
    return attention


def _with_elsewhere(attention: Maps, random: np.random.Generator) -> Maps:
    """Return the maps, and the same maps moved to random places, [2, n, g, g]."""
    return np.stack([attention, np.stack([moved(photo_map, random) for photo_map in attention])])


def _with_another(attention: Maps, seed: int) -> Maps:
    """Return the same, and for each photo the map of another photo, [3, n, g, g]."""
    random = np.random.default_rng(seed)
    arms = _with_elsewhere(attention, random)
    order = random.permutation(len(attention))
    another = np.empty_like(attention)
    another[order] = attention[np.roll(order, 1)]
    return np.concatenate([arms, another[None]])


def _confidences(
    attacker: TrainedAttacker,
    examples: Sequence[Example],
    maps: Maps,
    games: Sequence[Game],
    shares: Sequence[float],
    monitor: Monitor,
) -> Floats:
    """Return the probability of each photo's true class in each game with each map, [games, maps, n, S]."""
    with computing(LESS):
        hashes, whole = hashes_of(examples, monitor.check), replace(frozen(attacker), cut=0)
        pixels = bank(whole, examples, hashes, MemoryStore(), on_batch=monitor.photos)
        assert isinstance(pixels, PixelBank)
        confidences = np.zeros((len(games), len(maps), len(examples), len(shares)))
        for start in range(0, len(examples), _BATCH):
            rows = list(range(start, min(start + _BATCH, len(examples))))
            monitor.report(Progress("check", start, len(examples), start / len(examples)))
            photos, x = [examples[row] for row in rows], pixels.batch(rows, [0] * len(rows))
            sizes = [size_of(photo.path) for photo in photos]
            orders = [pixel_order(of_photos[rows], sizes, x.shape[-1]) for of_photos in maps]
            for g, m, s in np.ndindex(len(games), len(maps), len(shares)):
                monitor.check()
                attended = orders[m].first(shares[s]).to(x.device)  # [n, 1, side, side]
                hidden = attended if games[g] == "deletion" else 1 - attended
                confidences[g, m, rows, s] = _true_class(attacker, impute(x, hidden), photos)
    monitor.report(Progress("done", 1, 1, 1.0))
    return confidences


def _true_class(attacker: TrainedAttacker, x: Tensor, examples: Sequence[Example]) -> NDArray[np.float32]:
    """Return the probability of each photo's true class, float32 [n], for pixels [n, 3, side, side]."""
    with torch.inference_mode(), attacker.runtime.autocast():
        probabilities = attacker.network(x).softmax(1).cpu().numpy()
    labels = [example.label for example in examples]
    of_labels: NDArray[np.float32] = probabilities[range(len(labels)), labels]
    return of_labels
