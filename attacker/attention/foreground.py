"""Subject maps: the foreground of a pretrained network's features, whatever the class of the photo."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from attacker.attention.cell_features import CellReader, compressed, readable_stages
from attacker.attention.grad_cam import GRID
from attacker.attention.subject_cells import learn_again, shared_among_alike, stands_out
from attacker.config import AttackerConfig, Device
from attacker.errors import DataError, SideError
from attacker.example import Example
from attacker.features.extractor import Frozen
from attacker.networks.runtime import computing, runtime
from attacker.networks.staged import StagedNetwork, staged
from attacker.photos.decoding import DECODING, hashes_of
from attacker.progress import Monitor, never
from attacker.training.run_facts import packages
from attacker.training.trained import channels_last
from stats.provenance import package_versions

Floats = NDArray[np.float32]

ALGORITHM = "unlike-the-border-learned-again-1"  # the number is raised when maps change
IMAGE_SIZE = 448
LEAST_PHOTOS = 60  # fewer were not tried: see docs/decisions/0015-class-free-subject.md
_BATCH = 32


@dataclass(frozen=True)
class Foreground:
    """Maps of where the subjects are, and how they were made.

    Parameters
    ----------
    maps
        Float32 [n, grid, grid] in [0, 1].
    method
        For records and reports; see `method_of`.
    """

    maps: Floats
    method: str


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
    """Return how much each region of each photo belongs to its subject; `foreground` also says how.

    Parameters
    ----------
    architecture
        A classifier with a spatial feature map, as in `AttackerConfig`; it was not trained on the study's
        classes.
    examples
        Photos. From 60 on, what subjects look like is learned from all of them, without their classes; the
        maps then depend on the whole set, and not on its order.
    grid
        Rows and columns of the maps; they cover the photo's whole extent, whatever its shape.
    image_size
        Side of the network's input: larger gives finer maps at a quadratic price. None: 448, or the network's
        own where it takes no other.
    cache_dir
        Cache of the lower layers' features, as in `attacker.train`.
    weights, device
        As in `AttackerConfig`.
    should_stop
        Asked before every photo that is read, every batch, and every fit.

    Returns
    -------
    Float32 [n, grid, grid] in [0, 1].

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

    Examples
    --------
    >>> subject_maps("efficientnet_lite0", photos, cache_dir=Path("cache")).shape  # doctest: +SKIP
    (120, 28, 28)
    """
    return foreground(
        architecture,
        examples,
        grid=grid,
        image_size=image_size,
        cache_dir=cache_dir,
        weights=weights,
        device=device,
        should_stop=should_stop,
    ).maps


def foreground(
    architecture: str,
    examples: Sequence[Example],
    *,
    grid: int = GRID,
    image_size: int | None = None,
    cache_dir: Path | None = None,
    weights: str = "pretrained",
    device: Device = "auto",
    should_stop: Callable[[], bool] = never,
) -> Foreground:
    """Return what `subject_maps` does, with its parameters and errors, and the method that was used.

    Examples
    --------
    >>> foreground("efficientnet_lite0", photos).method  # doctest: +SKIP
    'foreground, learned on 120 photos'
    """
    if not examples:
        raise DataError("no photos to look for a subject in")
    where = runtime(AttackerConfig(device=device))
    monitor = Monitor(should_stop=should_stop)
    with computing("image_size"):
        fresh, side = _network(architecture, weights, image_size)
        network = channels_last(fresh).to(where.device)
        frozen = Frozen(network, architecture, len(network.stages), side, where)
        reader = CellReader(frozen, readable_stages(network, side), GRID)
        hashes = hashes_of(examples, monitor.check)
        photos = dict(sorted(zip(hashes, examples, strict=True), key=lambda photo: photo[0]))
        maps = _maps(reader, photos, cache_dir, monitor)
    rows = {sha256: row for row, sha256 in enumerate(photos)}
    in_order = maps[[rows[sha256] for sha256 in hashes]]  # [n, GRID, GRID]
    resampled = functional.interpolate(in_order[:, None], (grid, grid), mode="bilinear", align_corners=False)
    return Foreground(resampled[:, 0].clamp(0, 1).numpy(), method_of(len(photos)))


def method_of(photos: int) -> str:
    """Return how maps of so many different photos are made, for records and reports.

    Examples
    --------
    >>> method_of(660), method_of(40)
    ('foreground, learned on 660 photos', 'foreground, not learned: 40 photos')
    """
    if photos < LEAST_PHOTOS:
        return f"foreground, not learned: {photos} photo{'s' if photos != 1 else ''}"
    return f"foreground, learned on {photos} photos"


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
    except SideError as error:
        if side is not None:
            raise
        own = error.own_side
    return staged(architecture, weights, own, "frozen", 2), own


def _maps(reader: CellReader, photos: dict[str, Example], cache_dir: Path | None, monitor: Monitor) -> Tensor:
    """Return the maps, float32 [n, g, g] in [0, 1], of photos by the hash of their content, in its order."""
    guesses, cells = _first_guesses(len(photos), compressed(_stage_maps(reader, photos, cache_dir, monitor)))
    if len(photos) >= LEAST_PHOTOS:
        learned = learn_again(cells, guesses, monitor.check)
        guesses = shared_among_alike(learned, cells, monitor.check).square()
    return guesses.reshape(len(guesses), reader.grid, reader.grid)


def _first_guesses(photos: int, batches: Iterator[tuple[list[Tensor], Tensor]]) -> tuple[Tensor, Tensor]:
    """Return first guesses, float32 [n, c], and all cells, float16 [n, c, D], which are held only once."""
    guesses, cells = torch.empty(0), torch.empty(0)
    done = 0
    for stages, batch in batches:
        if done == 0:
            guesses = torch.empty(photos, batch.shape[1])
            cells = torch.empty(photos, *batch.shape[1:], dtype=batch.dtype)
        rows = slice(done, done + len(batch))
        guesses[rows] = stands_out(stages[-1], stages[-2] if len(stages) > 1 else stages[-1]).flatten(1)
        cells[rows] = batch
        done += len(batch)
    return guesses, cells


def _stage_maps(
    reader: CellReader, photos: dict[str, Example], cache_dir: Path | None, monitor: Monitor
) -> Iterator[list[Tensor]]:
    """Yield the stages' maps of a batch of photos after the other."""
    hashes = list(photos)
    for start in range(0, len(hashes), _BATCH):
        monitor.check()
        batch = hashes[start : start + _BATCH]
        yield reader([photos[sha256] for sha256 in batch], batch, cache_dir, monitor)
