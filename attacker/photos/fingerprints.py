"""Fingerprints: what of a photo is compared with other photos to find near duplicates and shared views."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.fft import dctn

from attacker.grid import Floats
from attacker.photos.decoding import decode, read_bytes, threads_for_photos

Bits = NDArray[np.bool_]
Grey = NDArray[np.uint8]

SIDE = 256  # pixels of the miniature's longer side, at most
_HASHED_SIDE, _FREQUENCIES = 32, 8  # pixels and frequencies in each direction
_MOST_KEYPOINTS, _LEAST_CONTRAST = 200, 0.02


@dataclass(frozen=True)
class Sketch:
    """A miniature of a photo and its keypoints.

    Parameters
    ----------
    grey
        Miniature, uint8 [h, w], its longer side 256 pixels at most.
    places
        Of its keypoints, x and y in pixels of the miniature, [k, 2].
    sizes, angles
        Pixels, degrees, [k].
    histograms
        Of the gradients around them, uint8 [k, 128]; a quarter of what descriptors take.
    """

    grey: Grey
    places: Floats
    sizes: Floats
    angles: Floats
    histograms: NDArray[np.uint8]

    @property
    def descriptors(self) -> NDArray[np.float32]:
        """What keypoints are compared by, float32 [k, 128], of length 1."""
        return descriptors_of(self.histograms)


@dataclass(frozen=True)
class Fingerprint:
    """What of a photo is compared with other photos.

    Parameters
    ----------
    hashes
        Perceptual hashes of the photo and of its mirror image, bool [2, 63].
    sketch
        A miniature and its keypoints.
    """

    hashes: Bits
    sketch: Sketch


def fingerprint_of(image: Image.Image) -> Fingerprint:
    """Return the fingerprint of a picture.

    Examples
    --------
    >>> fingerprint_of(Image.new("RGB", (200, 150))).hashes.shape
    (2, 63)
    """
    grey = image.convert("L")  # once: it takes as long as all that follows
    hashes = np.stack([perceptual_hash(grey), perceptual_hash(grey, mirrored=True)])
    return Fingerprint(hashes, sketch(grey))


def descriptors_of(histograms: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return what keypoints are compared by, float32 [k, 128] of length 1, given their histograms.

    Examples
    --------
    >>> descriptors_of(np.array([[9, 16]], dtype=np.uint8)).round(1).tolist()
    [[0.6000000238418579, 0.800000011920929]]
    """
    shares = histograms / np.maximum(histograms.sum(1, keepdims=True, dtype=np.float32), 1e-9)
    roots: NDArray[np.float32] = np.sqrt(shares, dtype=np.float32)
    return roots


def fingerprints_of_files(
    paths: Sequence[Path], on_progress: Callable[[float], object] = lambda _: None
) -> list[Fingerprint]:
    """Return the fingerprint of each image file, read in several threads.

    Parameters
    ----------
    paths
        Image files.
    on_progress
        Called with the share that is done, in [0, 1]; may raise to stop.

    Raises
    ------
    PhotoError
        If a file cannot be read; the message names it.

    Examples
    --------
    >>> fingerprints_of_files([])
    []
    """
    fingerprints = []
    with ThreadPoolExecutor(threads_for_photos()) as threads:
        for fingerprint in threads.map(lambda path: fingerprint_of(decode(read_bytes(path), path)), paths):
            fingerprints.append(fingerprint)
            on_progress(len(fingerprints) / len(paths))
    return fingerprints


def perceptual_hash(image: Image.Image, *, mirrored: bool = False) -> Bits:
    """Return which low frequencies of the brightness are above their median.

    Parameters
    ----------
    image
        A picture.
    mirrored
        Whether to hash its mirror image.

    Returns
    -------
    Bool [63]: the 8 x 8 lowest frequencies of a 32 x 32 miniature, without the mean.

    References
    ----------
    Zauner (2010), Implementation and Benchmarking of Perceptual Image Hash Functions (DCT hash).

    Examples
    --------
    >>> picture = Image.linear_gradient("L")
    >>> int((perceptual_hash(picture) != perceptual_hash(picture.resize((100, 100)))).sum())
    0
    """
    grey = image.convert("L").resize((_HASHED_SIDE, _HASHED_SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    brightness = np.asarray(grey, dtype=np.float64)  # [32, 32]
    spectrum = dctn(brightness[:, ::-1] if mirrored else brightness, norm="ortho")
    lowest = spectrum[:_FREQUENCIES, :_FREQUENCIES].ravel()[1:]  # [63]
    bits: Bits = lowest > np.median(lowest)
    return bits


def sketch(image: Image.Image) -> Sketch:
    """Return a picture's miniature and its strongest keypoints.

    References
    ----------
    Lowe (2004), Distinctive image features from scale-invariant keypoints, IJCV.
    Arandjelovic & Zisserman (2012), Three things everyone should know to improve object retrieval, CVPR.

    Examples
    --------
    >>> drawn = sketch(Image.radial_gradient("L").resize((512, 256)))
    >>> drawn.grey.shape
    (128, 256)
    >>> drawn.descriptors.shape[1]
    128
    """
    scale = min(1.0, SIDE / max(image.size))
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    grey = np.asarray(image.convert("L").resize(size, Image.Resampling.BICUBIC, reducing_gap=3.0))
    detector = cv2.SIFT.create(contrastThreshold=_LEAST_CONTRAST)
    # The strongest, chosen here: given a number, SIFT keeps all that are as strong as the last of them.
    ranked = sorted(detector.detect(grey, None), key=lambda keypoint: -keypoint.response)
    strongest = ranked[:_MOST_KEYPOINTS]
    nothing = (), np.zeros((0, 128))
    keypoints, histograms = detector.compute(grey, strongest) if strongest else nothing
    rows = [(*keypoint.pt, keypoint.size, keypoint.angle) for keypoint in keypoints]
    places = np.array(rows, dtype=np.float64).reshape(-1, 4)  # x, y, size, angle
    return Sketch(grey, places[:, :2], places[:, 2], places[:, 3], histograms.astype(np.uint8))
