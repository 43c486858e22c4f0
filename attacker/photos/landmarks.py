"""Landmarks of people in photos: read from a table, or estimated by an optional program."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from attacker.errors import DataError
from attacker.example import Example
from attacker.photos.class_folders import LANDMARKS
from attacker.photos.decoding import decode, read_bytes
from attacker.photos.sidecars import Table, numbers_of, only, read_rows, title_of

SIDES = ("left", "right")
JOINTS = ("nose", *(f"{side}_{joint}" for side in SIDES for joint in (
    "shoulder", "elbow", "wrist", "hip", "knee", "ankle"
)))  # fmt: skip
COLUMNS = ("photo", "landmark", "x", "y")
ESTIMATED_BY = "estimator"  # a further column: the program that estimated the landmarks
MISSING = (
    "landmarks are estimated by MediaPipe, which is not installed; run pip install '.[pose]' in an "
    "environment of its own (Python 3.11 or 3.12), or bring a landmarks.csv of your own"
)
FARTHEST = 10.0  # widths or heights of the photo: a joint that a crop has cut off lies outside, but nearer
_SMALLEST = 448  # pixels: in smaller photos the estimator finds fewer people


@dataclass(frozen=True)
class Landmark:
    """A joint, in shares of the photo's width and height; outside [0, 1] where a crop has cut it off."""

    x: float
    y: float
    visibility: float = 1.0


Pose = Mapping[str, Landmark]


class NoEstimatorError(DataError):
    """No pose estimator is installed; the message says how to install one."""


def read_landmarks(table: Table, photos: Collection[str]) -> dict[str, Pose]:
    r"""Read the landmarks of photos from a CSV file.

    Parameters
    ----------
    table
        Columns ``photo`` (its path below the folder of photos), ``landmark`` (one of `JOINTS`),
        ``x`` and ``y`` (shares of the upright photo's width and height) and, where known, ``visibility`` in
        [0, 1]. Other landmarks and other photos are left out.
    photos
        Paths of the photos to read rows for.

    Returns
    -------
    dict
        A pose by photo; photos without rows have none.

    Raises
    ------
    DataError
        If the file cannot be read, lacks a column, holds a value that is no number, or knows none of the
        photos or none of the joints.

    Examples
    --------
    >>> from io import BytesIO
    >>> table = BytesIO(b"photo,landmark,x,y\ndunk/1.jpg,nose,.5,.25\n")
    >>> read_landmarks(table, ["dunk/1.jpg"])
    {'dunk/1.jpg': {'nose': Landmark(x=0.5, y=0.25, visibility=1.0)}}
    """
    rows = _checked(table, set(photos))
    return {
        str(photo): {
            name: Landmark(*place)
            for name, *place in marks[["landmark", "x", "y", "visibility"]].itertuples(index=False)
        }
        for photo, marks in rows.groupby("photo")
    }


def read_estimators(table: Table, photos: Collection[str]) -> dict[str, str]:
    r"""Return the program that estimated the landmarks of each photo.

    Parameters
    ----------
    table, photos
        As in `read_landmarks`; the program is in the column ``estimator``, which a person's own table lacks.

    Returns
    -------
    dict
        A name by photo; photos whose landmarks a person has set have none.

    Raises
    ------
    DataError
        If the file cannot be read.

    Examples
    --------
    >>> from io import BytesIO
    >>> table = BytesIO(b"photo,landmark,x,y,estimator\ndunk/1.jpg,nose,.5,.25,MediaPipe\n")
    >>> read_estimators(table, ["dunk/1.jpg"])
    {'dunk/1.jpg': 'MediaPipe'}
    """
    rows = read_rows(table, LANDMARKS, COLUMNS)
    if ESTIMATED_BY not in rows:
        return {}
    rows = rows[rows["photo"].isin(set(photos)) & (rows[ESTIMATED_BY].str.strip() != "")]
    return dict(zip(rows["photo"], rows[ESTIMATED_BY].str.strip(), strict=True))


def write_landmarks(path: Path, poses: Mapping[str, Pose], estimator: str = "") -> None:
    """Write a table that `read_landmarks` reads, and `read_estimators` where a program made it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_landmarks(Path(folder) / "landmarks.csv", {"dunk/1.jpg": {"nose": Landmark(0.5, 0.25)}})
    ...     print((Path(folder) / "landmarks.csv").read_text())
    photo,landmark,x,y,visibility
    dunk/1.jpg,nose,0.5,0.25,1.0
    <BLANKLINE>
    """
    rows = [
        (photo, name, round(mark.x, 5), round(mark.y, 5), round(mark.visibility, 3))
        for photo, pose in poses.items()
        for name, mark in pose.items()
    ]
    table = pd.DataFrame(rows, columns=[*COLUMNS, "visibility"])
    (table.assign(**{ESTIMATED_BY: estimator}) if estimator else table).to_csv(path, index=False)


def _checked(table: Table, photos: set[str]) -> pd.DataFrame:
    where, numbers = title_of(table, LANDMARKS), ("x", "y", "visibility")
    rows = read_rows(table, LANDMARKS, COLUMNS)
    rows = numbers_of(rows.assign(visibility=rows.get("visibility", "1")), numbers, where)
    if (rows[["x", "y"]].abs() > FARTHEST).any(axis=None):
        raise DataError(f"{where}: x and y must be shares of the photo's width and height, not pixels")
    rows = rows[rows["landmark"].isin(JOINTS)]
    if rows.empty:
        raise DataError(f"{where}: holds none of the landmarks {', '.join(JOINTS)}")
    return only(rows, photos, where)


def estimate_landmarks(
    examples: Sequence[Example], on_photo: Callable[[], object] = lambda: None
) -> dict[str, Pose]:
    """Estimate the landmarks of the most prominent person in each photo.

    Parameters
    ----------
    examples
        Photos, best uncropped.
    on_photo
        Called after each photo.

    Returns
    -------
    A pose by `Example.item`; photos in which nobody is found have none.

    Raises
    ------
    NoEstimatorError
        If the optional estimator is not installed.

    References
    ----------
    Bazarevsky et al. (2020), BlazePose: On-device Real-time Body Pose Tracking, arXiv:2006.10204.
    """
    poses: dict[str, Pose] = {}
    with _estimator().Pose(static_image_mode=True, model_complexity=1) as estimator:
        for example in examples:
            marks = estimator.process(_pixels(example.path)).pose_landmarks
            if marks is not None:
                poses[example.item] = _named(marks.landmark)
            on_photo()
    return poses


def estimator_name() -> str:
    """Return the name and version of the program that `estimate_landmarks` uses.

    Raises
    ------
    NoEstimatorError
        If it is not installed.
    """
    _estimator()
    import mediapipe

    return f"MediaPipe Pose {mediapipe.__version__}"


def _estimator() -> Any:
    try:
        from mediapipe.python.solutions import pose
    except ImportError as error:
        raise NoEstimatorError(MISSING) from error
    return pose


def _named(marks: Any) -> Pose:
    names = [mark.name.lower() for mark in _estimator().PoseLandmark]
    return {
        name: Landmark(mark.x, mark.y, mark.visibility)
        for name, mark in zip(names, marks, strict=True)
        if name in JOINTS
    }


def _pixels(path: Path) -> NDArray[np.uint8]:
    image = decode(read_bytes(path), path)
    larger = max(1.0, _SMALLEST / max(image.size))
    width, height = (round(length * larger) for length in image.size)
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC))
