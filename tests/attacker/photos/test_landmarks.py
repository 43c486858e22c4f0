"""Landmarks from a table, and the words for a table that cannot be used."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

import pytest

from attacker.errors import DataError
from attacker.photos.landmarks import (
    JOINTS,
    Landmark,
    NoEstimatorError,
    estimate_landmarks,
    read_landmarks,
    write_landmarks,
)
from tests.attacker import planted

POSE = {name: Landmark(number / 16, 0.5, 0.9) for number, name in enumerate(JOINTS)}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write_landmarks(
        tmp_path / "marks.csv", {"dunk/1.jpg": POSE, "shoot/2.jpg": {"nose": Landmark(-0.2, 1.4)}}
    )
    poses = read_landmarks(tmp_path / "marks.csv", ["dunk/1.jpg", "shoot/2.jpg", "shoot/3.jpg"])
    assert poses == {"dunk/1.jpg": POSE, "shoot/2.jpg": {"nose": Landmark(-0.2, 1.4)}}


def test_other_landmarks_and_photos_are_left_out_and_visibility_may_be_unknown() -> None:
    table = b"photo,landmark,x,y\na.jpg,nose,.5,.4\na.jpg,left_eye,.5,.4\nb.jpg,nose,.1,.1\n"
    assert read_landmarks(BytesIO(table), ["a.jpg"]) == {"a.jpg": {"nose": Landmark(0.5, 0.4)}}


@pytest.mark.parametrize(
    ("table", "advice"),
    [
        (b"photo,landmark,x\na.jpg,nose,.5\n", "column y is missing; needed are photo, landmark, x, y"),
        (
            b"photo,landmark,x,y\na.jpg,nose,.5,.4\na.jpg,nose,left,.4\n",
            "line 3: x, y and visibility must be",
        ),
        (b"photo,landmark,x,y\na.jpg,tail,.5,.4\n", "none of the landmarks nose, left_shoulder"),
        (b"photo,landmark,x,y\nz.jpg,nose,.5,.4\n", r"none of the photos; name them as a\.jpg"),
        (b"photo,landmark,x,y\na.jpg,nose,120,80\n", "shares of the photo's width and height, not pixels"),
        (b"", "no table of landmarks"),
    ],
)
def test_a_table_that_cannot_be_used_says_why(table: bytes, advice: str) -> None:
    with pytest.raises(DataError, match=advice):
        read_landmarks(BytesIO(table), ["a.jpg", "b.jpg"])


def test_without_the_estimator_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "mediapipe.python.solutions", None)
    with pytest.raises(NoEstimatorError, match=r"pip install '\.\[pose\]'"):
        estimate_landmarks(planted.examples(tmp_path, 1))
