"""Features of the frozen part of a network that classifies something else, as an eye of few-shot attacks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from attacker.config import AttackerConfig
from attacker.features.augmentation import View
from attacker.features.extractor import Frozen
from attacker.networks.runtime import computing, runtime
from attacker.networks.staged import at_own_side, build
from attacker.photos.decoding import fit
from attacker.shots.two_towers import Vectors

_NO_CLASSES = 2  # of the head, which is built and never asked


class FrozenFeatures:
    """What any classifier of torchvision or timm makes of photos, up to and without its head.

    Parameters
    ----------
    config
        Names architecture, weights, image size and device.

    Raises
    ------
    ArchitectureError
        If the network is unknown or cannot be cut into stages.
    WeightsError
        If its weights cannot be loaded.
    """

    def __init__(self, config: AttackerConfig) -> None:
        settings = at_own_side(config)
        where = runtime(settings)
        network = build(settings, _NO_CLASSES).to(where.device)
        cut = len(network.stages) + 1
        self._weights = network.origin
        self._frozen = Frozen(network, settings.architecture, cut, settings.image_size, where)

    @property
    def source(self) -> str:
        """Architecture and hash of the weights."""
        return f"{self._frozen.architecture}, weights SHA-256 {self._weights[:16]}"

    def vectors(self, photos: Sequence[Image.Image]) -> Vectors:
        """Return features, float32 [n, d]; see `two_towers.Eye`."""
        squares = np.stack([self._frozen.square(fit(photo, self._frozen.image_size)) for photo in photos])
        with computing("image_size"):
            features = self._frozen(squares, [View()] * len(photos))
        return features.reshape(len(photos), -1).astype(np.float32)
