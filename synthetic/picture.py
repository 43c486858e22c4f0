"""Compose a scene into a picture: surroundings, people near and far, reflections, depth of field."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from synthetic.figure.surfaces import figure
from synthetic.geometry import Array
from synthetic.mesh import Quads, Surface, quads
from synthetic.scene import props
from synthetic.scene.backdrop import draw_wall
from synthetic.scene.bystanders import Player
from synthetic.scene.camera import Camera
from synthetic.scene.court import floor_light, shadow
from synthetic.scene.light import blockers, developed, linear
from synthetic.scene.render import layer
from synthetic.scene.scene import Scene

Mask = npt.NDArray[np.bool_]

SUPERSAMPLING = 2
SHARP_DEPTH = 1.6  # metres before and behind the player that stay in focus


@dataclass(frozen=True)
class Lens:
    """Blur radius and the streaks of a moving player or a panned frame, in pixels."""

    defocus: float
    player_streak: float
    pan_streak: float
    angle: float


def draw_lens(rng: np.random.Generator, size: int) -> Lens:
    unit = size / 320
    return Lens(
        defocus=unit * rng.uniform(1.2, 3.8),
        player_streak=unit * rng.uniform(2, 5) if rng.random() < 0.15 else 0.0,
        pan_streak=unit * rng.uniform(4, 16) if rng.random() < 0.2 else 0.0,
        angle=rng.uniform(-0.3, 0.3),
    )


def _streaked(image: Image.Image, length: float, angle: float) -> Image.Image:
    """Smear an image along a line (motion blur)."""
    if length < 1:
        return image
    pixels = np.asarray(image, dtype=np.float64)
    steps = np.linspace(-length / 2, length / 2, max(3, int(length)))
    moved = [
        np.roll(pixels, (round(s * np.sin(angle)), round(s * np.cos(angle))), axis=(0, 1)) for s in steps
    ]
    return Image.fromarray(np.mean(moved, axis=0).astype(np.uint8), image.mode)


class Studio:
    """Draws one scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.rng = np.random.default_rng(scene.seed)
        self.lens = draw_lens(self.rng, max(scene.canvas))
        everyone = [p.skeleton for p in (scene.player, *scene.others)]
        self.shade = blockers(everyone)
        self.skeletons = everyone
        self.depth = float(scene.camera.view(scene.player.skeleton.pelvis)[2])

    def picture(self) -> Image.Image:
        near, middle, far = self._by_depth()
        image = self._surroundings(middle)
        if far:
            image = self._over(image, far, self.lens.defocus * 0.6)
        image = _streaked(image, self.lens.pan_streak, self.lens.angle)
        people = _streaked(
            self._painted(middle), self.lens.player_streak, self.lens.angle + self.rng.uniform(-1, 1)
        )
        image = Image.alpha_composite(image.convert("RGBA"), people.convert("RGBA"))
        return (self._over(image, near, self.lens.defocus) if near else image).convert("RGB")

    # --- people and things

    def _by_depth(self) -> tuple[list[Quads], list[Quads], list[Quads]]:
        """Sort things into before, within and behind the focus."""
        near: list[Quads] = []
        far: list[Quads] = []
        middle = self._player()
        things = [(p.skeleton.pelvis, self._person(p, 0.55)) for p in self.scene.others]
        if self.scene.cues.hoop:
            dunked = self.scene.action == "dunk"
            things.append((props.RIM, [quads(s) for s in props.hoop(self.rng, dunked)]))
        for place, parts in things:
            behind = float(self.scene.camera.view(place)[2]) - self.depth
            (far if behind > SHARP_DEPTH else near if behind < -SHARP_DEPTH else middle).extend(parts)
        return near, middle, far

    def _player(self) -> list[Quads]:
        parts = self._person(self.scene.player, 1.0)
        centre = self.scene.player.skeleton.ball
        return parts if centre is None else [*parts, quads(props.ball(centre, self.rng))]

    def _person(self, player: Player, fineness: float) -> list[Quads]:
        rng = np.random.default_rng(player.seed)
        surfaces: list[Surface] = figure(player.skeleton, player.kit, rng, fineness)
        return [quads(s) for s in surfaces]

    def _painted(self, parts: list[Quads], camera: Camera | None = None) -> Image.Image:
        """Return a premultiplied RGBa layer of the canvas's size."""
        width, height = self.scene.canvas
        large = (width * SUPERSAMPLING, height * SUPERSAMPLING)
        view = (camera or self.scene.camera).scaled(SUPERSAMPLING)
        painted = layer(Quads.joined(parts), view, large, self.scene.lighting, self.shade)
        return painted.convert("RGBa").reduce(SUPERSAMPLING)

    def _over(self, image: Image.Image, parts: list[Quads], blur: float) -> Image.Image:
        above = self._painted(parts).filter(ImageFilter.GaussianBlur(blur))
        return Image.alpha_composite(image.convert("RGBA"), above.convert("RGBA"))

    # --- surroundings

    def _surroundings(self, mirrored: list[Quads]) -> Image.Image:
        scene, (width, height) = self.scene, self.scene.canvas
        rays = scene.camera.rays(width, height)
        eye = scene.camera.position
        to_wall, along = self._wall_hits(rays)
        to_floor = np.where(rays[..., 1] < -1e-4, -eye[1] / np.minimum(rays[..., 1], -1e-4), np.inf)
        on_floor = to_floor < to_wall
        up = np.where(on_floor, -(to_wall - to_floor) * rays[..., 1], eye[1] + to_wall * rays[..., 1])
        span = float(along.min()) - 0.5, float(along.max()) + 0.5
        sharpness = float(np.clip(0.8 * scene.camera.focal / (self.depth + scene.wall_radius), 6, 40))
        wall = draw_wall(self.rng, scene.venue, bool(scene.cues.lights), span, sharpness)
        seen = wall.light(along, up)
        if on_floor.any():
            seen[on_floor] = self._floor(rays, to_floor, on_floor, seen[on_floor])
        image = Image.fromarray((seen * 255).astype(np.uint8), "RGB")
        image = self._focused(image, np.where(on_floor, to_floor, to_wall))
        return self._mirrored(image, mirrored, on_floor) if scene.floor.polish else image

    def _wall_hits(self, rays: Array) -> tuple[Array, Array]:
        """Return how far along each ray the round wall is, and where along the wall (metres)."""
        scene = self.scene
        eye = (scene.camera.position - scene.player.skeleton.pelvis)[[0, 2]]
        flat = rays[..., [0, 2]]
        a, b = (flat**2).sum(-1), flat @ eye
        inside = np.maximum(b**2 - a * (eye @ eye - scene.wall_radius**2), 0)
        distance = (-b + np.sqrt(inside)) / a
        hit = eye + distance[..., None] * flat
        ahead = scene.camera.rotation[2][[0, 2]]
        sideways = hit @ scene.camera.rotation[0][[0, 2]]
        return distance, scene.wall_radius * np.arctan2(sideways, hit @ ahead)

    def _floor(self, rays: Array, distance: Array, on_floor: Mask, reflected: Array) -> Array:
        """Return the sRGB colour of the floor's pixels."""
        scene = self.scene
        hit = scene.camera.position + distance[on_floor][:, None] * rays[on_floor]
        pixel = np.maximum(distance[on_floor] / scene.camera.focal * 1.2, 1e-3)
        light = floor_light(hit[:, 0], hit[:, 2], pixel, scene.floor, scene.lighting)
        softness = 0.02 * scene.camera.focal / self.depth
        unshadowed = shadow(self.skeletons, scene.lighting, scene.camera, scene.canvas, softness)[on_floor]
        return developed(light * unshadowed[:, None] + scene.floor.polish * linear(reflected))

    def _focused(self, image: Image.Image, distance: Array) -> Image.Image:
        """Blur what lies far from the player's depth."""
        blurred = image.filter(ImageFilter.GaussianBlur(self.lens.defocus))
        amount = np.clip((np.abs(distance - self.depth) - SHARP_DEPTH / 2) / (0.5 * self.depth), 0, 1)
        return Image.composite(blurred, image, Image.fromarray((255 * amount).astype(np.uint8), "L"))

    def _mirrored(self, image: Image.Image, parts: list[Quads], on_floor: Mask) -> Image.Image:
        """Lay a faint upside-down image of the players on a polished floor."""
        flip = np.array([1.0, -1.0, 1.0])
        joined = Quads.joined(parts)
        upside = replace(
            joined, corners=joined.corners * flip, normal=joined.normal * flip, gloss=joined.gloss * 0
        )
        reflection = layer(upside, self.scene.camera, self.scene.canvas, self.scene.lighting, self.shade)
        soft = reflection.filter(ImageFilter.GaussianBlur(1.6))
        strength = min(1.0, 1.8 * self.scene.floor.polish)
        alpha = np.asarray(soft.getchannel("A"), dtype=float) * on_floor * strength
        return Image.composite(soft.convert("RGB"), image, Image.fromarray(alpha.astype(np.uint8), "L"))


def draw_picture(scene: Scene) -> Image.Image:
    """Draw a scene as an ideal RGB picture, before film and compression do their part."""
    return Studio(scene).picture()
