"""Few-shot classification: a photo is what the nearest mean of a few labelled photos is."""

from __future__ import annotations

import random
from collections.abc import Sequence
from math import comb

import numpy as np
from numpy.typing import NDArray

from attacker.errors import ConfigError
from attacker.shots.two_towers import Vectors, logits_of, unit

SHARPNESS = 10.0  # of cosines, so that they become logits: Chen et al. (2021), Meta-Baseline, begin there


def prototype_logits(shown: Vectors, labels: NDArray[np.intp], asked: Vectors) -> Vectors:
    """Return logits of photos by the nearest class mean of a few labelled ones.

    All vectors are centred on the mean of the classes' means and brought to length 1, as in SimpleShot (Wang
    et al. 2019, arXiv:1911.04623): features behind a ReLU all point into one corner otherwise.

    Parameters
    ----------
    shown
        Vectors of the labelled photos, [n, d].
    labels
        Their classes, [n]; each of 0 to K - 1 occurs.
    asked
        Vectors of the photos to classify, [m, d].

    Returns
    -------
    Vectors
        Cosines times `SHARPNESS`, float32 [m, K].

    Examples
    --------
    >>> shown = np.float32([[9, 1], [9, 3], [1, 9]])
    >>> prototype_logits(shown, np.array([0, 0, 1]), np.float32([[8, 2], [2, 8]])).argmax(axis=1).tolist()
    [0, 1]
    """
    centre = _means(shown, labels).mean(axis=0)
    prototypes = unit(_means(unit(shown - centre), labels))
    return logits_of(asked - centre, prototypes, SHARPNESS)


def _means(vectors: Vectors, labels: NDArray[np.intp]) -> Vectors:
    return np.stack([vectors[labels == label].mean(axis=0) for label in range(labels.max() + 1)])


def draws(labels: Sequence[int], shots: int, count: int, seed: int) -> list[list[int]]:
    """Return which labelled photos each draw shows: so many of each class, no two draws alike.

    Parameters
    ----------
    labels
        Of the labelled photos there are, equally many of each class.
    shots
        How many of each class a draw shows.
    count
        Number of draws.
    seed
        Of the draws; the same seed draws the same.

    Returns
    -------
    list of list of int
        Places in `labels`, sorted.

    Raises
    ------
    ConfigError
        If there are not as many photos, or not as many different draws.

    Examples
    --------
    >>> draws([0, 0, 0, 1, 1, 1], shots=1, count=3, seed=0)
    [[1, 4], [0, 4], [2, 4]]
    >>> draws([0, 0, 1, 1], shots=2, count=1, seed=0)
    [[0, 1, 2, 3]]
    """
    places = [[at for at, label in enumerate(labels) if label == each] for each in sorted(set(labels))]
    there = min(map(len, places), default=0)
    if not 1 <= shots <= there or count < 1:
        raise ConfigError(f"the pack holds {there} examples of each class: show 1 to {there}, at least once")
    possible = comb(there, shots) ** len(places)
    if count > possible:
        raise ConfigError(
            f"{there} examples of each class allow {possible} draws of {shots}, not {count}: freeze a pack "
            "with more"
        )
    drawing = random.Random(seed)  # noqa: S311  (no secret)
    different: dict[tuple[int, ...], None] = {}
    while len(different) < count:
        drawn = [at for of_class in places for at in drawing.sample(of_class, shots)]
        different[tuple(sorted(drawn))] = None
    return [list(drawn) for drawn in different]
