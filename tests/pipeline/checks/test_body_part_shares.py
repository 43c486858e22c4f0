"""Attention by part of the body on the site: landmarks follow the crop, and are told in one sentence."""

from __future__ import annotations

import numpy as np
import pytest

from attacker import Example
from pipeline.checks.body_part_shares import body_in_words, body_shares, pose_at
from study.models import Item, Stimulus

JOINTS = {"left_hip": [0.5, 0.5, 1.0], "left_knee": [0.5, 0.75, 1.0]}


def stimulus(left: float = 0.0, side: float = 1.0, landmarks: object = JOINTS) -> Stimulus:
    item = Item(width=100, height=100, landmarks=landmarks)
    return Stimulus(
        item=item, left=left, top=left, window_width=side, window_height=side, width=50, height=50
    )


def test_landmarks_are_where_the_crop_shows_them() -> None:
    pose = pose_at(stimulus(left=0.5, side=0.5))
    assert (pose["left_hip"].x, pose["left_hip"].y) == (0.0, 0.0)
    assert (pose["left_knee"].x, pose["left_knee"].y) == (0.0, 0.5)
    assert pose_at(stimulus(landmarks=None)) is None


def test_attention_on_the_legs_is_told_beside_their_area() -> None:
    maps = np.zeros((2, 20, 20), dtype=np.float32)
    maps[:, 12, 10] = 1.0  # between hip and knee
    photos = [Example(None, label, str(label), 0, str(label)) for label in (0, 1)]  # type: ignore[arg-type]
    found = body_shares([stimulus(), stimulus()], photos, maps, ["dribble", "dunk"])
    legs = [one for one in found["by_class"] if one["part"] == "legs"]
    assert [(one["class"], one["share"]) for one in legs] == [("dribble", 1.0), ("dunk", 1.0)]
    assert body_in_words(found).startswith(
        "Shares of the attention (of the area) on 2 photos with landmarks:"
    )
    area = next(one["area"] for one in found["all"] if one["part"] == "legs")
    assert f"legs 100% ({area:.0%})" in body_in_words(found)


@pytest.mark.parametrize("landmarks", [None, {}])
def test_without_landmarks_nothing_is_said_of_bodies(landmarks: object) -> None:
    photos = [Example(None, 0, "a", 0, "a")]  # type: ignore[arg-type]
    found = body_shares([stimulus(landmarks=landmarks)], photos, np.ones((1, 4, 4), np.float32), ["dunk"])
    assert found is None
    assert body_in_words(found) == ""
