"""Flesh and cloth on a skeleton: every part of a player as a coloured surface."""

from __future__ import annotations

import numpy as np

from synthetic.figure.arms import Arms
from synthetic.figure.head import Head
from synthetic.figure.kit import Kit
from synthetic.figure.legs import Legs
from synthetic.figure.skeleton import Skeleton
from synthetic.figure.trunk import Trunk
from synthetic.mesh import Surface


def figure(skeleton: Skeleton, kit: Kit, rng: np.random.Generator, fineness: float = 1.0) -> list[Surface]:
    """Return the surfaces of one player, cut as finely as asked."""
    parts = (part(skeleton, kit, rng, fineness) for part in (Trunk, Head, Arms, Legs))
    return [surface for part in parts for surface in part.surfaces()]
