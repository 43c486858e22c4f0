"""Where the subject is, whatever its class: the foreground of a pretrained network's features."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from attacker.attention.grad_cam import GRID, over_photo
from attacker.config import AttackerConfig, Device
from attacker.errors import DataError, SideError
from attacker.example import Example
from attacker.features.cache import store
from attacker.features.extraction import bank
from attacker.features.extractor import Frozen
from attacker.networks.runtime import computing, runtime
from attacker.networks.staged import StagedNetwork, staged
from attacker.networks.zoo import own_side
from attacker.photos.decoding import DECODING, hashes_of, size_of
from attacker.progress import Monitor, never
from attacker.training.run_facts import packages
from attacker.training.trained import channels_last
from stats.provenance import package_versions

Floats = NDArray[np.float32]

ALGORITHM = "pattern-times-length-1"  # to be raised when maps change
IMAGE_SIZE = 320
_BATCH = 32
_BACKGROUND, _SUBJECT = 0.25, 0.98  # shares of cells: below the first all is 0, above the second all is 1
_FLAT = 1e-6


def subject_maps(
    architecture: str,
    examples: Sequence[Example],
    *,
    grid: int = GRID,
    image_size: int | None = None,
    cache_dir: Path | None = None,
    weights: str = "pretrained",
    device: Device = "auto",
    should_stop: Callable[[], bool] = never,
) -> Floats:
    """Return how much each region of each photo belongs to its subject.

    Parameters
    ----------
    architecture
        A classifier with a spatial feature map, as in `AttackerConfig`; it knows nothing of the study's
        classes.
    examples
        Photos.
    grid
        Rows and columns of the maps; they cover the photo's whole extent, whatever its shape.
    image_size
        Side of the network's input: larger gives finer maps at a quadratic price. None: 320, or the network's
        own where it takes no other.
    cache_dir
        Cache of features, as in `attacker.train`.
    weights, device
        As in `AttackerConfig`.
    should_stop
        Asked before every photo that is read and every batch.

    Returns
    -------
    ndarray
        Float32 [n, grid, grid] in [0, 1]; 0 everywhere for a photo without contrast in its features.

    Raises
    ------
    NoMapError
        If the network has no spatial feature map.
    PhotoError
        If a photo cannot be read.

    References
    ----------
    Muhammad and Yeasin (2020), Eigen-CAM: Class Activation Map using Principal Components, IJCNN.
    """
    if not examples:
        raise DataError("no photos to look for a subject in")
    where = runtime(AttackerConfig(device=device))
    with computing("image_size"):
        fresh, side = _network(architecture, weights, image_size)
        network = channels_last(fresh).to(where.device)
        frozen = Frozen(network, architecture, len(network.stages), side, where)
        maps = _maps(frozen, examples, cache_dir, Monitor(should_stop=should_stop))
    return over_photo(maps, [size_of(example.path) for example in examples], grid).clip(0, 1)


def recipe(architecture: str) -> str:
    """Return the hash of all that decides `subject_maps` of given photos, where nothing else is asked for."""
    versions = package_versions(packages(architecture, "pretrained"))
    facts = [ALGORITHM, DECODING, architecture, IMAGE_SIZE, GRID, versions]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _network(architecture: str, weights: str, side: int | None) -> tuple[StagedNetwork, int]:
    """Return the network and the side of its input."""
    try:
        return staged(architecture, weights, side or IMAGE_SIZE, "frozen", 2), side or IMAGE_SIZE
    except SideError:
        if side is not None:
            raise
    own = own_side(architecture)
    return staged(architecture, weights, own, "frozen", 2), own


def _maps(frozen: Frozen, examples: Sequence[Example], cache_dir: Path | None, monitor: Monitor) -> Tensor:
    hashes = hashes_of(examples, monitor.check)
    features = bank(frozen, examples, hashes, store(cache_dir), on_batch=monitor.photos)
    maps = []
    for start in range(0, len(features), _BATCH):
        monitor.check()
        rows = list(range(start, min(start + _BATCH, len(features))))
        batch = frozen.network.grid(features.batch(rows, [0] * len(rows)).float())
        maps += [within_photo(one, size_of(examples[row].path)) for one, row in zip(batch, rows, strict=True)]
    return torch.stack(maps)


def within_photo(feature_map: Tensor, size: tuple[int, int]) -> Tensor:
    """Return the foreground of the cells that the photo covers, 0 in the bars around it.

    The bars would pass for a background so quiet that all of the photo stands out.

    Parameters
    ----------
    feature_map
        [C, h, w] over the network's square.
    size
        (width, height) of the photo in pixels.

    Returns
    -------
    Tensor
        Float32 [h, w] in [0, 1].
    """
    _, height, width = feature_map.shape
    columns, rows = _covered(width, size[0] / max(size)), _covered(height, size[1] / max(size))
    found = torch.zeros(height, width, device=feature_map.device)
    found[rows, columns] = foreground(feature_map[None, :, rows, columns])[0]
    return found


def _covered(cells: int, share: float) -> slice:
    """Return the cells of a row that lie, half of each at least, in its middle `share`."""
    margin = min(int(cells * (1 - share) / 2 + 0.5), (cells - 1) // 2)
    return slice(margin, cells - margin)


def foreground(feature_map: Tensor) -> Tensor:
    """Return how strongly each cell stands out.

    Two class-free measures are multiplied: the cell's share in the strongest pattern of the features, and
    the length of its feature vector. The first finds the subject and misses its dull parts; the second
    covers them and the background's textures too.

    Parameters
    ----------
    feature_map
        [n, C, h, w].

    Returns
    -------
    Tensor
        Float32 [n, h, w] in [0, 1].
    """
    cells = feature_map.flatten(2).transpose(1, 2)  # [n, hw, C]
    product = _stretched(_strongest_pattern(cells)) * _stretched(cells.norm(dim=2))
    return product.sqrt().reshape(len(cells), *feature_map.shape[2:])


def _strongest_pattern(cells: Tensor) -> Tensor:
    """Return each cell's coordinate on the first singular vector, [n, hw].

    Where features are not negative, neither is that vector (Perron and Frobenius), so the sign is no
    guess; elsewhere the sign with the larger sum is taken.
    """
    gram = cells @ cells.transpose(1, 2)
    _, vectors = torch.linalg.eigh(gram.double())
    first = vectors[:, :, -1]
    signed: Tensor = first * torch.sign(first.sum(1, keepdim=True))
    return signed.float()


def _stretched(values: Tensor) -> Tensor:
    """Put the background's level at 0 and the subject's at 1, cutting off beyond; flat maps become 0."""
    low = values.quantile(_BACKGROUND, dim=1, keepdim=True)
    high = values.quantile(_SUBJECT, dim=1, keepdim=True)
    scaled = (values - low) / (high - low).clamp_min(_FLAT)
    return torch.where(
        high - low > _FLAT * high.abs().clamp_min(_FLAT), scaled, torch.zeros_like(scaled)
    ).clamp(0, 1)
