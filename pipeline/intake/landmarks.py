"""Landmarks of people that come with the photos, in a table beside the class folders."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from pipeline.intake.photo import PhotoRefused
from pipeline.intake.source import Source, SourceFile, SourceRefused

Joints = dict[str, list[float]]  # landmark -> x, y, visibility


def landmarks_in(source: Source, files: Sequence[SourceFile]) -> dict[str, Joints]:
    """The landmarks by file name; empty where no table came with the photos.

    Raises
    ------
    SourceRefused
        If there is a table and it cannot be used.
    """
    found = source.landmarks()
    if found is None:
        return {}
    from attacker.errors import DataError
    from attacker.landmarks import read_landmarks

    table, start = found
    photos = [file.name.removeprefix(start) for file in files]
    try:
        poses = read_landmarks(BytesIO(source.read(table)), photos)
    except (DataError, PhotoRefused) as error:
        raise SourceRefused(f"{error}; mend or remove it") from error
    return {
        start + photo: {name: [mark.x, mark.y, mark.visibility] for name, mark in pose.items()}
        for photo, pose in poses.items()
    }
