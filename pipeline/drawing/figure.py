"""Flesh and cloth on a skeleton: every part of a player as a coloured surface."""

import numpy as np

from pipeline.drawing.arms import Arms
from pipeline.drawing.head import Head
from pipeline.drawing.kit import Kit
from pipeline.drawing.legs import Legs
from pipeline.drawing.mesh import Surface
from pipeline.drawing.skeleton import Skeleton
from pipeline.drawing.trunk import Trunk


def figure(skeleton: Skeleton, kit: Kit, rng: np.random.Generator, fineness: float = 1.0) -> list[Surface]:
    """Return the surfaces of one player, cut as finely as asked."""
    parts = (part(skeleton, kit, rng, fineness) for part in (Trunk, Head, Arms, Legs))
    return [surface for part in parts for surface in part.surfaces()]
