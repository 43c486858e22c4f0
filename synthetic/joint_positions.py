"""Where the drawn player's joints are, known exactly: landmarks for those who ask what is attended."""

from __future__ import annotations

from attacker.photos.landmarks import Landmark, Pose
from synthetic.figure.skeleton import SIDES, Skeleton
from synthetic.geometry import Array
from synthetic.scene.scene import Scene

NOSE_AHEAD = 0.11  # metres from the middle of the head


def landmarks_of(scene: Scene) -> Pose:
    """Return the player's joints in shares of the photo's width and height, hidden or not."""
    return {name: _seen(scene, point) for name, point in _joints(scene.player.skeleton).items()}


def _joints(skeleton: Skeleton) -> dict[str, Array]:
    joints = {"nose": skeleton.head + NOSE_AHEAD * skeleton.head_frame[:, 2]}
    for side in SIDES:
        arm, leg = skeleton.arms[side], skeleton.legs[side]
        joints |= {f"{side}_{name}": getattr(arm, name) for name in ("shoulder", "elbow", "wrist")}
        joints |= {f"{side}_{name}": getattr(leg, name) for name in ("hip", "knee", "ankle")}
    return joints


def _seen(scene: Scene, point: Array) -> Landmark:
    x, y = scene.camera.project(point) / scene.canvas
    return Landmark(float(x), float(y))
