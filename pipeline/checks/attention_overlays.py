"""Attention as pictures: the mean map of each class, and some of its photos with their maps laid over."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from attacker.example import Example

SHOWN, THUMBNAIL = 5, 140  # photos of a class, pixels
BRIGHTEST = 0.95  # quantile of the attention that is drawn in full colour
Maps = NDArray[np.float32]  # [photos, h, w]


def mean_maps(
    classes: Sequence[str], examples: Sequence[Example], maps: Maps
) -> dict[str, NDArray[np.float64]]:
    """Return the mean map of each class, [h, w], of photos of one level."""
    from attacker import by_class_and_level

    return {classes[part.label]: part.mean_map for part in by_class_and_level(examples, maps)}


def overlays(
    classes: Sequence[str], examples: Sequence[Example], maps: Maps
) -> dict[str, list[NDArray[np.uint8]]]:
    """Lay attention over the first photos of each class, in one scale: no evidence stays plain."""
    from attacker import overlay

    scale = float(np.quantile(maps, BRIGHTEST)) or 1.0
    pictures: dict[str, list[NDArray[np.uint8]]] = {name: [] for name in classes}
    for example, attention in zip(examples, maps, strict=True):
        of_class = pictures[classes[example.label]]
        if len(of_class) < SHOWN:
            with Image.open(example.path) as photo:
                photo.thumbnail((THUMBNAIL, THUMBNAIL))
                of_class.append(overlay(photo.convert("RGB"), attention, scale))
    return pictures
