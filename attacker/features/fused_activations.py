"""A frozen network in bf16 on a CPU, in fewer passes over memory: convolutions apply their activations.

Such convolutions wait for memory more than for arithmetic, and an activation by itself reads and writes all
of their output once more. Only activations that cut off are fused: to cut before rounding is to cut after it,
so features keep their bits. In float32 torch takes other kernels than oneDNN's for some of these
convolutions, which round differently; there the network stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import torch
from timm.layers.conv2d_same import Conv2dSame
from timm.layers.padding import get_same_padding
from torch import Tensor, nn

from attacker.networks.batch_norm_folding import sole_readers


def fused(stages: Sequence[nn.Module], probe: Tensor) -> nn.Sequential:
    """Return stages that give the same output in less time; the originals stay as they are.

    Parameters
    ----------
    stages
        In evaluation mode, on a CPU that computes in bf16.
    probe
        An input of the first, [1, ...]. The order of layers is observed by running it.

    Returns
    -------
    The stages in sequence, without gradients and for use under autocast as before. They share the parameters
    that are not cast.

    Examples
    --------
    >>> quick = fused([nn.Conv2d(3, 4, 3).eval(), nn.ReLU6()], torch.zeros(1, 3, 8, 8))
    >>> [type(part).__name__ for part in quick]
    ['FusedConvolution', 'Identity']
    """
    tensors = [tensor for stage in stages for tensor in stage.state_dict(keep_vars=True).values()]
    copies = deepcopy(nn.Sequential(*stages), {id(tensor): tensor for tensor in tensors})
    places = {child: (parent, name) for parent in copies.modules() for name, child in parent.named_children()}
    with torch.inference_mode(False), torch.no_grad(), torch.autocast("cpu", enabled=False):
        pairs, _ = sole_readers(copies, probe.detach().clone().float(), (nn.ReLU, nn.ReLU6))
        for convolution, activation in pairs:
            if type(convolution) in (nn.Conv2d, Conv2dSame) and convolution.padding_mode == "zeros":
                setattr(*places[convolution], FusedConvolution(convolution, activation))
                setattr(*places[activation], nn.Identity())
    return copies


class FusedConvolution(nn.Module):
    """A convolution and the activation after it, in one pass.

    Parameters
    ----------
    convolution
        A convolution with zeros around its input, or with TensorFlow's padding.
    activation
        `ReLU` or `ReLU6`.
    """

    def __init__(self, convolution: nn.Conv2d, activation: nn.Module) -> None:
        super().__init__()
        self._of = [convolution]  # in a list: its parameters belong to the network
        self._weight = convolution.weight.detach().bfloat16()
        self._bias = None if convolution.bias is None else convolution.bias.detach().bfloat16()
        self._cut: tuple[str, list[float]] = (
            ("hardtanh", [0.0, 6.0]) if isinstance(activation, nn.ReLU6) else ("relu", [])
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return the activation's output, [n, K, h, w]."""
        (of,) = self._of
        x, padding = x.bfloat16(), of.padding
        if isinstance(of, Conv2dSame):
            x, padding = _padded(x, of), (0, 0)
        sizes: tuple[Any, ...] = (padding, of.stride, of.dilation, of.groups)
        return torch.ops.mkldnn._convolution_pointwise(  # type: ignore[no-any-return]
            x, self._weight, self._bias, *sizes, *self._cut, ""
        )


def _padded(x: Tensor, convolution: nn.Conv2d) -> Tensor:
    """Return `x` with zeros around it as TensorFlow has them, which are more after than before it."""
    around = [
        get_same_padding(*each)
        for each in zip(
            x.shape[-2:], convolution.kernel_size, convolution.stride, convolution.dilation, strict=True
        )
    ]
    if not any(around):
        return x
    (height, width), (top, left) = x.shape[-2:], (pad // 2 for pad in around)
    shape = (*x.shape[:2], height + around[0], width + around[1])
    padded = torch.empty(shape, dtype=x.dtype, memory_format=torch.channels_last)
    padded[..., :top, :] = 0  # only the border: to fill all of it first takes longer than to copy x
    padded[..., top + height :, :] = 0
    padded[..., top : top + height, :left] = 0
    padded[..., top : top + height, left + width :] = 0
    padded[..., top : top + height, left : left + width] = x
    return padded
