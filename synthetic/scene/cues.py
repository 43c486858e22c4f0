"""The spurious cues of a photo, and how often each goes along with each action."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic.figure.poses import Action


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


def draw_cues(rng: np.random.Generator, action: Action) -> Cues:
    chance = CHANCES[action]
    return Cues(*(bool(rng.random() < p) for p in (chance.hoop, chance.ball, chance.lights)))
