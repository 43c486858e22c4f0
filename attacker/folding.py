"""Batch normalisation with fixed statistics is a scale and a shift: put it into the convolution before it."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def fold_batch_norms(network: nn.Module, probe: Tensor) -> int:
    """Fold every batch normalisation that directly follows a convolution, in place.

    Outputs stay the same to rounding; on a CPU in bf16 the network runs about twice as fast.

    Parameters
    ----------
    network
        In evaluation mode.
    probe
        An input, [1, 3, h, w]: what follows what is seen by running it, not guessed from names.

    Returns
    -------
    int
        How many were folded.
    """
    pairs = _followers(network, probe)
    parents = {
        child: (parent, name) for parent in network.modules() for name, child in parent.named_children()
    }
    for convolution, norm in pairs:
        _fold(convolution, norm)
        parent, name = parents[norm]
        setattr(parent, name, _what_remains(norm))
    return len(pairs)


def _followers(network: nn.Module, probe: Tensor) -> list[tuple[nn.Conv2d, nn.BatchNorm2d]]:
    pairs: list[tuple[nn.Conv2d, nn.BatchNorm2d]] = []
    latest: list[tuple[nn.Conv2d, Tensor]] = []

    def after(module: nn.Module, _: object, output: Tensor) -> None:
        assert isinstance(module, nn.Conv2d)
        latest[:] = [(module, output)]

    def before(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        assert isinstance(module, nn.BatchNorm2d)
        if latest and inputs[0] is latest[0][1]:
            pairs.append((latest[0][0], module))

    hooks = [
        module.register_forward_hook(after) for module in network.modules() if isinstance(module, nn.Conv2d)
    ]
    hooks += [
        module.register_forward_pre_hook(before)
        for module in network.modules()
        if isinstance(module, nn.BatchNorm2d)
    ]
    try:
        with torch.no_grad():
            network(probe)
    finally:
        for hook in hooks:
            hook.remove()
    return pairs


def _fold(convolution: nn.Conv2d, norm: nn.BatchNorm2d) -> None:
    """Scale the convolution as the norm would; in float64, so that it is rounded once, at the end."""
    assert norm.running_mean is not None
    assert norm.running_var is not None
    weight, learns = convolution.weight.detach(), convolution.weight.requires_grad
    scale = (norm.running_var.double() + norm.eps).rsqrt()
    scale = scale if norm.weight is None else scale * norm.weight.detach().double()
    before = 0.0 if convolution.bias is None else convolution.bias.detach().double()
    shift = (before - norm.running_mean.double()) * scale
    shift = shift if norm.bias is None else shift + norm.bias.detach().double()
    folded = weight.double() * scale[:, None, None, None]
    convolution.weight = nn.Parameter(folded.to(weight.dtype), learns)
    convolution.bias = nn.Parameter(shift.to(weight.dtype), learns)  # it stands for the norm's own shift


def _what_remains(norm: nn.BatchNorm2d) -> nn.Module:
    """Return the activation that timm keeps inside its normalisation layer, else nothing."""
    activation = getattr(norm, "act", None)
    return activation if isinstance(activation, nn.Module) else nn.Identity()
