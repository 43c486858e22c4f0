"""Subject maps: the foreground of a pretrained network's features, whatever the class of the photo."""

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

ALGORITHM = "pattern-times-length-1"  # the number is raised when maps change
IMAGE_SIZE = 320
_BATCH = 32
_BACKGROUND, _SUBJECT = 0.25, 0.98  # quantiles of cells that become 0 and 1
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
        A classifier with a spatial feature map, as in `AttackerConfig`; it was not trained on the study's
        classes.
    examples
        Photos, n of them.
    grid
        Rows and columns of the maps; they cover the whole photo, whatever its shape.
    image_size
        Side of the network's input in pixels: larger gives finer maps, in time that grows with its square.
        None: 320, or the network's own where it accepts no other.
    cache_dir
        Folder of cached features, as in `attacker.train`.
    weights, device
        As in `AttackerConfig`.
    should_stop
        As in `attacker.train`.

    Returns
    -------
    ndarray
        Float32 [n, grid, grid] in [0, 1]; all 0 for a photo without contrast in its features.

    Raises
    ------
    DataError
        If there are no photos.
    NoMapError
        If the network has no spatial feature map.
    PhotoError
        If a photo cannot be read.
    StoppedError
        If `should_stop` returned True.

    References
    ----------
    Muhammad and Yeasin (2020), Eigen-CAM: Class Activation Map using Principal Components, IJCNN.

    Examples
    --------
    >>> subject_maps("efficientnet_lite0", photos, cache_dir=Path("cache")).shape  # doctest: +SKIP
    (120, 28, 28)
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
    """Return a hash of everything that decides the result of `subject_maps` with its defaults, except photos.

    Examples
    --------
    >>> recipe("efficientnet_lite0") == recipe("resnet50")
    False
    """
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
        maps += [
            within_photo(feature_map, size_of(examples[row].path))
            for feature_map, row in zip(batch, rows, strict=True)
        ]
    return torch.stack(maps)


def within_photo(feature_map: Tensor, size: tuple[int, int]) -> Tensor:
    """Return the foreground of the cells that the photo covers, and 0 in the bars around it.

    With the bars as background, all of the photo would be foreground.

    Parameters
    ----------
    feature_map
        Over the network's square, float [C, h, w].
    size
        (width, height) of the photo in pixels.

    Returns
    -------
    Tensor
        Float32 [h, w] in [0, 1].

    Examples
    --------
    >>> feature_map = torch.rand(8, 4, 4, generator=torch.Generator().manual_seed(0))
    >>> within_photo(feature_map, (80, 40)).amax(dim=1).gt(0).tolist()
    [False, True, True, False]
    """
    _, height, width = feature_map.shape
    columns, rows = _covered(width, size[0] / max(size)), _covered(height, size[1] / max(size))
    within = torch.zeros(height, width, device=feature_map.device)
    within[rows, columns] = foreground(feature_map[None, :, rows, columns])[0]
    return within


def _covered(cells: int, share: float) -> slice:
    """Return the cells of a row of which at least half is in its middle `share`."""
    margin = min(int(cells * (1 - share) / 2 + 0.5), (cells - 1) // 2)
    return slice(margin, cells - margin)


def foreground(feature_map: Tensor) -> Tensor:
    """Return how strongly each cell differs from the background.

    Two measures that depend on no class are multiplied: the cell's share in the strongest pattern of the
    features, and the length of its feature vector. The first finds the subject but misses its uniform parts;
    the second covers them, but also textures of the background.

    Parameters
    ----------
    feature_map
        Float [n, C, h, w].

    Returns
    -------
    Tensor
        Float32 [n, h, w] in [0, 1].

    Examples
    --------
    >>> feature_map = torch.full((1, 3, 4, 4), 0.1)
    >>> feature_map[:, :, 1, 2] = 5.0
    >>> foreground(feature_map).argmax().item()  # row 1, column 2
    6
    """
    cells = feature_map.flatten(2).transpose(1, 2)  # [n, hw, C]
    product = _stretched(_strongest_pattern(cells)) * _stretched(cells.norm(dim=2))
    return product.sqrt().reshape(len(cells), *feature_map.shape[2:])


def _strongest_pattern(cells: Tensor) -> Tensor:
    """Return each cell's coordinate on the first singular vector, [n, hw], for cells [n, hw, C].

    Where features are not negative, neither is that vector (Perron and Frobenius), which gives its sign;
    elsewhere the sign with the larger sum is taken.
    """
    gram = cells @ cells.transpose(1, 2)
    _, vectors = torch.linalg.eigh(gram.double())
    first = vectors[:, :, -1]
    signed: Tensor = first * torch.sign(first.sum(1, keepdim=True))
    return signed.float()


def _stretched(values: Tensor) -> Tensor:
    """Scale values [n, hw] so that the background is 0 and the subject 1; maps without contrast become 0."""
    low = values.quantile(_BACKGROUND, dim=1, keepdim=True)
    high = values.quantile(_SUBJECT, dim=1, keepdim=True)
    scaled = (values - low) / (high - low).clamp_min(_FLAT)
    return torch.where(
        high - low > _FLAT * high.abs().clamp_min(_FLAT), scaled, torch.zeros_like(scaled)
    ).clamp(0, 1)
