"""Photos of a folder or zip file on their way into a study, before anything is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from attacker.photos.class_folders import LeftOut, Listing, list_class_files
from attacker.photos.class_photos import Photo, read_class_photos
from pipeline.intake.photo_file import encode_png
from pipeline.intake.sidecar_files import Joints, Sidecars, read_sidecars

if TYPE_CHECKING:
    from attacker.evaluation.nuisance import File
    from attacker.photos.fingerprints import Fingerprint


@dataclass(frozen=True)
class Picture:
    """What stays of a picture while the other photos are read.

    Parameters
    ----------
    path
        Its pixels, as a PNG file.
    width, height
        Pixels.
    file
        How the original file was compressed.
    fingerprint
        What of it is compared with other photos.
    """

    path: Path
    width: int
    height: int
    file: File
    fingerprint: Fingerprint


@dataclass(frozen=True)
class Candidate:
    """An accepted photo, with the rows of the tables next to the class folders and a PNG file of its mask."""

    category: str
    name: str
    sha256: str
    picture: Picture
    landmarks: Joints | None
    landmarks_by: str
    origin: str
    collection: str
    box: list[float] | None
    mask: Path | None


def read_candidates(
    source: Listing, scratch: Path, on_progress: Callable[[float], object]
) -> tuple[list[Candidate], list[LeftOut]]:
    """Read all photos of a folder or zip file, and name the files that are left out.

    Parameters
    ----------
    source
        The folder or zip file.
    scratch
        A folder for the pictures' pixels.
    on_progress
        Called with the share that is done, in [0, 1]; may raise to stop.

    Raises
    ------
    ClassFoldersError
        If there are fewer than two classes, no photo of a class can be used, or a table or mask cannot.
    """
    listed = list_class_files(source)
    sidecars = read_sidecars(source, listed)
    read = read_class_photos(source, listed, _picture_writer(scratch), on_progress)
    masks = _masks(source, sidecars, read.photos)
    return [_candidate(photo, sidecars, masks.get(photo.name)) for photo in read.photos], list(read.left_out)


def _picture_writer(scratch: Path) -> Callable[[str, bytes, Image.Image], Picture]:
    from attacker.evaluation.nuisance import File
    from attacker.photos.fingerprints import fingerprint_of

    def write(name: str, data: bytes, picture: Image.Image) -> Picture:
        path = scratch / f"{hashlib.sha256(name.encode()).hexdigest()}.png"
        path.write_bytes(encode_png(picture))
        return Picture(path, picture.width, picture.height, File.of(data), fingerprint_of(picture))

    return write


def _masks(source: Listing, sidecars: Sidecars, photos: Sequence[Photo[Picture]]) -> dict[str, Path]:
    """Write the mask of each photo that has one as a PNG file; return their paths by photo."""
    from attacker.photos.subject_masks import read_mask

    paths = {}
    for photo in photos:
        if name := sidecars.masks.get(photo.name):
            mask = read_mask(source, name, (photo.made.width, photo.made.height))
            paths[photo.name] = photo.made.path.with_suffix(".mask.png")
            paths[photo.name].write_bytes(encode_png(Image.fromarray(mask)))
    return paths


def _candidate(photo: Photo[Picture], sidecars: Sidecars, mask: Path | None) -> Candidate:
    return Candidate(
        photo.category,
        photo.name,
        photo.sha256,
        photo.made,
        sidecars.joints.get(photo.name),
        sidecars.estimators.get(photo.name, ""),
        sidecars.sources.get(photo.name, ""),
        sidecars.collections.get(photo.name, ""),
        sidecars.boxes.get(photo.name),
        mask,
    )
