"""Photos as lossless files that hold nothing but pixels."""

from __future__ import annotations

import io

from PIL import Image


def encode_png(picture: Image.Image) -> bytes:
    """Return the picture as a PNG file without metadata."""
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG", compress_level=2)
    return buffer.getvalue()
