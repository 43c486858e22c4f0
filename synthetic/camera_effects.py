"""Make a photo of a picture: bloom, colour cast, contrast, vignette, softness, grain, old compression."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL import Image, ImageFilter

from synthetic.geometry import Array


def _bloomed(image: Image.Image, strength: float) -> Array:
    pixels = np.asarray(image, dtype=np.float64) / 255
    bright = Image.fromarray((255 * np.clip((pixels - 0.75) * 4, 0, 1)).astype(np.uint8), "RGB")
    glow = np.asarray(bright.filter(ImageFilter.GaussianBlur(max(image.size) / 45)), dtype=np.float64) / 255
    return np.asarray(1 - (1 - pixels) * (1 - strength * glow))


def _graded(pixels: Array, rng: np.random.Generator) -> Array:
    """Give exposure, colour cast, saturation and contrast of its own to a photo."""
    cast = 1 + rng.normal(0, 0.035, 3)
    metered = np.clip(rng.uniform(0.36, 0.5) / pixels.mean(), 0.75, 1.7)
    toned = np.clip((1 - (1 - pixels) ** metered) * cast, 0, 1)
    grey = toned.mean(axis=2, keepdims=True)
    toned = grey + rng.uniform(0.65, 1.12) * (toned - grey)
    return np.asarray(np.clip(0.5 + rng.uniform(0.85, 1.2) * (toned - 0.5) + rng.uniform(-0.03, 0.03), 0, 1))


def _vignetted(pixels: Array, strength: float) -> Array:
    rows, columns, _ = pixels.shape
    y, x = np.mgrid[-1 : 1 : rows * 1j, -1 : 1 : columns * 1j]
    return np.asarray(pixels * (1 - strength * (x**2 + y**2) / 2)[..., None])


def _grained(pixels: Array, rng: np.random.Generator) -> Array:
    """Add sensor noise, stronger in the shadows and mostly of brightness."""
    level = rng.uniform(0.002, 0.022)
    noise = rng.standard_normal((*pixels.shape[:2], 1)) + 0.4 * rng.standard_normal(pixels.shape)
    return np.asarray(pixels + level * noise * (1.3 - 0.6 * pixels))


def _recompressed(image: Image.Image, quality: int) -> Image.Image:
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


def photograph(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Return the picture as an ordinary camera and a careless sender would have left it."""
    pixels = _graded(_bloomed(picture, rng.uniform(0.1, 0.5)), rng)
    pixels = _grained(_vignetted(pixels, rng.uniform(0.0, 0.35)), rng)
    image = Image.fromarray((255 * np.clip(pixels, 0, 1)).astype(np.uint8), "RGB")
    if rng.random() < 0.25:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.0) * max(image.size) / 320))
    return _recompressed(image, int(rng.integers(45, 93)))
