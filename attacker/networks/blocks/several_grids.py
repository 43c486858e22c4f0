"""Networks that read several grids of patches beside each other: attackers without a map, by name."""

from __future__ import annotations

from typing import Any

from timm.models.coat import CoaT
from timm.models.crossvit import CrossVit

_REASONS = {
    CrossVit: "CrossViT reads patches of two sizes in two branches, which meet only in their class tokens",
    CoaT: "CoaT reads class tokens of three grids beside each other",
}


def reason_without_map(network: Any) -> str | None:
    """Return why a network has no single last map; None where that is not known of its build.

    Examples
    --------
    >>> from torch import nn
    >>> reason_without_map(nn.Linear(2, 2)) is None
    True
    """
    return next((reason for build, reason in _REASONS.items() if isinstance(network, build)), None)
