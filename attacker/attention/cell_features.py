"""Cells of photos: what the stages of a pretrained network make of each region of a photo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from attacker.errors import NoMapError
from attacker.example import Example
from attacker.features.cache import store
from attacker.features.extraction import bank
from attacker.features.extractor import Frozen
from attacker.networks.staged import StagedNetwork
from attacker.photos.decoding import size_of
from attacker.progress import Monitor

_STAGES = 3
_MOST_CHANNELS, _COMPONENTS = 128, 96  # a stage with more channels is told by its strongest components
_CELLS_TO_FIT, _POWER_ITERATIONS = 8_000, 4
_LEAST_STRENGTH = 1e-4  # of the strongest component: weaker ones are not brought to variance 1
_FLAT = 1e-6


@dataclass(frozen=True)
class CellReader:
    """A network as a function from photos to maps of the stages whose cells are compared.

    Parameters
    ----------
    frozen
        The whole network.
    stages
        Indices of the stages whose output is read, rising; the last is the network's last.
    grid
        Rows and columns of cells that a photo's extent is divided into.
    """

    frozen: Frozen
    stages: tuple[int, ...]
    grid: int

    def __call__(
        self, examples: Sequence[Example], hashes: Sequence[str], cache_dir: Path | None, monitor: Monitor
    ) -> list[Tensor]:
        """Return the maps of each stage, float32 [n, C, grid, grid], over the photos' extents, on the CPU."""
        first, *later = (stage + 1 for stage in self.stages)
        lowest = replace(self.frozen, cut=first)
        features = bank(lowest, examples, hashes, store(cache_dir), on_batch=monitor.photos)
        sizes = [size_of(example.path) for example in examples]
        network = self.frozen.network
        outputs = []
        with torch.inference_mode(), self.frozen.runtime.autocast():
            x = features.batch(range(len(examples)), [0] * len(examples))
            for start, stop in zip((first, *later), (*later, None), strict=True):
                outputs.append(cells_over_photo(_square_map(network, x).float().cpu(), sizes, self.grid))
                x = x if stop is None else network.run(x, start, stop)
        return outputs


def readable_stages(network: StagedNetwork, side: int) -> tuple[int, ...]:
    """Return the stages to read: the last of each of the three coarsest grids.

    Where fewer grids differ, as in a vision transformer, those at one third, two thirds and all of the depth.

    Parameters
    ----------
    network
        On any device, in evaluation mode.
    side
        Side of its input in pixels.

    Raises
    ------
    NoMapError
        If its last stage has no grid of cells.
    """
    last_with_grid: dict[int, int] = {}
    with_grid = []
    x = torch.zeros(1, 3, side, side, device=network.get_buffer("mean").device)
    with torch.inference_mode():
        for number, stage in enumerate(network.stages):
            x = stage(x)
            try:
                last_with_grid[_square_map(network, x).shape[2]] = number
            except NoMapError:
                if number == len(network.stages) - 1:
                    raise
            else:
                with_grid.append(number)
    coarsest = sorted(last_with_grid.values())[-_STAGES:]
    if len(coarsest) < _STAGES:
        depth = len(with_grid)
        coarsest = sorted({with_grid[max(depth * part // _STAGES, 1) - 1] for part in range(1, _STAGES + 1)})
    return tuple(coarsest)


def _square_map(network: StagedNetwork, x: Tensor) -> Tensor:
    """Return a stage's output as [n, C, h, w]: some networks hold channels last between their stages."""
    channels_last = x.ndim == 4 and x.shape[1] == x.shape[2] != x.shape[3]
    return network.grid(x.permute(0, 3, 1, 2) if channels_last else x)


def cells_over_photo(maps: Tensor, sizes: Sequence[tuple[int, int]], grid: int) -> Tensor:
    """Resample maps of the network's square to the photo inside it, without reading the bars around it.

    Parameters
    ----------
    maps
        Float32 [n, C, h, w] over the square.
    sizes
        (width, height) of each photo in pixels.
    grid
        Rows and columns of the result.

    Returns
    -------
    Float32 [n, C, grid, grid].

    Examples
    --------
    >>> cells_over_photo(torch.ones(1, 3, 7, 7), [(200, 100)], grid=4).shape
    torch.Size([1, 3, 4, 4])
    """
    shares = torch.tensor([[width, height] for width, height in sizes], dtype=torch.float32)
    shares = shares / shares.amax(1, keepdim=True)  # [n, 2]: of the square's width and height
    cells = torch.tensor([maps.shape[3], maps.shape[2]], dtype=torch.float32)
    bars = ((cells * (1 - shares) / 2 + 0.5).floor()).clamp_max((cells - 1).div(2).floor())
    outermost = 1 - (2 * bars + 1) / cells  # centres of the last cells that lie in the photo by half at least
    scale = torch.diag_embed(shares)
    places = functional.affine_grid(
        torch.cat([scale, torch.zeros(len(sizes), 2, 1)], 2), [len(maps), 1, grid, grid], align_corners=False
    )
    limits = outermost[:, None, None, :]
    return functional.grid_sample(maps, places.clamp(-limits, limits), align_corners=False)


@dataclass(frozen=True)
class Compression:
    """How a stage's channels become at most 128 standardised numbers a cell.

    Those of a stage with more channels are its 96 strongest principal components.

    Parameters
    ----------
    mean
        [C].
    components
        [C, k], scaled so that each number has variance 1 over the cells it was fitted on.
    """

    mean: Tensor
    components: Tensor

    @classmethod
    def fit(cls, maps: Tensor) -> Compression:
        """Fit to maps, float32 [n, C, g, g]; channels are brought to one variance before components are."""
        every = maps.permute(0, 2, 3, 1).flatten(0, 2)  # [n g g, C]
        cells = every[:: -(-len(every) // _CELLS_TO_FIT)]
        mean, spread = cells.mean(0), cells.std(0).clamp_min(_FLAT)
        if len(mean) <= _MOST_CHANNELS:
            return cls(mean, torch.diag(1 / spread))
        standard = (cells - mean) / spread
        components = _principal_subspace(standard)
        strengths = (standard @ components).square().mean(0)
        least = _FLAT + _LEAST_STRENGTH * strengths.max()  # few photos have fewer directions than channels
        return cls(mean, components / strengths.clamp_min(least).sqrt() / spread[:, None])

    def __call__(self, maps: Tensor) -> Tensor:
        """Return cells, float16 [n, g * g, k], of maps, float32 [n, C, g, g]."""
        return ((maps.flatten(2).transpose(1, 2) - self.mean) @ self.components).half()


def _principal_subspace(standard: Tensor) -> Tensor:
    """Return orthonormal columns, [C, 96], that span the strongest components of [m, C]: power iteration."""
    generator = torch.Generator().manual_seed(0)
    columns = torch.randn(standard.shape[1], _COMPONENTS, generator=generator)
    for _ in range(_POWER_ITERATIONS):
        columns = torch.linalg.qr(standard.T @ (standard @ columns)).Q
    return columns


def compressed(batches: Iterator[list[Tensor]]) -> Iterator[tuple[list[Tensor], Tensor]]:
    """Yield each batch's maps and cells, float16 [n, g * g, D], compressed as the first batch suggests."""
    compressions: list[Compression] = []
    for maps in batches:
        compressions = compressions or [Compression.fit(stage) for stage in maps]
        yield maps, torch.cat([fit(stage) for fit, stage in zip(compressions, maps, strict=True)], dim=2)
