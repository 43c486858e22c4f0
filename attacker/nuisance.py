"""Could a class be told without looking? By size, bytes, compression, mean colour; by the mask alone."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image
from scipy.optimize import minimize
from scipy.special import betainc, log_softmax

from attacker.accuracy import balanced
from attacker.errors import DataError
from attacker.example import Example
from attacker.photos import decode, read_bytes
from attacker.splits import require_disjoint

Floats = NDArray[np.float64]

CUES = (
    "log width",
    "log height",
    "log bytes",
    "bits per pixel",
    "quantisation",
    "red",
    "green",
    "blue",
    "contrast",
)
_PENALTY = 1e-2
_SMALLEST_P = float(np.finfo(float).tiny)  # no finite sample gives p = 0


@dataclass(frozen=True)
class NuisanceResult:
    """What can be told from cues that say nothing about the subject.

    Parameters
    ----------
    accuracy
        Balanced over classes, on the test photos.
    chance
        1 / number of classes.
    p_value
        Of as many right answers or more by guessing the commonest test class; one-sided binomial over the
        independent photos, in (0, 1].
    photos
        Test photos.
    independent
        Photos that they count as where those of a group are told alike: n^2 over the sum of squared group
        sizes, all photos where every one is its own group.
    """

    accuracy: float
    chance: float
    p_value: float
    photos: int
    independent: float

    def is_above_chance(self, alpha: float = 0.05) -> bool:
        """Whether the report must say so."""
        return self.p_value < alpha


def nuisance_baseline(train: Sequence[Example], test: Sequence[Example]) -> NuisanceResult:
    """Classify photos by their file and colours alone.

    Parameters
    ----------
    train, test
        Photos of one level, split by group.

    Returns
    -------
    NuisanceResult
        Above chance means that the classes differ by where they come from.

    Raises
    ------
    LeakError
        If a group or source photo is in both.
    """
    require_disjoint(train, test)
    features = [np.stack([cues(example) for example in role]) for role in (train, test)]
    return _classified(features, train, test)


def mask_baseline(
    train: Sequence[Example], train_masks: ArrayLike, test: Sequence[Example], test_masks: ArrayLike
) -> NuisanceResult:
    """Classify photos by the shape of what was masked, seeing no pixel: the grey-box artefact check.

    Parameters
    ----------
    train, test
        Photos of one level, split by group.
    train_masks, test_masks
        Hidden share of each cell, [n, g, g].

    Raises
    ------
    LeakError
        If a group or source photo is in both.
    """
    require_disjoint(train, test)
    flat = [np.asarray(masks, dtype=np.float64) for masks in (train_masks, test_masks)]
    flat = [masks.reshape(len(masks), -1) for masks in flat]
    return _classified(flat, train, test)


def _classified(
    features: Sequence[Floats], train: Sequence[Example], test: Sequence[Example]
) -> NuisanceResult:
    labels = [[example.label for example in role] for role in (train, test)]
    return classify(features[0], labels[0], features[1], labels[1], [example.group for example in test])


def cues(example: Example) -> Floats:
    """Return the `CUES` of one photo, float64 [9]."""
    data = read_bytes(example.path)
    image = decode(data, example.path)
    pixels = np.asarray(image, dtype=np.float64) / 255
    area = image.width * image.height
    logs = np.log([image.width, image.height, len(data)])
    return np.array([*logs, 8 * len(data) / area, _quantisation(data), *pixels.mean((0, 1)), pixels.std()])


def _quantisation(data: bytes) -> float:
    """Return the mean of a JPEG's quantisation tables (coarser is larger), 0 for other formats."""
    tables = getattr(Image.open(io.BytesIO(data)), "quantization", None) or {}
    return float(np.mean([value for table in tables.values() for value in table])) if tables else 0.0


def classify(
    train: Floats,
    train_labels: ArrayLike,
    test: Floats,
    test_labels: ArrayLike,
    test_groups: Sequence[str],
) -> NuisanceResult:
    """Fit a penalised multinomial logistic regression and test it.

    Parameters
    ----------
    train, test
        Features, [n, d].
    train_labels, test_labels
        Classes, [n].
    test_groups
        Group of each test photo, [n]; photos of one group are not independent.

    Raises
    ------
    DataError
        If there are no photos to train or to test on.

    References
    ----------
    Kish (1965), Survey Sampling (effective size; here with the largest correlation within a group).
    """
    learned, truth = np.asarray(train_labels, dtype=int), np.asarray(test_labels, dtype=int)
    if len(learned) == 0 or len(truth) == 0:
        raise DataError("a baseline needs photos to train and to test on")
    classes = int(max(learned.max(), truth.max())) + 1
    mean, spread = train.mean(0), train.std(0)
    spread[spread == 0] = 1.0
    weights = _regression((train - mean) / spread, learned, classes)
    right = _scores((test - mean) / spread, weights).argmax(1) == truth
    accuracy = balanced(right, truth)
    guess = float(np.bincount(truth).max() / len(truth))
    sizes = np.unique(np.asarray(test_groups), return_counts=True)[1]
    independent = float(len(truth) ** 2 / (sizes**2).sum())
    p_value = _p_above(float(right.mean()), independent, guess)
    return NuisanceResult(accuracy, 1 / classes, p_value, len(truth), independent)


def _p_above(share: float, units: float, null: float) -> float:
    """Return P of a share at least this large among so many units: the binomial tail, also between wholes."""
    right = share * units
    return max(float(betainc(right, units - right + 1, null)), _SMALLEST_P) if right > 0 else 1.0


def _scores(features: Floats, weights: Floats) -> Floats:
    scores: Floats = features @ weights[:-1] + weights[-1]
    return scores


def _regression(features: Floats, labels: NDArray[np.int_], classes: int) -> Floats:
    """Return weights [d + 1, K], the last row the intercepts."""
    hot, shape = np.eye(classes)[labels], (features.shape[1] + 1, classes)

    def loss_and_slope(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(shape)
        log_p = log_softmax(_scores(features, weights), axis=1)
        residual = (np.exp(log_p) - hot) / len(labels)
        slope = np.vstack([features.T @ residual + 2 * _PENALTY * weights[:-1], residual.sum(0)])
        return float(_PENALTY * (weights[:-1] ** 2).sum() - (hot * log_p).sum() / len(labels)), slope.ravel()

    fitted: Floats = minimize(loss_and_slope, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B").x
    return fitted.reshape(shape)
