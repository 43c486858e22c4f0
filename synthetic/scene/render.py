"""Paint shaded quadrilaterals from far to near (painter's algorithm)."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from synthetic.geometry import Array
from synthetic.mesh import Quads
from synthetic.scene.camera import NEAR, Camera
from synthetic.scene.light import Blockers, Lighting, shaded


def visible(quads: Quads, camera: Camera, canvas: tuple[int, int]) -> Quads:
    """Keep what faces the camera and falls on the canvas."""
    centre = quads.centre
    facing = ((camera.position - centre) * quads.normal).sum(-1) > 0
    depth = camera.view(centre)[:, 2]
    where = camera.project(centre)
    margin = 0.05 * max(canvas)
    inside = ((where > -margin) & (where < np.array(canvas) + margin)).all(axis=1)
    return quads[(facing | (quads.thin > 0)) & (depth > 2 * NEAR) & inside]


def paint(layer: Image.Image, quads: Quads, colours: Array, camera: Camera) -> None:
    """Draw quadrilaterals, each in its own colour (sRGB, 0-1), onto the layer."""
    depth = camera.view(quads.centre)[:, 2]
    order = np.argsort(-depth)
    corners = np.round(camera.project(quads.corners[order]), 1).reshape(-1, 8).tolist()
    fills = (colours[order] * 255).round().astype(int).tolist()
    draw = ImageDraw.Draw(layer)
    for outline, (red, green, blue) in zip(corners, fills, strict=True):
        draw.polygon(outline, fill=(red, green, blue, 255))


def layer(
    quads: Quads,
    camera: Camera,
    canvas: tuple[int, int],
    lighting: Lighting,
    shade: Blockers,
) -> Image.Image:
    """Return an RGBA layer with the visible quadrilaterals, lit and painted."""
    image = Image.new("RGBA", canvas, (0, 0, 0, 0))
    seen = visible(quads, camera, canvas)
    paint(image, seen, shaded(seen, lighting, camera.position, shade), camera)
    return image
