"""Hide parts of a photo by filling them smoothly from the visible pixels around them."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

_NOISE = 0.02  # standard deviation in normalised pixels: a perfectly smooth patch is itself a pattern
_SEED = 20_261


def impute(x: Tensor, hidden: Tensor) -> Tensor:
    """Fill hidden pixels from the visible ones around them.

    A pyramid of means over visible pixels fills the holes from coarse to fine: near a visible pixel the fill
    resembles it, far inside a hole it resembles the wider surroundings. Nothing of the hidden pixels remains
    in it, as it does in a blur, and the hole has no edge, as a box of one colour has.

    Parameters
    ----------
    x
        Normalised pixels, float [n, 3, h, w].
    hidden
        1 where a pixel is hidden, else 0, float [n, 1, h, w].

    Returns
    -------
    Float [n, 3, h, w]; visible pixels are unchanged. Where nothing is visible the fill is the mean of the
    network's pretraining photos (0) with noise.

    References
    ----------
    Rong et al. (2022), A Consistent and Efficient Evaluation Strategy for Attribution Methods, ICML (noisy
    imputation from neighbours). Gortler et al. (1996), The Lumigraph, SIGGRAPH (the pyramid).

    Examples
    --------
    >>> x, hidden = torch.full((1, 3, 8, 8), 2.0), torch.zeros(1, 1, 8, 8)
    >>> hidden[..., :4] = 1  # the left half
    >>> bool((impute(x, hidden) - 2.0).abs().max() < 0.2)
    True
    """
    seen = 1 - hidden
    noise = torch.randn(x.shape[1:], generator=torch.Generator().manual_seed(_SEED)).to(x)
    return torch.where(hidden.bool(), _filled(x * seen, seen) + _NOISE * noise, x)


def _filled(weighted: Tensor, weight: Tensor) -> Tensor:
    """Return weighted means, coarser where `weight` is 0; 0 where all weights are."""
    here = weighted / weight.clamp_min(1e-6)
    if max(weight.shape[2:]) == 1 or bool((weight > 0).all()):
        return here
    coarse = _filled(_halved(weighted), _halved(weight))
    wider = functional.interpolate(coarse, weight.shape[2:], mode="bilinear", align_corners=False)
    return torch.where(weight > 0, here, wider)


def _halved(x: Tensor) -> Tensor:
    return functional.avg_pool2d(x, 2, ceil_mode=True, count_include_pad=False)
