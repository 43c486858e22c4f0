"""Which part of the body the attacker attends to, where the photos came with landmarks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np
from msgspec import UNSET, UnsetType
from numpy.typing import NDArray

from attacker.attention.body_parts import PartAttention, by_part
from attacker.example import Example
from attacker.photos.landmarks import Landmark, Pose
from pipeline.checks.result_types import BodyShares, PartShare
from pipeline.crops.level_families import window_of
from study.models import Stimulus


def body_shares(
    stimuli: Sequence[Stimulus],
    examples: Sequence[Example],
    maps: NDArray[np.float32],
    classes: Sequence[str],
) -> BodyShares | None:
    """Return the shares of each part, over all photos and by class; None where no photo has landmarks."""
    poses = [pose_at(stimulus) for stimulus in stimuli]
    if not any(poses):
        return None
    sizes = [(stimulus.width, stimulus.height) for stimulus in stimuli]
    in_one_class = [replace(example, label=0) for example in examples]
    parts, parts_by_class = (by_part(photos, maps, poses, sizes) for photos in (in_one_class, examples))
    return BodyShares(
        all=tuple(map(_stored, parts)),
        by_class=tuple(_stored(part, classes[part.label]) for part in parts_by_class),
    )


def pose_at(stimulus: Stimulus) -> Pose | None:
    """Return the person's landmarks in shares of the stimulus; those that it cut off lie outside of it."""
    joints, window = stimulus.item.landmarks, window_of(stimulus)
    if not joints:
        return None
    return {
        name: Landmark((x - window.left) / window.width, (y - window.top) / window.height, visibility)
        for name, (x, y, visibility) in joints.items()
    }


def body_sentence(shares: BodyShares | None) -> str:
    """Return each part's share of the attention next to its share of the area; empty without landmarks."""
    parts = [part for part in shares.all if part.share is not None and part.area] if shares else []
    if not parts:
        return ""
    listed = ", ".join(f"{part.part} {part.share:.0%} ({part.area:.0%})" for part in parts)
    return f"Shares of the attention (of the area) on {parts[0].photos} photos with landmarks: {listed}."


def _stored(part: PartAttention, class_name: str | UnsetType = UNSET) -> PartShare:
    numbers = {name: value for name, value in asdict(part).items() if name != "label"}
    return PartShare(**numbers, relative=part.relative, class_name=class_name)
