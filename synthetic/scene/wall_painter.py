"""A wall that is painted: crowds, boards, lamps, trees, houses and fences, measured in metres."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

HIGHEST = 14.0  # metres of wall drawn above the floor
CLOTHES = (
    "#2c2f38",
    "#5a5f6b",
    "#8e2f34",
    "#274a82",
    "#cfcfca",
    "#1b1b1e",
    "#7d6a4f",
    "#c9a43b",
    "#3f6d52",
    "#a85a36",
    "#6c4a78",
)
MANES = ("#1a1512", "#1a1512", "#33241a", "#5b4028", "#8c6a42", "#77736f", "#a02c30")
FACES = ("#e3b795", "#c99a74", "#a77450", "#7d5236", "#513322")


class Painter:
    """Paints one wall; coordinates in metres from its lower left corner."""

    def __init__(self, rng: np.random.Generator, width: float, scale: float) -> None:
        self.rng = rng
        self.width = width
        self.scale = scale
        self.image = Image.new("RGB", (max(2, int(width * scale)), int(HIGHEST * scale)), (20, 20, 24))
        self.draw = ImageDraw.Draw(self.image)

    def box(self, x: float, y: float, wide: float, high: float) -> tuple[float, float, float, float]:
        k, top = self.scale, HIGHEST * self.scale
        return (x * k, top - (y + high) * k, (x + wide) * k, top - y * k)

    def shade(self, code: str | tuple[float, float, float], spread: float = 0.12) -> tuple[int, int, int]:
        """Return a colour, varied a little in brightness."""
        base = (
            [int(code[i : i + 2], 16) for i in (1, 3, 5)]
            if isinstance(code, str)
            else [255 * c for c in code]
        )
        gain = 1 + self.rng.uniform(-spread, spread)
        red, green, blue = (int(min(max(c * gain, 0), 255)) for c in base)
        return red, green, blue

    def fade(
        self, low: tuple[float, float, float], high: tuple[float, float, float], bottom: float = 0.0
    ) -> None:
        """Fill with a vertical gradient from `low` at height `bottom` to `high` at the top."""
        rows = self.image.height
        up = np.clip((HIGHEST * (1 - np.arange(rows) / rows) - bottom) / (HIGHEST - bottom), 0, 1)[:, None]
        ramp = 255 * (np.array(low) + (np.array(high) - np.array(low)) * up)
        column = Image.fromarray(ramp.astype(np.uint8)[:, None, :], "RGB")
        self.image.paste(column.resize(self.image.size), (0, 0))

    def crowd(self, bottom: float, top: float, light: float) -> None:
        """Seat spectators in rows, the nearest painted last; those farther up are dimmer and smaller."""
        row, rows = 0.5, int((top - bottom) / 0.5)
        for k in reversed(range(rows)):
            y, dim = bottom + k * row, light * (1 - 0.55 * k / max(rows, 1))
            self.draw.rectangle(self.box(0, y - 0.3, self.width, 0.55), fill=self._dimmed("#1c1d22", dim))
            for x in np.arange(self.rng.uniform(-0.6, 0), self.width, 0.56):
                if self.rng.random() < 0.9:
                    self._spectator(x + self.rng.normal(0, 0.06), y + self.rng.normal(0, 0.05), dim)

    def _spectator(self, x: float, y: float, dim: float) -> None:
        cloth = self._dimmed(CLOTHES[self.rng.integers(len(CLOTHES))], dim)
        face = self._dimmed(FACES[self.rng.integers(len(FACES))], dim)
        hair = self._dimmed(MANES[self.rng.integers(len(MANES))], dim)
        self.draw.rounded_rectangle(self.box(x, y - 0.4, 0.48, 0.72), 0.17 * self.scale, fill=cloth)
        if self.rng.random() < 0.3:
            self.draw.rectangle(self.box(x + 0.2, y - 0.3, 0.08, 0.5), fill=self._dimmed("#d8d4cc", dim))
        self.draw.ellipse(self.box(x + 0.12, y + 0.28, 0.25, 0.33), fill=hair)
        self.draw.ellipse(self.box(x + 0.145, y + 0.25, 0.2, 0.28), fill=face)
        if self.rng.random() < 0.12:
            self.draw.line(
                self.box(x + 0.1, y + 0.3, 0.0, 0.6), fill=face, width=max(1, int(0.1 * self.scale))
            )

    def _dimmed(self, code: str, dim: float) -> tuple[int, int, int]:
        red, green, blue = self.shade(code, 0.2)
        return int(red * dim), int(green * dim), int(blue * dim)

    def boards(self, bottom: float, high: float) -> None:
        """Stand a row of advertising boards with abstract stripes."""
        x = self.rng.uniform(-4, 0)
        while x < self.width:
            wide = self.rng.uniform(2, 5)
            colour = tuple(0.8 * self.rng.uniform(0.05, 0.9, 3) + 0.2 * self.rng.random())
            self.draw.rectangle(self.box(x, bottom, wide, high), fill=self.shade(colour))
            for _ in range(3):
                at, broad = x + self.rng.uniform(0.2, wide * 0.7), self.rng.uniform(0.2, 0.8)
                mark = self.box(at, bottom + high * 0.3, broad, high * 0.4)
                self.draw.rectangle(mark, fill=self.shade((0.92, 0.92, 0.9)))
            x += wide

    def lamps(self, bottom: float, top: float, count: int, radius: tuple[float, float]) -> None:
        """Hang bright lamps and let them bloom."""
        glow = Image.new("RGB", self.image.size, (0, 0, 0))
        draw = ImageDraw.Draw(glow)
        tint = (1.0, self.rng.uniform(0.9, 1.0), self.rng.uniform(0.75, 1.0))
        for _ in range(count):
            size = self.rng.uniform(*radius)
            draw.ellipse(
                self.box(self.rng.uniform(0, self.width), self.rng.uniform(bottom, top), size, size),
                fill=self.shade(tint, 0.05),
            )
        halo = glow.filter(ImageFilter.GaussianBlur(0.5 * self.scale)).point(lambda v: min(255, int(v * 1.6)))
        self.image = ImageChops.screen(ImageChops.screen(self.image, halo), glow)
        self.draw = ImageDraw.Draw(self.image)

    def foliage(self, x: float, base: float, size: float) -> None:
        """Plant a tree: a trunk under a cloud of leaves, lighter towards the top left."""
        self.draw.rectangle(self.box(x - 0.12, 0, 0.24, base + size * 0.4), fill=self.shade("#4b3a2b"))
        green = (self.rng.uniform(0.2, 0.42), self.rng.uniform(0.34, 0.48), self.rng.uniform(0.12, 0.26))
        for _ in range(170):
            angle, away, r = (
                self.rng.uniform(0, 6.28),
                size * np.sqrt(self.rng.random()),
                self.rng.uniform(0.05, 0.16) * size,
            )
            dx, dy = away * np.cos(angle), 0.75 * away * np.sin(angle)
            tone = tuple(np.clip(np.array(green) * (0.85 + 0.4 * (dy - dx) / size), 0, 1))
            self.draw.ellipse(
                self.box(x + dx - r, base + size * 0.8 + dy - r, 2 * r, 2 * r), fill=self.shade(tone, 0.28)
            )

    def house(self, x: float, wide: float, high: float, lit: float) -> None:
        """Build a house front with rows of windows, some of them lit."""
        tone = tuple(
            self.rng.uniform(0.25, 0.75)
            * np.array([1, self.rng.uniform(0.75, 0.98), self.rng.uniform(0.6, 0.95)])
        )
        dim = 0.25 if lit else 1.0
        self.draw.rectangle(self.box(x, 0, wide, high), fill=self.shade(tuple(c * dim for c in tone), 0.05))
        for y in np.arange(1.2, high - 1.2, 1.9):
            for at in np.arange(x + 0.5, x + wide - 0.9, 1.5):
                bright = self.rng.random() < lit
                self.draw.rectangle(
                    self.box(at, y, 0.8, 1.1),
                    fill=self.shade((1.0, 0.85, 0.5) if bright else (0.16, 0.2, 0.26), 0.2),
                )

    def fence(self, high: float, tone: tuple[int, int, int]) -> None:
        """Put up a mesh fence with posts."""
        k, top = self.scale, HIGHEST * self.scale
        step = 0.22
        for x in np.arange(-high, self.width + high, step):
            for slope in (-1, 1):
                self.draw.line((x * k, top, (x + slope * high) * k, top - high * k), fill=tone)
        for x in np.arange(self.rng.uniform(0, 2), self.width, 2.4):
            self.draw.rectangle(self.box(x, 0, 0.07, high), fill=tone)
        self.draw.rectangle(self.box(0, high - 0.06, self.width, 0.06), fill=tone)
