"""The end of a network: its classifier is removed, and a neck leads from the last map to our own head."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from attacker.errors import ArchitectureError

NeckFunction = Callable[[Tensor], Tensor]
Stages = tuple[nn.Module, ...]


def drop_classifier(network: Any, architecture: str) -> None:
    """Remove a network's classifier in place, so that it returns the classifier's input, [n, D].

    Parameters
    ----------
    network
        A torchvision or timm classifier.

    Raises
    ------
    ArchitectureError
        If there is no linear layer to remove.

    Examples
    --------
    >>> network = nn.Sequential(nn.Flatten(), nn.Linear(12, 5))
    >>> drop_classifier(network, "small")
    >>> network(torch.zeros(2, 3, 2, 2)).shape
    torch.Size([2, 12])
    """
    for extra in ("AuxLogits", "aux1", "aux2"):
        if getattr(network, extra, None) is not None:
            setattr(network, extra, None)
    if getattr(network, "aux_logits", False):
        network.aux_logits = False
    if hasattr(network, "reset_classifier"):
        network.reset_classifier(0)
        return
    parent, _, name = _classifier(network, architecture).rpartition(".")
    setattr(network.get_submodule(parent), name, nn.Identity())


def _classifier(network: nn.Module, architecture: str) -> str:
    """Return the name of the last linear layer, or of a convolution that stands for one before the pool."""
    for layer, within in ((nn.Linear, ""), (nn.Conv2d, "classifier")):
        names: list[str] = [name for name, part in network.named_modules() if isinstance(part, layer)]
        fitting = [name for name in names if name.startswith(within)]
        if fitting:
            return fitting[-1]
    raise ArchitectureError(f"{architecture} has no linear classifier to replace")


class Neck:
    """The modules between the last map and the classifier; the map is flattened once it is one cell."""

    def __init__(self, modules: list[nn.Module], *, relu: bool) -> None:
        pools = any("pool" in kind(part) for module in modules for part in module.modules())
        self.modules = modules if pools else [nn.AdaptiveAvgPool2d(1), *modules]
        self.relu = relu

    def __call__(self, x: Tensor) -> Tensor:
        if x.requires_grad and not x.is_leaf and x.ndim == 4 and x.device.type == "cpu":
            x.register_hook(_laid_out)  # type: ignore[no-untyped-call]
        x = torch.relu(x) if self.relu else x
        for module in self.modules:
            x = module(
                x.flatten(1) if isinstance(module, nn.Linear | nn.Sequential) and self._flat(module) else x
            )
        return x.flatten(1)

    @staticmethod
    def _flat(module: nn.Module) -> bool:
        """Return whether the module starts with a linear layer, apart from dropout."""
        layers = [layer for layer in module.modules() if not isinstance(layer, nn.Sequential | nn.Dropout)]
        return bool(layers) and isinstance(layers[0], nn.Linear)


def _laid_out(gradient: Tensor) -> Tensor:
    """Return the gradient of a pooled map in the map's layout.

    Of a mean over cells torch hands back one value for all of them, in no layout. An activation before the
    mean then goes through its memory out of order on a CPU, and so do the copies that convolutions make.
    """
    return gradient.contiguous(memory_format=torch.channels_last)


class ForwardFeatures(nn.Module):
    """A timm network's feature half as a single stage, for networks whose parts do not run in order."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        """Return the last feature map of pixels."""
        return self.network.forward_features(x)  # type: ignore[no-any-return]


class PreLogits:
    """A timm network's pooling half."""

    def __init__(self, network: Any) -> None:
        self.network = network

    def __call__(self, x: Tensor) -> Tensor:
        return self.network.forward_head(x, pre_logits=True)  # type: ignore[no-any-return]


class ToChannelsFirst(nn.Module):
    """From [n, h, w, C], as some transformers have their maps, to [n, C, h, w]."""

    def forward(self, x: Tensor) -> Tensor:
        """Return [n, C, h, w] for [n, h, w, C]."""
        return x.permute(0, 3, 1, 2)


class FromChannelsFirst:
    """A neck for maps [n, h, w, C], given them as [n, C, h, w]."""

    def __init__(self, neck: NeckFunction) -> None:
        self.neck = neck

    def __call__(self, x: Tensor) -> Tensor:
        return self.neck(x.permute(0, 2, 3, 1))


def channels_first(stages: Stages, neck: NeckFunction, probe: Tensor) -> tuple[Stages, NeckFunction] | None:
    """Return stages whose last map is [n, C, h, w], where it is [n, h, w, C], and the neck for it.

    Parameters
    ----------
    stages, neck
        A proposal how to cut a network.
    probe
        An input, [1, 3, s, s].

    Returns
    -------
    None where the stages do not run in this order, or end in several maps.

    Examples
    --------
    >>> channels_first((nn.Conv2d(3, 8, 3), nn.Linear(2, 2)), torch.flatten, torch.ones(1, 3, 9, 9)) is None
    True
    """
    try:
        last = nn.Sequential(*stages)(probe)
    except (RuntimeError, TypeError, ValueError, AssertionError):
        return None
    if not isinstance(last, Tensor):
        return None  # several branches at once: no single map
    if last.ndim == 4 and last.shape[1] == last.shape[2] != last.shape[3]:  # a square photo makes square maps
        return (*stages[:-1], nn.Sequential(stages[-1], ToChannelsFirst())), FromChannelsFirst(neck)
    return stages, neck


def kind(module: nn.Module) -> str:
    """Return the lower-case name of a module's type.

    Examples
    --------
    >>> kind(nn.Linear(2, 2))
    'linear'
    """
    return type(module).__name__.lower()
