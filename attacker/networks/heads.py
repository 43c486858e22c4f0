"""The end of a network: its classifier is removed, and a neck leads from the last map to our own head."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from attacker.errors import ArchitectureError


def drop_classifier(network: Any, architecture: str) -> None:
    """Remove a network's classifier in place, so that it returns the classifier's input, [n, D].

    Parameters
    ----------
    network
        A torchvision or timm classifier.
    architecture
        Its name, for the error.

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

    def __init__(self, neck: Neck | PreLogits) -> None:
        self.neck = neck

    def __call__(self, x: Tensor) -> Tensor:
        return self.neck(x.permute(0, 2, 3, 1))


def ends_in_a_pool(module: nn.Module) -> bool:
    """Return whether the last layer of a module pools over the whole map.

    Examples
    --------
    >>> ends_in_a_pool(nn.Sequential(nn.Conv2d(3, 8, 3), nn.AdaptiveAvgPool2d(1)))
    True
    """
    *_, last = module.modules()
    return any(kind(part).startswith(("adaptiveavgpool", "selectadaptivepool")) for part in (module, last))


def kind(module: nn.Module) -> str:
    """Return the lower-case name of a module's type.

    Examples
    --------
    >>> kind(nn.Linear(2, 2))
    'linear'
    """
    return type(module).__name__.lower()
