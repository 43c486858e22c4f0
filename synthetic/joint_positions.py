"""The exact positions of the drawn player's joints: landmarks for questions about body parts."""

from __future__ import annotations

from attacker.photos.landmarks import Landmark, Pose
from synthetic.figure.pose import SIDES
from synthetic.figure.skeleton import Skeleton
from synthetic.geometry import Array
from synthetic.scene.scene import Scene

NOSE_AHEAD = 0.11  # metres from the middle of the head


def landmarks_of(scene: Scene) -> Pose:
    """Return the player's joints in shares of the photo's width and height, hidden or not."""
    shares = {
        name: scene.camera.project(point) / scene.canvas
        for name, point in _joints(scene.player.skeleton).items()
    }
    return {name: Landmark(float(x), float(y)) for name, (x, y) in shares.items()}


def _joints(skeleton: Skeleton) -> dict[str, Array]:
    joints = {"nose": skeleton.head + NOSE_AHEAD * skeleton.head_frame[:, 2]}
    for side in SIDES:
        arm, leg = skeleton.arms[side], skeleton.legs[side]
        joints |= {f"{side}_{name}": getattr(arm, name) for name in ("shoulder", "elbow", "wrist")}
        joints |= {f"{side}_{name}": getattr(leg, name) for name in ("hip", "knee", "ankle")}
    return joints
