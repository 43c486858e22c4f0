"""What a player looks like: skin, hair, shirt, number, shoes, and the odd sleeve or headband."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from synthetic.geometry import Array

Hair = Literal["bald", "short", "afro", "flat", "long", "bun"]

SKINS = ("#f1cdb0", "#e3b48f", "#cf9a72", "#b27b52", "#96623f", "#7b4c30", "#5e3924", "#472a1b")
HAIRS = ("#15100d", "#15100d", "#201812", "#3b2718", "#5c3d22", "#8a6335", "#b08d57")
KITS = (
    ("#c8202f", "#f4f1ea"),
    ("#12306b", "#f2b632"),
    ("#f3f1ec", "#12306b"),
    ("#f5f4f0", "#c8202f"),
    ("#151517", "#d8d8d8"),
    ("#f2b11c", "#4d1d7c"),
    ("#4d1d7c", "#f2b11c"),
    ("#0f6b3c", "#f4f1ea"),
    ("#f2f2ee", "#0f6b3c"),
    ("#1b8ac4", "#f4f4f0"),
    ("#e2661b", "#16233f"),
    ("#6d1224", "#e9d9b5"),
    ("#7d8288", "#121212"),
    ("#0b7a80", "#f0eee8"),
)
SHOES = ("#f4f4f2", "#f4f4f2", "#18181a", "#c8202f", "#1b4fa0", "#d9e021", "#e2661b")


def srgb(code: str) -> Array:
    """Return the colour of an HTML code as three numbers from 0 to 1."""
    return np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)]) / 255


@dataclass(frozen=True)
class Kit:
    """Colours (sRGB, 0-1) and details of one player; None where the player wears no such thing."""

    skin: Array
    hair: Hair
    hair_colour: Array
    beard: bool
    shirt: Array
    trim: Array
    shorts: Array
    shoes: Array
    socks: Array
    sock_height: float
    number: int
    headband: Array | None
    sleeve: Array | None
    tights: Array | None
    side_stripe: bool


def _maybe(rng: np.random.Generator, chance: float, colour: Array) -> Array | None:
    return colour if rng.random() < chance else None


def draw_kit(rng: np.random.Generator, colours: tuple[str, str] | None = None) -> Kit:
    """Draw a player's looks; `colours` (shirt, trim) makes players of one team alike."""
    shirt, trim = (srgb(c) for c in colours or KITS[rng.integers(len(KITS))])
    skin = int(rng.integers(len(SKINS)))
    dark, light = srgb("#17171a"), srgb("#f1f0ec")
    return Kit(
        skin=np.clip(srgb(SKINS[skin]) + rng.normal(0, 0.015, 3), 0, 1),
        hair=rng.choice(["bald", "short", "short", "afro", "flat", "long", "bun"]),
        hair_colour=srgb(HAIRS[rng.integers(len(HAIRS))] if skin < 4 else HAIRS[0]),
        beard=bool(rng.random() < 0.3),
        shirt=shirt,
        trim=trim,
        shorts=shirt if rng.random() < 0.75 else (trim if rng.random() < 0.5 else dark),
        shoes=srgb(SHOES[rng.integers(len(SHOES))]),
        socks=light if rng.random() < 0.6 else dark,
        sock_height=rng.uniform(0.1, 0.55),
        number=int(rng.integers(0, 56)),
        headband=_maybe(rng, 0.2, trim),
        sleeve=_maybe(rng, 0.2, dark if rng.random() < 0.6 else light),
        tights=_maybe(rng, 0.18, dark if rng.random() < 0.7 else light),
        side_stripe=bool(rng.random() < 0.6),
    )
