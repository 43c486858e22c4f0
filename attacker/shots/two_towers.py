"""Zero-shot classification: a photo is what the nearest sentences say, in a space that both share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from attacker.shots.prompts import Prompts

Vectors = NDArray[np.float32]


class Eye(Protocol):
    """Something that turns photos into vectors, and has never seen a photo of the study."""

    @property
    def source(self) -> str:
        """Model, version and hash of the weights, in words."""

    def vectors(self, photos: Sequence[Image.Image]) -> Vectors:
        """Return one vector for each photo, float32 [n, d]."""


class Towers(Eye, Protocol):
    """An eye whose vectors lie in one space with those of sentences."""

    @property
    def sharpness(self) -> float:
        """By which cosines are multiplied to give logits."""

    def sentences(self, texts: Sequence[str]) -> Vectors:
        """Return one vector for each sentence, float32 [n, d]."""


def class_vectors(towers: Towers, prompts: Prompts) -> Vectors:
    """Return the mean direction of each class's sentences, float32 [K, d], each of length 1.

    Sentences are averaged as directions (Radford et al. 2021, Learning transferable visual models from
    natural language supervision, section 3.1.4).

    Examples
    --------
    >>> class OfLengths:
    ...     source, sharpness = "planted", 1.0
    ...     def vectors(self, photos):
    ...         return np.float32([photo.size for photo in photos])
    ...     def sentences(self, texts):
    ...         return np.float32([[len(text), 0] for text in texts])
    >>> class_vectors(OfLengths(), Prompts(("dunk",), (("a dunk", "this is a dunk"),))).tolist()
    [[1.0, 0.0]]
    """
    return unit(np.stack([unit(towers.sentences(texts)).mean(axis=0) for texts in prompts.by_class]))


def logits_of(photos: Vectors, classes: Vectors, sharpness: float) -> Vectors:
    """Return logits of photos: cosines with the classes' vectors, times the sharpness.

    Parameters
    ----------
    photos
        Vectors, [n, d].
    classes
        Vectors of length 1, [K, d].
    sharpness
        See `Towers`.

    Returns
    -------
    Vectors
        float32 [n, K].

    Examples
    --------
    >>> logits_of(np.float32([[2, 0], [0, 3]]), np.float32([[1, 0], [0, 1]]), 10.0).tolist()
    [[10.0, 0.0], [0.0, 10.0]]
    """
    logits: Vectors = np.float32(sharpness) * (unit(photos) @ classes.T)
    return logits


def unit(vectors: Vectors) -> Vectors:
    """Return vectors of length 1 with the same directions; a vector of zeros stays one.

    Examples
    --------
    >>> unit(np.float32([[3, 4], [0, 0]])).round(2).tolist()
    [[0.6000000238418579, 0.800000011920929], [0.0, 0.0]]
    """
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    directions: Vectors = (vectors / np.maximum(lengths, np.finfo(np.float32).tiny)).astype(np.float32)
    return directions
