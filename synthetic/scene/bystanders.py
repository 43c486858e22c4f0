"""The other people in a photo: a defender, bystanders, and their kits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic.figure.bystanding import guard, stand
from synthetic.figure.kit import KITS, Kit, draw_kit
from synthetic.figure.pose import Body
from synthetic.figure.skeleton import Skeleton, solve
from synthetic.geometry import facing_yaw, unit, vector
from synthetic.scene.camera import Camera


@dataclass(frozen=True)
class Player:
    """One person: pose, looks, and the seed of hair and folds."""

    skeleton: Skeleton
    kit: Kit
    seed: int


def draw_body(rng: np.random.Generator) -> Body:
    """Draw an adult's stature and build."""
    return Body(rng.uniform(1.68, 2.10), rng.uniform(0.90, 1.12), rng.uniform(0.94, 1.06))


def _defender(rng: np.random.Generator, player: Skeleton) -> Skeleton:
    body = draw_body(rng)
    ahead = unit(player.chest_frame[:, 2] * np.array([1, 0, 1]))
    aside = vector(ahead[2], 0, -ahead[0])
    place = player.pelvis * np.array([1, 0, 1]) + rng.uniform(0.95, 1.7) * ahead + rng.normal(0, 0.5) * aside
    return solve(body, guard(rng, body)).placed(facing_yaw(-ahead) + rng.normal(0, 0.3), place)


def _bystander(rng: np.random.Generator, player: Skeleton, camera: Camera) -> Skeleton:
    body = draw_body(rng)
    away = unit((player.pelvis - camera.position) * np.array([1, 0, 1]))
    aside = vector(away[2], 0, -away[0])
    place = player.pelvis * np.array([1, 0, 1]) + rng.uniform(1.5, 6) * away + rng.uniform(-2.5, 2.5) * aside
    pose = stand(rng, body) if rng.random() < 0.55 else guard(rng, body)
    return solve(body, pose).placed(rng.uniform(-np.pi, np.pi), place)


def _hides(other: Skeleton, player: Skeleton, camera: Camera) -> bool:
    """Say whether another person stands in the way of the camera."""
    seen, main = camera.view(other.pelvis), camera.view(player.pelvis)
    return bool(seen[2] < main[2] + 0.2 and abs(seen[0] - main[0] * seen[2] / main[2]) < 0.55)


def others_around(
    rng: np.random.Generator, player: Skeleton, camera: Camera, kit: tuple[str, str]
) -> tuple[Player, ...]:
    people = [_defender(rng, player)] if rng.random() < 0.4 else []
    people += [
        _bystander(rng, player, camera) for _ in range(rng.choice([0, 1, 2, 3], p=[0.4, 0.3, 0.2, 0.1]))
    ]
    rivals = KITS[(KITS.index(kit) + int(rng.integers(1, len(KITS)))) % len(KITS)]
    return tuple(
        Player(s, draw_kit(rng, rivals if k == 0 or rng.random() < 0.5 else kit), int(rng.integers(2**31)))
        for k, s in enumerate(people)
        if not _hides(s, player, camera)
    )
