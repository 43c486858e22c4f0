"""Readers that tell the side of a crop's window from its pixels, and how far they go by sharpness alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from attacker.networks.zoo import source

Floats = NDArray[np.float64]
SEEN = 224  # pixels a side: what a network looks at
BANDS = 12
FOLDS = 5
BATCH = 32
PENALTIES = np.geomspace(1, 1e6, 13)
RESAMPLES = 500
EARLY = (0, 1, 2, 4)  # blocks whose channels are read beside the last features: sharpness shows early


def spectrum(pictures: Sequence[Image.Image]) -> Floats:
    """Return the log energy in bands of frequency, and its squares, float [n, 2 * BANDS]."""
    bands = np.array([_bands(picture) for picture in pictures])
    return np.hstack([bands, bands**2])


def _bands(picture: Image.Image) -> Floats:
    grey = np.asarray(_seen(picture).convert("L"), dtype=float)
    taper = np.outer(np.hanning(SEEN), np.hanning(SEEN))
    energy = np.abs(np.fft.fft2((grey - grey.mean()) / (grey.std() + 1e-6) * taper)) ** 2
    cycles = SEEN * np.hypot(*np.meshgrid(np.fft.fftfreq(SEEN), np.fft.fftfreq(SEEN)))
    edges = np.geomspace(2, SEEN / 2, BANDS + 1)
    return np.log([energy[(low <= cycles) & (cycles < high)].mean() for low, high in pairwise(edges)])


def network(pictures: Sequence[Image.Image]) -> Floats:
    """Return means and spreads of channels of a pretrained EfficientNet-Lite0, early and late ones."""
    whole = source("efficientnet_lite0", "pretrained").network.eval()
    batches = range(0, len(pictures), BATCH)
    return np.vstack([_channels(whole, pictures[first : first + BATCH]) for first in batches])


@torch.inference_mode()
def _channels(whole: torch.nn.Module, pictures: Sequence[Image.Image]) -> Floats:
    pixels = np.stack([np.asarray(_seen(picture)) for picture in pictures])
    values = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 127.5 - 1
    values, read = whole.bn1(whole.conv_stem(values)), []
    for number, block in enumerate(whole.blocks):
        values = block(values)
        if number in EARLY:
            read += [values.mean((2, 3)), values.std((2, 3))]
    read.append(whole.bn2(whole.conv_head(values)).mean((2, 3)))
    return torch.cat(read, 1).numpy().astype(float)


def _seen(picture: Image.Image) -> Image.Image:
    return picture.convert("RGB").resize((SEEN, SEEN), Image.Resampling.BILINEAR)


READERS = {"spectrum": spectrum, "network": network}


@dataclass(frozen=True)
class Crops:
    """Facts of the crops of a level, each an array over them: `side` is the logarithm of the window's."""

    side: Floats
    category: NDArray[np.int_]
    group: NDArray[np.int_]

    def folds(self) -> Iterator[NDArray[np.bool_]]:
        """Yield which crops are set aside; those of one group together."""
        for fold in range(FOLDS):
            yield self.group % FOLDS == fold

    def beside_their_class(self, learn: NDArray[np.bool_]) -> Floats:
        """Return the sides less the mean of their class among those that are learned from."""
        means = {name: self.side[learn & (self.category == name)].mean() for name in set(self.category)}
        return self.side - np.array([means[name] for name in self.category])


@dataclass(frozen=True)
class Smaller:
    """The same photos made smaller: `of` is the number of the crop, `side` the logarithm of the new side."""

    of: NDArray[np.int_]
    side: Floats


@dataclass(frozen=True)
class Reading:
    """How well a reader guesses the side, within classes.

    Attributes
    ----------
    explained, low, high : share of the variance of crops that it had not seen, with its interval
    follows : change of its guess with a window that is larger than another
    follows_smaller : the same with a photo that is made smaller, in which nothing else changes
    by_sharpness : share of the variance that it would explain if sharpness alone told anything
    """

    explained: float
    low: float
    high: float
    follows: float
    follows_smaller: float
    by_sharpness: float


