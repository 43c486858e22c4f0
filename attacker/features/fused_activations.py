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
from torch.nn import functional

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
            if _can_be_fused(convolution, activation):
                setattr(*places[convolution], FusedConvolution(convolution, activation))
                setattr(*places[activation], nn.Identity())
    return copies


def _can_be_fused(convolution: nn.Conv2d, activation: nn.Module) -> bool:
    """Return whether both are known by their type: a subclass, or a hook, may do anything besides."""
    is_plain = type(convolution) in (nn.Conv2d, Conv2dSame) and type(activation) in (nn.ReLU, nn.ReLU6)
    pads_with_zeros = convolution.padding_mode == "zeros" and not isinstance(convolution.padding, str)
    return is_plain and pads_with_zeros and not (_has_hooks(convolution) or _has_hooks(activation))


def _has_hooks(module: nn.Module) -> bool:
    return bool(module._forward_hooks or module._forward_pre_hooks)


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

    @property
    def weight(self) -> Tensor:
        """The network's own weights, which other layers may read."""
        return self._of[0].weight

    @property
    def bias(self) -> Tensor | None:
        """The network's own bias."""
        return self._of[0].bias

    def forward(self, x: Tensor) -> Tensor:
        """Return the activation's output, [n, K, h, w]."""
        (of,) = self._of
        x, weight, padding = x.bfloat16(), self._weight, of.padding
        if isinstance(of, Conv2dSame):
            x, weight, padding = _same(x, weight, of)
        sizes: tuple[Any, ...] = (padding, of.stride, of.dilation, of.groups)
        return torch.ops.mkldnn._convolution_pointwise(  # type: ignore[no-any-return]
            x, weight, self._bias, *sizes, *self._cut, ""
        )


def _same(x: Tensor, weight: Tensor, of: Conv2dSame) -> tuple[Tensor, Tensor, tuple[int, int]]:
    """Return input, weight and padding that give TensorFlow's, which may be larger by 1 after x than before.

    A depthwise kernel gets a zero before its weights, and x as much padding before as after: its sums stay
    the same, and x, which is larger than anything else there, is not copied.
    """
    sides = zip(x.shape[-2:], of.kernel_size, of.stride, of.dilation, strict=True)
    height, width = (get_same_padding(*side) for side in sides)
    if of.groups == of.in_channels and of.dilation == (1, 1):
        wider = functional.pad(weight, (width % 2, 0, height % 2, 0))
        return x, wider, ((height + 1) // 2, (width + 1) // 2)
    around = (width // 2, width - width // 2, height // 2, height - height // 2)
    return functional.pad(x, around), weight, (0, 0)
