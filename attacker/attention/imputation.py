"""Hide parts of a photo without leaving a trace: fill them smoothly from what is still seen."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

_NOISE = 0.02  # standard deviation in normalised pixels: a perfectly smooth patch is itself a pattern
_SEED = 20_261


def impute(x: Tensor, hidden: Tensor) -> Tensor:
    """Fill hidden pixels from the seen ones around them.

    A pyramid of means over seen pixels is built and laid back from coarse to fine: near a seen pixel the
    fill is like it, far inside a hole it is like the wider surroundings. Nothing of what is hidden leaks
    into it, unlike with a blur, and the hole has no edge, unlike with a box of one colour.

    Parameters
    ----------
    x
        Normalised pixels, float [n, 3, h, w].
    hidden
        1 where a pixel is to be hidden, else 0, [n, 1, h, w].

    Returns
    -------
    Tensor
        Float [n, 3, h, w]; seen pixels are unchanged. Where nothing is seen the fill is the mean of the
        network's training photos (0) and the noise.

    References
    ----------
    Rong et al. (2022), A Consistent and Efficient Evaluation Strategy for Attribution Methods, ICML (noisy
    imputation from neighbours). Gortler et al. (1996), The Lumigraph, SIGGRAPH (the pyramid).
    """
    seen = 1 - hidden
    noise = torch.randn(x.shape[1:], generator=torch.Generator().manual_seed(_SEED)).to(x)
    return torch.where(hidden.bool(), _filled(x * seen, seen) + _NOISE * noise, x)


def _filled(weighted: Tensor, weight: Tensor) -> Tensor:
    """Return weighted means, coarser where `weight` is 0; 0 where all of it is."""
    here = weighted / weight.clamp_min(1e-6)
    if max(weight.shape[2:]) == 1 or bool((weight > 0).all()):
        return here
    below = _filled(_halved(weighted), _halved(weight))
    wider = functional.interpolate(below, weight.shape[2:], mode="bilinear", align_corners=False)
    return torch.where(weight > 0, here, wider)


def _halved(x: Tensor) -> Tensor:
    return functional.avg_pool2d(x, 2, ceil_mode=True, count_include_pad=False)
