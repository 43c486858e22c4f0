"""What tables beside the class folders tell of each photo: joints, source, the subject's box."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import astuple, dataclass
from io import BytesIO
from typing import IO, TypeVar

from pipeline.intake.archive import BOXES, LANDMARKS, SOURCES, Source, SourceFile, SourceRefused
from pipeline.intake.photo_file import PhotoRefused

Joints = dict[str, list[float]]  # landmark -> x, y, visibility
Told = TypeVar("Told")


@dataclass(frozen=True)
class Beside:
    """Each by file name; empty where no such table came with the photos."""

    joints: Mapping[str, Joints]
    sources: Mapping[str, str]
    collections: Mapping[str, str]
    boxes: Mapping[str, list[float]]  # left, top, right, bottom


def read_beside(source: Source, files: Sequence[SourceFile]) -> Beside:
    """Read all tables that there are.

    Raises
    ------
    SourceRefused
        If one cannot be used.
    """
    from attacker.photos.landmarks import read_landmarks
    from attacker.photos.provenance_table import read_origins
    from attacker.photos.subject_boxes import read_boxes

    poses = _read(source, files, LANDMARKS, read_landmarks)
    joints = {
        photo: {name: [mark.x, mark.y, mark.visibility] for name, mark in pose.items()}
        for photo, pose in poses.items()
    }
    boxes = {photo: list(astuple(box)) for photo, box in _read(source, files, BOXES, read_boxes).items()}
    origins = _read(source, files, SOURCES, read_origins)
    sources = {photo: origin.source for photo, origin in origins.items()}
    collections = {photo: origin.collection for photo, origin in origins.items()}
    return Beside(joints, sources, collections, boxes)


def _read(
    source: Source,
    files: Sequence[SourceFile],
    name: str,
    read: Callable[[IO[bytes], Collection[str]], dict[str, Told]],
) -> dict[str, Told]:
    found = source.table(name)
    if found is None:
        return {}
    from attacker.errors import DataError

    table, start = found
    photos = [file.name.removeprefix(start) for file in files]
    try:
        told = read(BytesIO(source.read(table)), photos)
    except (DataError, PhotoRefused) as error:
        raise SourceRefused(f"{error}; mend or remove it") from error
    return {start + photo: one for photo, one in told.items()}
