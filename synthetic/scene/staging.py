"""Where the player stands, where the camera stands, and what it frames."""

from __future__ import annotations

import numpy as np

from synthetic.figure.poses import Action
from synthetic.figure.skeleton import Skeleton
from synthetic.geometry import Array, facing_yaw, turn, vector
from synthetic.scene.camera import Camera
from synthetic.scene.props import RIM

FRAMING_ATTEMPTS = 1000
SMALLEST_PLAYER = 0.48  # of the photo's longer side, where player and hoop must share it
CAMERA_HEIGHTS = ((0.3, 1.0), (1.0, 2.3), (2.3, 6.0))


class NoFramingError(RuntimeError):
    """No camera was found that shows the hoop and still a player of some size."""


def _at_rim(rng: np.random.Generator, skeleton: Skeleton) -> Skeleton:
    """Carry a dunking player to where the ball is just over the front of the rim."""
    yaw = np.pi + np.radians(rng.uniform(-60, 60))
    arm = skeleton.arms["right"].wrist
    held = arm if skeleton.ball is None else skeleton.ball
    over = RIM + vector(rng.uniform(-0.08, 0.08), rng.uniform(0.10, 0.34), rng.uniform(0.0, 0.3))
    return skeleton.placed(yaw, over - turn(yaw) @ held)


def _on_court(rng: np.random.Generator, action: Action, skeleton: Skeleton) -> Skeleton:
    """Stand a player on the half court: a shooter faces the rim, a dribbler mostly does."""
    bearing, away = np.radians(rng.uniform(-75, 75)), rng.uniform(2.6, 7.5)
    place = away * vector(np.sin(bearing), 0, np.cos(bearing))
    wander = 8 if action == "shoot" else 65
    return skeleton.placed(facing_yaw(-place) + np.radians(rng.normal(0, wander)), place)


def _camera_bearing(rng: np.random.Generator, action: Action, skeleton: Skeleton, hoop: bool) -> float:
    """Draw where the camera stands as seen from the player (radians; 0 in the direction of world z)."""
    facing = facing_yaw(skeleton.chest_frame[:, 2])
    if action == "dunk":
        return float(np.radians(rng.choice([-1, 1]) * rng.uniform(15, 100)))
    widest = 145 if action == "dribble" else 175  # a dribbler's own back hides hand and ball
    nearest, farthest = (60, widest) if hoop else (0, 115)
    return facing + float(np.radians(rng.choice([-1, 1]) * rng.uniform(nearest, farthest)))


def _frame_box(
    rng: np.random.Generator, canvas: tuple[int, int], whole: bool
) -> tuple[float, float, float, float]:
    """Draw the part of the canvas that is filled; unless all must show, limbs are now and then cut off."""
    fill = rng.uniform(0.62, 0.95) if whole or rng.random() < 0.7 else rng.uniform(0.98, 1.2)
    wide, high = canvas[0] * fill, canvas[1] * fill
    x = (canvas[0] - wide) / 2 + rng.uniform(-0.5, 0.5) * abs(canvas[0] - wide)
    y = (canvas[1] - high) / 2 + rng.uniform(-0.35, 0.35) * abs(canvas[1] - high)
    return x, y, x + wide, y + high


def _camera_place(rng: np.random.Generator, action: Action, skeleton: Skeleton, hoop: bool) -> Array:
    """Draw where the camera stands: on the floor, at eye height, or up on a stand."""
    bearing, away = _camera_bearing(rng, action, skeleton, hoop), rng.uniform(5.5, 13)
    low, high = CAMERA_HEIGHTS[rng.choice(3, p=[0.3, 0.4, 0.3])]
    middle = skeleton.joints().mean(axis=0)
    return vector(middle[0], rng.uniform(low, high), middle[2]) + away * vector(
        np.sin(bearing), 0, np.cos(bearing)
    )


def _worth_showing(skeleton: Skeleton, hoop: bool) -> Array:
    """Return the points that the photographer frames: the player, a ball in reach, the rim and net."""
    points = [skeleton.joints()]
    if skeleton.ball is not None and np.linalg.norm(skeleton.ball - skeleton.head) < 1.3:
        points.append(skeleton.ball[None])
    if hoop:
        points.append(RIM + np.array([[0, 0.2, 0], [0, -0.35, 0]]))
    return np.vstack(points)


def _view(
    rng: np.random.Generator, action: Action, skeleton: Skeleton, hoop: bool, canvas: tuple[int, int]
) -> Camera:
    place = _camera_place(rng, action, skeleton, hoop)
    camera = Camera.looking(place, skeleton.joints().mean(axis=0), np.radians(rng.normal(0, 2)))
    return camera.framed(_worth_showing(skeleton, hoop), _frame_box(rng, canvas, whole=hoop))


def _share(camera: Camera, skeleton: Skeleton, canvas: tuple[int, int]) -> float:
    """Return how much of the photo's longer side the player takes up."""
    return float(np.ptp(camera.project(skeleton.joints()), axis=0).max() / max(canvas))


def in_frame(camera: Camera, point: Array, canvas: tuple[int, int], margin: float = 0.03) -> bool:
    """Say whether a world point falls on the canvas, at least a margin (share of it) inside."""
    x, y = camera.project(point) / np.array(canvas)
    return bool(camera.view(point)[2] > 1.0 and margin < x < 1 - margin and margin < y < 1 - margin)


def staged(
    rng: np.random.Generator, action: Action, pose: Skeleton, hoop: bool, canvas: tuple[int, int]
) -> tuple[Skeleton, Camera]:
    """Place player and camera; where the hoop belongs in the photo, try until both fit."""
    for _ in range(FRAMING_ATTEMPTS):
        skeleton = _at_rim(rng, pose) if action == "dunk" else _on_court(rng, action, pose)
        camera = _view(rng, action, skeleton, hoop, canvas)
        if not hoop or (in_frame(camera, RIM, canvas) and _share(camera, skeleton, canvas) > SMALLEST_PLAYER):
            return skeleton, camera
    raise NoFramingError(
        f"no view of a {action} with its hoop in {FRAMING_ATTEMPTS} tries: lower SMALLEST_PLAYER",
    )