def read(crops: Crops, smaller: Smaller, features: Floats, features_smaller: Floats) -> Reading:
    """Let a reader learn the side from four fifths of the crops and tell it of the rest, by turns."""
    truth, guessed = np.empty(len(crops.side)), np.empty(len(crops.side))
    guessed_smaller = np.empty(len(smaller.of))
    for aside in crops.folds():
        side = crops.beside_their_class(~aside)
        ridge = _Ridge.fitted(features[~aside], side[~aside])
        truth[aside], guessed[aside] = side[aside], ridge.tell(features[aside])
        here = aside[smaller.of]
        guessed_smaller[here] = ridge.tell(features_smaller[here])
    follows = _slope(guessed, truth)
    change, answer = _within(smaller.side, smaller.of), _within(guessed_smaller, smaller.of)
    follows_smaller = float(change @ answer / (change @ change))
    signal = follows_smaller**2 * truth.var()  # in whichever direction: both tell
    rest = (guessed - follows * truth).var()
    low, high = _interval(guessed, truth)
    return Reading(
        _share(guessed, truth), low, high, follows, follows_smaller, float(signal / (signal + rest))
    )


def named(crops: Crops, known: float, rng: np.random.Generator, times: int = 20) -> float:
    """Return the balanced accuracy with which a side that is known this well names the class.

    `known` is the share of its variance within classes: 1 is the side itself, 0 nothing.
    """
    within = crops.beside_their_class(np.ones(len(crops.side), bool)).var()
    blur = np.sqrt(within * (1 / max(known, 1e-6) - 1))
    sides = (crops.side + rng.normal(0, blur, len(crops.side)) for _ in range(1 if known == 1 else times))
    return float(np.mean([_balanced(crops, side) for side in sides]))


def _balanced(crops: Crops, side: Floats) -> float:
    """Name classes by normal densities of the side, each class weighing alike, cross-fitted."""
    names, right = np.unique(crops.category), np.empty(len(side))
    for aside in crops.folds():
        learned = [side[~aside & (crops.category == name)] for name in names]
        means, spreads = (np.array([f(values) for values in learned]) for f in (np.mean, np.std))
        density = -(((side[aside, None] - means) / spreads) ** 2) / 2 - np.log(spreads)
        right[aside] = names[density.argmax(1)] == crops.category[aside]
    return float(np.mean([right[crops.category == name].mean() for name in names]))


@dataclass(frozen=True)
class _Ridge:
    """A penalised linear regression; the penalty is the best by generalised cross-validation."""

    mean: Floats
    spread: Floats
    weights: Floats

    @classmethod
    def fitted(cls, features: Floats, target: Floats) -> _Ridge:
        mean, spread = features.mean(0), features.std(0) + 1e-9
        left, singular, right = np.linalg.svd((features - mean) / spread, full_matrices=False)
        along = left.T @ target
        shrunk = singular**2 / (singular**2 + PENALTIES[:, None])
        missed = ((target - (left @ (shrunk * along).T).T) ** 2).sum(1)
        best = np.argmin(missed / (len(target) - shrunk.sum(1)) ** 2)
        return cls(mean, spread, right.T @ (shrunk[best] / singular * along))

    def tell(self, features: Floats) -> Floats:
        return (features - self.mean) / self.spread @ self.weights


def _slope(guessed: Floats, truth: Floats) -> float:
    return float(np.cov(guessed, truth)[0, 1] / truth.var(ddof=1))


def _within(values: Floats, of: NDArray[np.int_]) -> Floats:
    """Return values less the mean of their photo."""
    totals, counts = np.bincount(of, values), np.bincount(of)
    return values - (totals / np.maximum(counts, 1))[of]


def _share(guessed: Floats, truth: Floats) -> float:
    return float(1 - ((guessed - truth) ** 2).sum() / (truth**2).sum())


def _interval(guessed: Floats, truth: Floats) -> tuple[float, float]:
    rng, n = np.random.default_rng(0), len(truth)
    draws = (rng.integers(0, n, n) for _ in range(RESAMPLES))
    low, high = np.quantile([_share(guessed[draw], truth[draw]) for draw in draws], [0.025, 0.975])
    return float(low), float(high)
