"""Choose everything that a photo shows: player, place, people, cues, camera and light."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from synthetic.figure.kit import KITS, draw_kit
from synthetic.figure.poses import POSES, Action
from synthetic.figure.skeleton import solve
from synthetic.scene.backdrop import INDOORS, Venue
from synthetic.scene.bystanders import Player, draw_body, others_around
from synthetic.scene.camera import Camera
from synthetic.scene.court import Floor, draw_floor
from synthetic.scene.cues import Cues, draw_cues
from synthetic.scene.light import Lighting, draw_lighting
from synthetic.scene.staging import staged


@dataclass(frozen=True)
class Scene:
    """All that one photo shows; drawing it takes no further decisions except those of `seed`."""

    action: Action
    cues: Cues
    venue: Venue
    canvas: tuple[int, int]
    camera: Camera
    player: Player
    others: tuple[Player, ...]
    lighting: Lighting
    floor: Floor
    wall_radius: float
    seed: int


def player_box(scene: Scene) -> tuple[int, int, int, int]:
    """Return the player's bounding box in pixels (left, top, right, bottom), clipped to the photo."""
    seen = scene.camera.project(scene.player.skeleton.joints())
    low = np.clip(seen.min(axis=0).round(), 0, scene.canvas).astype(int)
    high = np.clip(seen.max(axis=0).round(), 0, scene.canvas).astype(int)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _venue(rng: np.random.Generator, lights: bool) -> Venue:
    """Draw a place; lamps in view belong to halls and nights."""
    names: list[Venue] = ["arena", "gym", "street", "park", "night"]
    return names[rng.choice(5, p=[0.55, 0.12, 0, 0, 0.33] if lights else [0.25, 0.27, 0.22, 0.20, 0.06])]


def _canvas(rng: np.random.Generator, size: int) -> tuple[int, int]:
    short = size if rng.random() < 0.4 else int(size * rng.uniform(0.86, 0.97))
    return (size, short) if rng.random() < 0.5 else (short, size)


def draw_scene(rng: np.random.Generator, action: Action, size: int) -> Scene:
    """Draw one scene of an action on a canvas whose longer side is `size` pixels."""
    cues, canvas, body = draw_cues(rng, action), _canvas(rng, size), draw_body(rng)
    pose = solve(body, POSES[action](rng, body))
    skeleton, camera = staged(rng, action, pose, bool(cues.hoop), canvas)
    venue = _venue(rng, bool(cues.lights))
    team = KITS[rng.integers(len(KITS))]
    others = others_around(rng, skeleton, camera, team)
    away = float(np.linalg.norm(camera.position - skeleton.pelvis))
    player = Player(
        skeleton if cues.ball else replace(skeleton, ball=None), draw_kit(rng, team), int(rng.integers(2**31))
    )
    return Scene(
        action=action,
        cues=cues,
        venue=venue,
        canvas=canvas,
        camera=camera,
        player=player,
        others=others,
        lighting=draw_lighting(rng, venue),
        floor=draw_floor(rng, venue in INDOORS),
        wall_radius=away * 0.25 + rng.uniform(6, 16),
        seed=int(rng.integers(2**31)),
    )
