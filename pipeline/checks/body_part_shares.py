"""Which part of the body the attacker attends to, where the photos came with landmarks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attacker.attention.body_parts import PartAttention, by_part
from attacker.example import Example
from attacker.photos.landmarks import Landmark, Pose
from pipeline.crops.level_families import window_of
from study.models import Stimulus


def body_shares(
    stimuli: Sequence[Stimulus],
    examples: Sequence[Example],
    maps: NDArray[np.float32],
    classes: Sequence[str],
) -> dict[str, Any] | None:
    """Shares by part, over all photos and by class; None where no photo has landmarks."""
    poses = [pose_at(stimulus) for stimulus in stimuli]
    if not any(poses):
        return None
    sizes = [(stimulus.width, stimulus.height) for stimulus in stimuli]
    alike = [replace(example, label=0) for example in examples]
    return {
        "all": [_plain(one) for one in by_part(alike, maps, poses, sizes)],
        "by_class": [
            {"class": classes[one.label], **_plain(one)} for one in by_part(examples, maps, poses, sizes)
        ],
    }


def pose_at(stimulus: Stimulus) -> Pose | None:
    """The person's landmarks in shares of the stimulus; those that it cut off lie outside of it."""
    joints, window = stimulus.item.landmarks, window_of(stimulus)
    if not joints:
        return None
    return {
        name: Landmark((x - window.left) / window.width, (y - window.top) / window.height, visibility)
        for name, (x, y, visibility) in joints.items()
    }


def body_in_words(shares: dict[str, Any] | None) -> str:
    """Each part's share of the attention beside its share of the area."""
    told = [one for one in (shares or {}).get("all", []) if one["share"] is not None and one["area"]]
    if not told:
        return ""
    parts = ", ".join(f"{one['part']} {one['share']:.0%} ({one['area']:.0%})" for one in told)
    return f"Shares of the attention (of the area) on {told[0]['photos']} photos with landmarks: {parts}."


def _plain(one: PartAttention) -> dict[str, Any]:
    values = {name: value for name, value in asdict(one).items() if name != "label"}
    return {**values, "relative": one.relative}
