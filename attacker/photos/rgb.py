"""One rule for what a picture's colours are, so that the site and the shell see the same pixels."""

from __future__ import annotations

from PIL import Image, ImageOps

BACKGROUND = (255, 255, 255)


def upright_rgb(picture: Image.Image) -> Image.Image:
    """Return a picture upright and in RGB.

    Parameters
    ----------
    picture
        Of any mode. Transparent parts become white. 16-bit grey keeps its upper 8 bits; other deep pictures
        are stretched over their own range.
    """
    picture = ImageOps.exif_transpose(picture)
    if picture.mode.startswith("I") or picture.mode == "F":
        return _eight_bits(picture).convert("RGB")
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        return _on_background(picture.convert("RGBA"))
    return picture.convert("RGB")


def _eight_bits(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I;16"):
        return picture.point(lambda value: value / 256, "L")
    low, high = picture.getextrema()
    scale = 255 / (high - low) if high > low else 0  # type: ignore[operator]
    return picture.convert("F").point(lambda value: (value - low) * scale).convert("L")


def _on_background(picture: Image.Image) -> Image.Image:
    canvas = Image.new("RGB", picture.size, BACKGROUND)
    canvas.paste(picture, mask=picture.getchannel("A"))
    return canvas
