"""Which transformers of other builds are cut, and how: EVA-02, DINOv3, BEiT, XCiT, MViTv2, Hiera, CaiT.

As with plain ones, a block after which only the class token is read belongs to the neck. Photos are square,
so the places of patches follow from their number.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from timm.models.beit import Beit
from timm.models.cait import Cait
from timm.models.eva import Eva
from timm.models.hiera import Hiera
from timm.models.mvitv2 import MultiScaleVit
from timm.models.xcit import Xcit

from attacker.networks.blocks.parts import Pieces
from attacker.networks.blocks.placed import cut_beit, cut_eva
from attacker.networks.blocks.pooling import cut_hiera, cut_mvit
from attacker.networks.blocks.reading_late import cut_cait, cut_xcit

CUTS = {
    Eva: cut_eva,
    Beit: cut_beit,
    Xcit: cut_xcit,
    MultiScaleVit: cut_mvit,
    Hiera: cut_hiera,
    Cait: cut_cait,
}


def other_blocks(network: Any) -> Iterator[Pieces]:
    """Yield another transformer's stages, its neck, and the number of tokens before the patches'.

    Examples
    --------
    >>> list(other_blocks(nn.Linear(2, 2)))
    []
    """
    for build, cut in CUTS.items():
        if isinstance(network, build):
            yield cut(network)
