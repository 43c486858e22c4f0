"""The light of each venue: sun and sky, hall lamps, floodlights."""

from __future__ import annotations

import numpy as np

from synthetic.geometry import Array, vector
from synthetic.scene.backdrop import Venue
from synthetic.scene.light import Lighting


def _lamp(rng: np.random.Generator, low: float, high: float) -> Array:
    height, bearing = np.radians(rng.uniform(low, high)), rng.uniform(0, 2 * np.pi)
    return vector(np.cos(height) * np.sin(bearing), np.sin(height), np.cos(height) * np.cos(bearing))


def draw_lighting(rng: np.random.Generator, venue: Venue) -> Lighting:
    exposure = rng.uniform(0.85, 1.2)
    if venue in ("street", "park"):
        sun = rng.uniform(0.4, 2.2)
        warm = np.array([1.0, rng.uniform(0.85, 0.98), rng.uniform(0.7, 0.95)])
        sky = np.array([0.62, 0.70, 0.82]) * rng.uniform(0.7, 1.0)
        return Lighting(
            _lamp(rng, 25, 70)[None], exposure * sun * warm[None], exposure * sky, exposure * 0.4 * sky
        )
    tint = np.array([1.0, rng.uniform(0.92, 1.0), rng.uniform(0.8, 1.02)])
    strength, fill = {"arena": (0.95, 0.42), "gym": (0.6, 0.62), "night": (1.1, 0.20)}[venue]
    lamps = np.array([_lamp(rng, 40, 75) for _ in range(2)])
    colours = exposure * strength * tint * rng.uniform(0.5, 1.1, (2, 1))
    return Lighting(
        lamps, colours, exposure * fill * tint, exposure * fill * 0.45 * tint * np.array([1.0, 0.9, 0.78])
    )
