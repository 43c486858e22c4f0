"""A pinhole camera: world points to pixels, pixels to rays."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from synthetic.geometry import UP, Array, rotation, unit, vector

NEAR = 0.2


@dataclass(frozen=True)
class Camera:
    """Position, rotation (rows: right, up, forward), focal length and principal point in pixels."""

    position: Array
    rotation: Array
    focal: float
    centre: tuple[float, float]

    @classmethod
    def looking(cls, position: Array, at: Array, roll: float = 0.0) -> Camera:
        forward = unit(at - position)
        right = unit(np.cross(forward, UP))
        tilt = rotation(vector(0, 0, 1), roll)
        return cls(position, tilt @ np.array([right, np.cross(right, forward), forward]), 1.0, (0.0, 0.0))

    def view(self, points: Array) -> Array:
        """Return camera coordinates (right, up, depth) of world points, shape (..., 3)."""
        return np.asarray((points - self.position) @ self.rotation.T)

    def project(self, points: Array) -> Array:
        """Return pixel coordinates, shape (..., 2), of world points, shape (..., 3)."""
        seen = self.view(points)
        scale = self.focal / np.maximum(seen[..., 2:], NEAR)
        return np.asarray(np.array(self.centre) + seen[..., :2] * scale * np.array([1.0, -1.0]))

    def rays(self, width: int, height: int) -> Array:
        """Return the world direction through the middle of every pixel, shape (height, width, 3)."""
        x = (np.arange(width) + 0.5 - self.centre[0]) / self.focal
        y = (self.centre[1] - np.arange(height) - 0.5) / self.focal
        across, down = np.meshgrid(x, y)
        return np.asarray(np.stack([across, down, np.ones_like(across)], axis=-1) @ self.rotation)

    def framed(self, points: Array, box: tuple[float, float, float, float]) -> Camera:
        """Zoom and shift so that the points fill the pixel box (x0, y0, x1, y1) in its tighter direction."""
        plain = replace(self, focal=1.0, centre=(0.0, 0.0)).project(points)
        low, high = plain.min(axis=0), plain.max(axis=0)
        x0, y0, x1, y1 = box
        focal = float(min((x1 - x0) / (high[0] - low[0]), (y1 - y0) / (high[1] - low[1])))
        middle = (low + high) / 2 * focal
        return replace(
            self, focal=focal, centre=((x0 + x1) / 2 - float(middle[0]), (y0 + y1) / 2 - float(middle[1]))
        )

    def scaled(self, factor: float) -> Camera:
        """Return the same view on a canvas `factor` times as large."""
        return replace(
            self, focal=self.focal * factor, centre=(self.centre[0] * factor, self.centre[1] * factor)
        )
