"""Which networks over patches are cut, and how, other than plain vision transformers.

As with plain ones, a block after which only the class token is read belongs to the neck. Photos are square,
so the places of patches follow from their number.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from timm.models.beit import Beit
from timm.models.cait import Cait
from timm.models.convit import ConVit
from timm.models.efficientformer import EfficientFormer
from timm.models.eva import Eva
from timm.models.hiera import Hiera
from timm.models.levit import Levit
from timm.models.mlp_mixer import MlpMixer
from timm.models.mvitv2 import MultiScaleVit
from timm.models.naflexvit import NaFlexVit
from timm.models.pit import PoolingVisionTransformer
from timm.models.twins import Twins
from timm.models.volo import VOLO
from timm.models.xcit import Xcit

from attacker.networks.blocks.class_beside import cut_convit, cut_naflex, cut_pit
from attacker.networks.blocks.in_order import cut_efficientformer, cut_levit, cut_mixer, cut_twins
from attacker.networks.blocks.parts import Pieces
from attacker.networks.blocks.placed import cut_beit, cut_eva
from attacker.networks.blocks.pooling import cut_hiera, cut_mvit
from attacker.networks.blocks.reading_late import cut_cait, cut_volo, cut_xcit

CUTS = {
    Eva: cut_eva,
    Beit: cut_beit,
    Xcit: cut_xcit,
    MultiScaleVit: cut_mvit,
    Hiera: cut_hiera,
    Cait: cut_cait,
    VOLO: cut_volo,
    ConVit: cut_convit,
    PoolingVisionTransformer: cut_pit,
    NaFlexVit: cut_naflex,
    MlpMixer: cut_mixer,
    Levit: cut_levit,
    EfficientFormer: cut_efficientformer,
    Twins: cut_twins,
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
