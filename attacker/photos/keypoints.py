"""What is kept of a photo to be found again in others: a miniature and its keypoints."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from attacker.grid import Floats

Grey = NDArray[np.uint8]

SIDE = 256  # of the miniature, at most
_MOST_KEYPOINTS, _LEAST_CONTRAST = 200, 0.02


@dataclass(frozen=True)
class Sketch:
    """What is kept of a photo to be found again in others.

    Parameters
    ----------
    grey
        Miniature, uint8 [h, w], its longer side 256 pixels at most.
    places
        Of its keypoints, x and y in pixels of the miniature, [k, 2].
    sizes, angles
        Pixels, degrees, [k].
    descriptors
        Float32 [k, 128], of length 1.
    """

    grey: Grey
    places: Floats
    sizes: Floats
    angles: Floats
    descriptors: NDArray[np.float32]


def sketch(image: Image.Image) -> Sketch:
    """Find a photo's keypoints.

    References
    ----------
    Lowe (2004), Distinctive image features from scale-invariant keypoints, IJCV.
    Arandjelovic & Zisserman (2012), Three things everyone should know to improve object retrieval, CVPR.
    """
    scale = min(1.0, SIDE / max(image.size))
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    grey = np.asarray(image.convert("L").resize(size, Image.Resampling.BICUBIC, reducing_gap=3.0))
    finder = cv2.SIFT.create(contrastThreshold=_LEAST_CONTRAST)
    # The strongest, chosen here: told how many, SIFT keeps all that are as strong as the last of them.
    strongest = sorted(finder.detect(grey, None), key=lambda one: -one.response)[:_MOST_KEYPOINTS]
    nothing = (), np.zeros((0, 128), dtype=np.float32)
    found, histograms = finder.compute(grey, strongest) if strongest else nothing
    facts = np.array([(*one.pt, one.size, one.angle) for one in found], dtype=np.float64).reshape(-1, 4)
    shares = histograms / np.maximum(histograms.sum(1, keepdims=True), 1e-9)
    return Sketch(grey, facts[:, :2], facts[:, 2], facts[:, 3], np.sqrt(shares, dtype=np.float32))
