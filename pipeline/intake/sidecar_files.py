"""What comes beside the photos: tables of joints, source and subject's box."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass

from attacker.photos.class_folders import BOXES, LANDMARKS, SOURCES, ClassFiles, Listing

Joints = dict[str, list[float]]  # landmark -> x, y, visibility


class StoredTables:
    """The tables of a survey as a folder that holds nothing else; masks were read with the photos."""

    title = "the tables"
    links = ()

    def __init__(self, tables: Mapping[str, str]) -> None:
        self._tables = tables
        self.files = list(tables)

    def read(self, name: str) -> bytes:
        """Return the content of a table."""
        return self._tables[name].encode()


@dataclass(frozen=True)
class Sidecars:
    """The content of all tables by the names of photos; empty where none came with them."""

    joints: Mapping[str, Joints]
    estimators: Mapping[str, str]  # programs that estimated the joints
    sources: Mapping[str, str]
    collections: Mapping[str, str]
    boxes: Mapping[str, list[float]]  # left, top, right, bottom


def read_sidecars(listing: Listing, listed: ClassFiles) -> Sidecars:
    """Read all tables next to the class folders. Raises ClassFoldersError if one cannot be used."""
    from attacker.photos.landmarks import read_estimators, read_landmarks
    from attacker.photos.provenance_table import read_origins
    from attacker.photos.sidecars import read_table
    from attacker.photos.subject_boxes import read_boxes

    poses = read_table(listing, LANDMARKS, read_landmarks, listed)
    origins = read_table(listing, SOURCES, read_origins, listed)
    boxes = read_table(listing, BOXES, read_boxes, listed)
    return Sidecars(
        joints={
            photo: {name: [mark.x, mark.y, mark.visibility] for name, mark in pose.items()}
            for photo, pose in poses.items()
        },
        estimators=read_table(listing, LANDMARKS, read_estimators, listed),
        sources={photo: origin.source for photo, origin in origins.items()},
        collections={photo: origin.collection for photo, origin in origins.items()},
        boxes={photo: list(astuple(box)) for photo, box in boxes.items()},
    )
