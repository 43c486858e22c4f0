"""Choose everything that a photo shows: player, place, people, cues, camera and light."""

from dataclasses import dataclass, replace

import numpy as np

from pipeline.drawing.backdrop import INDOORS, Venue
from pipeline.drawing.camera import Camera
from pipeline.drawing.court import Floor, draw_floor
from pipeline.drawing.geometry import Array, turn, unit, vector
from pipeline.drawing.kit import KITS, Kit, draw_kit
from pipeline.drawing.light import Lighting
from pipeline.drawing.poses import POSES, Action, guard, stand
from pipeline.drawing.props import RIM
from pipeline.drawing.skeleton import Body, Skeleton, solve

FRAMING_ATTEMPTS = 60
SMALLEST_PLAYER = 0.48
CAMERA_HEIGHTS = ((0.3, 1.0), (1.0, 2.3), (2.3, 6.0))


@dataclass(frozen=True)
class Cues:
    """Things that go along with an action without being it (in a scene: shown or not; as chances: 0 to 1)."""

    hoop: float
    ball: float
    lights: float


# How often each cue shows, by action: as in photos from the web, the hoop gives a dunk away.
CHANCES: dict[Action, Cues] = {
    "dribble": Cues(hoop=0.25, ball=0.85, lights=0.35),
    "dunk": Cues(hoop=0.92, ball=0.85, lights=0.60),
    "shoot": Cues(hoop=0.55, ball=0.88, lights=0.45),
}


@dataclass(frozen=True)
class Player:
    skeleton: Skeleton
    kit: Kit
    seed: int


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


def _body(rng: np.random.Generator) -> Body:
    return Body(rng.uniform(1.68, 2.10), rng.uniform(0.90, 1.12), rng.uniform(0.94, 1.06))


def _facing(direction: Array) -> float:
    return float(np.arctan2(direction[0], direction[2]))


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
    return skeleton.placed(_facing(-place) + np.radians(rng.normal(0, wander)), place)


def _placed(rng: np.random.Generator, action: Action, skeleton: Skeleton) -> Skeleton:
    return _at_rim(rng, skeleton) if action == "dunk" else _on_court(rng, action, skeleton)


def _camera_bearing(rng: np.random.Generator, action: Action, skeleton: Skeleton, hoop: bool) -> float:
    """Draw where the camera stands as seen from the player (radians; 0 in the direction of world z)."""
    facing = _facing(skeleton.chest_frame[:, 2])
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


def player_box(scene: Scene) -> tuple[int, int, int, int]:
    """Return the player's bounding box in pixels (left, top, right, bottom), clipped to the photo."""
    seen = scene.camera.project(scene.player.skeleton.joints())
    low = np.clip(seen.min(axis=0).round(), 0, scene.canvas).astype(int)
    high = np.clip(seen.max(axis=0).round(), 0, scene.canvas).astype(int)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _share(camera: Camera, skeleton: Skeleton, canvas: tuple[int, int]) -> float:
    """Return how much of the photo's longer side the player takes up."""
    return float(np.ptp(camera.project(skeleton.joints()), axis=0).max() / max(canvas))


def in_frame(camera: Camera, point: Array, canvas: tuple[int, int], margin: float = 0.03) -> bool:
    """Say whether a world point falls on the canvas, at least a margin (share of it) inside."""
    x, y = camera.project(point) / np.array(canvas)
    return bool(camera.view(point)[2] > 1.0 and margin < x < 1 - margin and margin < y < 1 - margin)


def _staged(
    rng: np.random.Generator, action: Action, pose: Skeleton, hoop: bool, canvas: tuple[int, int]
) -> tuple[Skeleton, Camera]:
    """Place player and camera; where the hoop belongs in the photo, try until both fit."""
    for _ in range(FRAMING_ATTEMPTS):
        skeleton = _placed(rng, action, pose)
        camera = _view(rng, action, skeleton, hoop, canvas)
        if not hoop or (in_frame(camera, RIM, canvas) and _share(camera, skeleton, canvas) > SMALLEST_PLAYER):
            break
    return skeleton, camera


def _defender(rng: np.random.Generator, player: Skeleton) -> Skeleton:
    body = _body(rng)
    ahead = unit(player.chest_frame[:, 2] * np.array([1, 0, 1]))
    aside = vector(ahead[2], 0, -ahead[0])
    place = player.pelvis * np.array([1, 0, 1]) + rng.uniform(0.95, 1.7) * ahead + rng.normal(0, 0.5) * aside
    return solve(body, guard(rng, body)).placed(_facing(-ahead) + rng.normal(0, 0.3), place)


def _bystander(rng: np.random.Generator, player: Skeleton, camera: Camera) -> Skeleton:
    body = _body(rng)
    away = unit((player.pelvis - camera.position) * np.array([1, 0, 1]))
    aside = vector(away[2], 0, -away[0])
    place = player.pelvis * np.array([1, 0, 1]) + rng.uniform(1.5, 6) * away + rng.uniform(-2.5, 2.5) * aside
    pose = stand(rng, body) if rng.random() < 0.55 else guard(rng, body)
    return solve(body, pose).placed(rng.uniform(-np.pi, np.pi), place)


def _hides(other: Skeleton, player: Skeleton, camera: Camera) -> bool:
    """Say whether another person stands in the way of the camera."""
    seen, main = camera.view(other.pelvis), camera.view(player.pelvis)
    return bool(seen[2] < main[2] + 0.2 and abs(seen[0] - main[0] * seen[2] / main[2]) < 0.55)


def _others(
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


def _lamp(rng: np.random.Generator, low: float, high: float) -> Array:
    height, bearing = np.radians(rng.uniform(low, high)), rng.uniform(0, 2 * np.pi)
    return vector(np.cos(height) * np.sin(bearing), np.sin(height), np.cos(height) * np.cos(bearing))


def _lighting(rng: np.random.Generator, venue: Venue) -> Lighting:
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


def _venue(rng: np.random.Generator, lights: bool) -> Venue:
    """Draw a place; lamps in view belong to halls and nights."""
    names: list[Venue] = ["arena", "gym", "street", "park", "night"]
    return names[rng.choice(5, p=[0.55, 0.12, 0, 0, 0.33] if lights else [0.25, 0.27, 0.22, 0.20, 0.06])]


def _canvas(rng: np.random.Generator, size: int) -> tuple[int, int]:
    short = size if rng.random() < 0.4 else int(size * rng.uniform(0.86, 0.97))
    return (size, short) if rng.random() < 0.5 else (short, size)


def draw_cues(rng: np.random.Generator, action: Action) -> Cues:
    chance = CHANCES[action]
    return Cues(*(bool(rng.random() < p) for p in (chance.hoop, chance.ball, chance.lights)))


def draw_scene(rng: np.random.Generator, action: Action, size: int) -> Scene:
    """Draw one scene of an action on a canvas whose longer side is `size` pixels."""
    cues, canvas, body = draw_cues(rng, action), _canvas(rng, size), _body(rng)
    pose = solve(body, POSES[action](rng, body))
    skeleton, camera = _staged(rng, action, pose, bool(cues.hoop), canvas)
    venue = _venue(rng, bool(cues.lights))
    team = KITS[rng.integers(len(KITS))]
    others = _others(rng, skeleton, camera, team)
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
        lighting=_lighting(rng, venue),
        floor=draw_floor(rng, venue in INDOORS),
        wall_radius=away * 0.25 + rng.uniform(6, 16),
        seed=int(rng.integers(2**31)),
    )
