"""Low-rank adapters (LoRA): what is added to frozen matrices is trained as two thin ones, and merged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from attacker.errors import ArchitectureError


class Place(NamedTuple):
    """A matrix of a network: the module that has it, and what it is called there."""

    module: nn.Module
    name: str


class LowRank(nn.Module):
    """What is added to a matrix, or to a convolution read as one.

    Parameters
    ----------
    weight
        The frozen matrix, [rows, ...].
    rank
        Number of columns of `up` and of rows of `down`.
    alpha
        The product is scaled by alpha / rank.
    generator
        Of the first values of `down`; those of `up` are 0, so that a new adapter changes nothing.
    """

    def __init__(self, weight: Tensor, rank: int, alpha: float, generator: torch.Generator) -> None:
        super().__init__()
        rows, columns = _shape(weight)
        first = torch.empty(rank, columns).normal_(0, columns**-0.5, generator=generator)
        self.down = nn.Parameter(first.to(weight.device))
        self.up = nn.Parameter(torch.zeros(rows, rank, device=weight.device))
        self.scale = alpha / rank

    def forward(self, weight: Tensor) -> Tensor:
        """Return the matrix with what is added; in float32, as it will be merged, whatever autocast says."""
        with torch.autocast(weight.device.type, enabled=False):
            return weight + (self.scale * (self.up @ self.down)).view(weight.shape)


def places_of(modules: Iterable[nn.Module], rank: int) -> list[Place]:
    """Return the matrices of these modules that an adapter of a rank makes cheaper to train.

    They are the weights of linear layers and of convolutions that mix all channels, and the joint projection
    of torch's own attention. A matrix that a network reads past its layer (BEiT, EVA) is adapted as well.

    Examples
    --------
    >>> layers = nn.Sequential(nn.Conv2d(8, 8, 3, groups=8), nn.Conv2d(8, 16, 1), nn.Linear(16, 2))
    >>> [tuple(place.module.weight.shape) for place in places_of(layers.modules(), rank=2)]
    [(16, 8, 1, 1)]
    """
    candidates = [place for module in modules for place in _matrices(module)]
    shapes = [_shape(getattr(*place)) for place in candidates]
    return [
        place
        for place, (rows, columns) in zip(candidates, shapes, strict=True)
        if rank * (rows + columns) < rows * columns
    ]


@contextmanager
def adapters(places: Iterable[Place], rank: int, alpha: float, seed: int) -> Iterator[list[Place]]:
    """Give matrices adapters for as long as this context lasts, and then merge them.

    Merged, the network has the modules and the names that it had, and gives the same bits as with adapters.

    Parameters
    ----------
    places
        The matrices.
    rank, alpha
        See `LowRank`.
    seed
        Of the adapters' first values, the same on every device.

    Raises
    ------
    ArchitectureError
        If there is no matrix.

    Examples
    --------
    >>> layer = nn.Linear(8, 8)
    >>> with adapters([Place(layer, "weight")], rank=2, alpha=4, seed=0):
    ...     len([name for name, _ in layer.named_parameters() if is_adapters(name)])
    2
    >>> [name for name, _ in layer.named_parameters()]
    ['bias', 'weight']
    """
    adapted = list(places)
    if not adapted:
        raise ArchitectureError(
            f"there is no matrix that adapters of rank {rank} make cheaper to train: lower lora_rank, "
            "fine-tune more stages (finetune_depth), or train with tuning='full' or 'head'"
        )
    generator = torch.Generator().manual_seed(seed)
    for module, name in adapted:
        added = LowRank(getattr(module, name), rank, alpha, generator)
        parametrize.register_parametrization(module, name, added)
    try:
        yield adapted
    finally:
        for place in adapted:
            _merge(place)


def is_adapters(name: str) -> bool:
    """Return whether a parameter of a network with adapters is one of theirs, by its name.

    Examples
    --------
    >>> [is_adapters(f"head.parametrizations.weight.{last}") for last in ("0.up", "original")]
    [True, False]
    """
    return "parametrizations." in name and name.endswith((".up", ".down"))


def _matrices(module: nn.Module) -> Iterator[Place]:
    if isinstance(module, nn.Linear) or (isinstance(module, nn.Conv2d) and module.groups == 1):
        yield Place(module, "weight")
    if isinstance(module, nn.MultiheadAttention) and module.in_proj_weight is not None:
        yield Place(module, "in_proj_weight")


def _shape(weight: Tensor) -> tuple[int, int]:
    """Return rows and columns of a matrix, or of a convolution read as one."""
    return len(weight), weight[0].numel()


def _merge(place: Place) -> None:
    """Put the sum into the matrix itself, whose layout in memory stays."""
    with torch.no_grad():
        merged = getattr(*place)
        parametrize.remove_parametrizations(*place, leave_parametrized=False)
        getattr(*place).copy_(merged)
