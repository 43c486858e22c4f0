"""Any classifier as a sequence of stages, a neck and a linear head.

A network that is cut into stages can be computed up to any stage once and trained from there on; the last
stage's output is the feature map that attention maps are computed on.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from functools import lru_cache

import torch
from torch import Tensor, nn

from attacker.config import AttackerConfig, Normalisation
from attacker.errors import NoMapError, SideError
from attacker.networks.batch_norm_folding import fold_batch_norms
from attacker.networks.bf16 import train_slow_kernels_in_fp32
from attacker.networks.heads import drop_classifier
from attacker.networks.partition import Cut, cut
from attacker.networks.runtime import is_out_of_memory
from attacker.networks.vision_transformers import on_grid
from attacker.networks.weights import fingerprint
from attacker.networks.zoo import Source, own_side, source

_REFUSALS = (AssertionError, RuntimeError, IndexError, ValueError)  # how the libraries refuse a size


class StagedNetwork(nn.Module):
    """A classifier cut into stages.

    Parameters
    ----------
    source
        The library's own network without its classifier; parameter names stay the library's.
    pieces
        Its stages and neck, which are modules of the network.
    classes
        Number of outputs K.
    origin
        Hash of its first weights, or ``random``.
    """

    def __init__(self, source: Source, pieces: Cut, classes: int, origin: str) -> None:
        super().__init__()
        self.network = source.network
        self.origin = origin
        train_slow_kernels_in_fp32(self.network)
        self.stages = pieces.stages  # a tuple registers nothing: the parameters belong to `network`
        self.neck = pieces.neck
        self.prefix, self.no_map = pieces.prefix, pieces.no_map
        self.head = nn.Linear(pieces.features, classes)
        self.fill: list[float] = torch.tensor(source.mean).tolist()  # where a GPU need not be asked for it
        self.register_buffer("mean", torch.tensor(source.mean).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(source.std).view(1, 3, 1, 1), persistent=False)

    def normalise(self, pixels: Tensor) -> Tensor:
        """Return network input, [n, 3, S, S], for pixels in [0, 1]."""
        mean, std = self.get_buffer("mean"), self.get_buffer("std")
        return pixels.sub(mean).div_(std)

    def run(self, x: Tensor, start: int = 0, stop: int | None = None) -> Tensor:
        """Pass `x`, the input of stage `start`, through the stages before `stop`."""
        for stage in self.stages[start:stop]:
            x = stage(x)
        return x

    def classify(self, feature_map: Tensor) -> Tensor:
        """Return what the neck and the head make of the last feature map.

        Parameters
        ----------
        feature_map
            [n, C, h, w], or tokens [n, T, D].

        Returns
        -------
        Logits, float32 [n, K].
        """
        pooled = self.neck(feature_map)
        with torch.autocast(pooled.device.type, enabled=False):
            return self.head(pooled.float())  # type: ignore[no-any-return]

    def grid(self, feature_map: Tensor) -> Tensor:
        """Return the last feature map as a grid of cells, [n, C, h, w]; see `on_grid`."""
        if self.no_map:
            raise NoMapError(self.no_map)
        return on_grid(feature_map, self.prefix)

    def forward(self, x: Tensor, start: int = 0) -> Tensor:
        """Return logits, float32 [n, K], of the input of stage `start`."""
        return self.classify(self.run(x, start))

    def upper_state(self, start: int) -> dict[str, Tensor]:
        """Return the state dict of everything from stage `start` on, the head included."""
        lower = {name for name, _ in self._members(self.stages[:start])}
        return {name: tensor for name, tensor in self.state_dict().items() if name not in lower}

    def lower_fingerprint(self, stop: int) -> str:
        """Return the hash of everything below stage `stop`; with `stop` past the end the neck is included."""
        if stop > len(self.stages):
            return fingerprint(self.network.state_dict())
        return fingerprint(dict(self._members(self.stages[:stop])))

    def _members(self, stages: tuple[nn.Module, ...]) -> Iterator[tuple[str, Tensor]]:
        held = {tensor.data_ptr() for stage in stages for tensor in stage.state_dict().values()}
        for name, tensor in self.state_dict().items():
            if tensor.data_ptr() in held:
                yield name, tensor


def build(config: AttackerConfig, classes: int) -> StagedNetwork:
    """Build the network that a config names, in evaluation mode, with a new head for so many classes.

    Raises
    ------
    ArchitectureError
        If the network is unknown or cannot be cut into stages.
    WeightsError
        If its weights cannot be loaded.
    """
    side = at_own_side(config).image_size
    network = staged(config.architecture, config.weights, side, config.normalisation, classes)
    seed_head(network.head, config.seed)
    return network


def at_own_side(config: AttackerConfig) -> AttackerConfig:
    """Return the config with its image size filled in, where that is left to the architecture.

    Raises
    ------
    ArchitectureError
        If no library knows the architecture.

    Examples
    --------
    >>> at_own_side(AttackerConfig(architecture="efficientnet_lite1")).image_size
    240
    """
    if config.image_size:
        return config
    return replace(config, image_size=own_side(config.architecture))


def staged(
    architecture: str, weights: str, image_size: int, normalisation: Normalisation, classes: int
) -> StagedNetwork:
    """Build, cut and check a network; see `build`.

    A study's loop builds the same network dozens of times, so the last two are remembered, and copied.

    Parameters
    ----------
    architecture, weights, image_size, normalisation
        As in `attacker.config.AttackerConfig`; the image size is given.
    classes
        Number of classes of the new head.

    Raises
    ------
    ArchitectureError
        If it cannot be cut.
    SideError
        If it takes photos of another size only.
    WeightsError
        If its weights cannot be loaded.
    """
    if weights in ("pretrained", "random"):
        return deepcopy(_cached_network(architecture, weights, image_size, normalisation, classes))
    return _new_network(architecture, weights, image_size, normalisation, classes)  # the file may change


def _new_network(
    architecture: str, weights: str, image_size: int, normalisation: Normalisation, classes: int
) -> StagedNetwork:
    whole = source(architecture, weights)
    origin = weights if weights == "random" else fingerprint(whole.network.state_dict())
    whole.network.eval()
    probe = torch.linspace(-1, 1, 3 * image_size**2).reshape(1, 3, image_size, image_size)
    drop_classifier(whole.network, architecture)
    try:
        if normalisation == "frozen":  # before cutting: the stages must hold what folding leaves
            fold_batch_norms(whole.network, probe)
        pieces = cut(whole.network, probe, architecture)
    except _REFUSALS as error:
        if image_size == whole.side or is_out_of_memory(error):
            raise
        reason = f" ({error})" if str(error) else ""
        raise SideError(
            f"{architecture} refuses photos of {image_size} pixels{reason}; "
            f"set image_size to 0, which stands for its own {whole.side}",
            whole.side,
        ) from error
    return StagedNetwork(whole, pieces, classes, origin).eval()


_cached_network = lru_cache(maxsize=2)(_new_network)


def seed_head(head: nn.Linear, seed: int) -> None:
    """Give a head its first weights, which are the same on every device.

    Examples
    --------
    >>> heads = nn.Linear(4, 3), nn.Linear(4, 3)
    >>> for head in heads:
    ...     seed_head(head, seed=1)
    >>> torch.equal(heads[0].weight, heads[1].weight)
    True
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        head.weight.copy_(torch.empty(head.weight.shape).normal_(0, 0.01, generator=generator))
        head.bias.zero_()
