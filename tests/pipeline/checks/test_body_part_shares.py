"""Attention by part of the body on the site: landmarks follow the crop, and one sentence lists the parts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from attacker import Example
from pipeline.checks.body_part_shares import body_sentence, body_shares, pose_at
from study.models import Item, Stimulus

JOINTS = {"left_hip": [0.5, 0.5, 1.0], "left_knee": [0.5, 0.75, 1.0]}


def stimulus(left: float = 0.0, side: float = 1.0, landmarks: object = JOINTS) -> Stimulus:
    item = Item(width=100, height=100, landmarks=landmarks)
    return Stimulus(
        item=item, left=left, top=left, window_width=side, window_height=side, width=50, height=50
    )


def photo(label: int) -> Example:
    return Example(Path("x"), label, str(label), 0, str(label))


def test_landmarks_are_where_the_crop_shows_them() -> None:
    pose = pose_at(stimulus(left=0.5, side=0.5))
    assert pose is not None
    assert (pose["left_hip"].x, pose["left_hip"].y) == (0.0, 0.0)
    assert (pose["left_knee"].x, pose["left_knee"].y) == (0.0, 0.5)
    assert pose_at(stimulus(landmarks=None)) is None


def test_attention_on_the_legs_stands_next_to_their_area() -> None:
    maps = np.zeros((2, 20, 20), dtype=np.float32)
    maps[:, 12, 10] = 1.0  # between hip and knee
    shares = body_shares([stimulus(), stimulus()], [photo(0), photo(1)], maps, ["dribble", "dunk"])
    assert shares is not None
    legs = [part for part in shares.by_class if part.part == "legs"]
    assert [(part.class_name, part.share) for part in legs] == [("dribble", 1.0), ("dunk", 1.0)]
    area = next(part.area for part in shares.all if part.part == "legs")
    sentence = body_sentence(shares)
    assert sentence.startswith("Shares of the attention (of the area) on 2 photos with landmarks:")
    assert f"legs 100% ({area:.0%})" in sentence


@pytest.mark.parametrize("landmarks", [None, {}])
def test_without_landmarks_bodies_are_not_mentioned(landmarks: object) -> None:
    shares = body_shares(
        [stimulus(landmarks=landmarks)], [photo(0)], np.ones((1, 4, 4), np.float32), ["dunk"]
    )
    assert shares is None
    assert body_sentence(shares) == ""
