"""Photos inside SVG figures, written so that fpdf2 places them.

matplotlib stores a raster image upside down and turns it with a `transform`, which fpdf2 ignores: it would
print the image upside down and elsewhere on the page.
"""

from __future__ import annotations

import io
import re
from base64 import b64decode, b64encode

from PIL import Image

IMAGE = re.compile(
    r'xlink:href="data:image/png;base64,(?P<png>[^"]*)"(?P<id>[^>]*)'
    r' transform="scale\(1 -1\) translate\(0 -(?P<offset>[\d.]+)\)" x="(?P<x>[-\d.]+)" y="(?P<y>[-\d.]+)"'
    r' width="(?P<width>[\d.]+)" height="(?P<height>[\d.]+)"'
)


def upright(svg: str) -> str:
    """Return the same figure with its raster images stored upright and without a transform.

    Parameters
    ----------
    svg
        A figure as matplotlib writes it.
    """
    return IMAGE.sub(_upright, svg)


def _upright(image: re.Match[str]) -> str:
    top = float(image["offset"]) - float(image["y"]) - float(image["height"])
    return (
        f'xlink:href="data:image/png;base64,{_turned(image["png"])}"{image["id"]} x="{image["x"]}" '
        f'y="{top:g}" width="{image["width"]}" height="{image["height"]}"'
    )


def _turned(png: str) -> str:
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(b64decode(png))) as stored:
        stored.transpose(Image.Transpose.FLIP_TOP_BOTTOM).save(buffer, "PNG")
    return b64encode(buffer.getvalue()).decode()
