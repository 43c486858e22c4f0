"""Landmarks of people that come with the photos, in a table beside the class folders."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.intake.beside import read_beside
from pipeline.intake.source import LANDMARKS, Source, SourceFile

Joints = dict[str, list[float]]  # landmark -> x, y, visibility


def landmarks_in(source: Source, files: Sequence[SourceFile]) -> dict[str, Joints]:
    """The landmarks by file name; empty where no table came with the photos.

    Raises
    ------
    SourceRefused
        If there is a table and it cannot be used.
    """
    from attacker.landmarks import read_landmarks

    return {
        photo: {name: [mark.x, mark.y, mark.visibility] for name, mark in pose.items()}
        for photo, pose in read_beside(source, files, LANDMARKS, read_landmarks).items()
    }
