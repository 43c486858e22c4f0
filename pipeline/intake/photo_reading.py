"""Photos of a folder or zip file, read once: pixels into the storage, everything else into a survey."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from attacker.photos.acceptance import PhotoRefusedError
from attacker.photos.class_folders import (
    SOURCES,
    ClassFile,
    ClassFiles,
    ClassFoldersError,
    LeftOut,
    Listing,
    is_passed_over,
)
from attacker.photos.class_photos import Photo, read_files
from pipeline.intake.grouping import group_photos
from pipeline.intake.photo_file import encode_png, stored_form
from pipeline.intake.photo_survey import ReadPhoto, Survey
from study.models import Item, Study
from study.tokens import new_token

if TYPE_CHECKING:
    from attacker.evaluation.nuisance import File
    from attacker.photos.fingerprints import Fingerprint

LARGEST_TABLE = 20_000_000  # bytes
_READ = 0.75  # share of the time that goes into the photos one by one


@dataclass(frozen=True)
class Picture:
    """What stays of a picture while the others are read.

    Attributes
    ----------
    stored : name of its pixels in the storage
    file : how the original was compressed
    fingerprint : what of it is compared with other photos
    """

    stored: str
    width: int
    height: int
    file: File
    fingerprint: Fingerprint


def read_photos(study: Study, source: Listing, on_progress: Callable[[float], object]) -> Survey:
    """Read all photos, whatever their class, and find near duplicates among them and those of the study.

    Nothing of the study is changed. `on_progress`, called with the share that is done, may raise to stop, and
    nothing stays stored. Raises ClassFoldersError if a table beside the folders, or a mask beside a photo,
    cannot be used.
    """
    from attacker.photos.sidecars import rows_of_no_photo

    files = ClassFiles(tuple(ClassFile(name, "") for name in _photo_names(source)), ())
    tables, unmatched = _tables(source), rows_of_no_photo(source, files)
    stored: list[str] = []
    try:
        outcomes = read_files(source, files.files, _storing(stored), lambda share: on_progress(_READ * share))
        photos = [outcome for outcome in outcomes if isinstance(outcome, Photo)]
        masks = _masks(source, files, photos, stored)
        existing = list(study.items.order_by("pk"))
        known = {item.source_sha256 for item in existing}
        new = [photo for photo in photos if photo.sha256 not in known]
        clusters = _grouped(existing, new, tables, lambda share: on_progress(_READ + (1 - _READ) * share))
    except BaseException:
        discard(stored)
        raise
    refused = [outcome for outcome in outcomes if isinstance(outcome, LeftOut)]
    links = [LeftOut(name, "a symbolic link, which is not followed") for name in source.links]
    return Survey(
        title=source.title,
        photos=tuple(_read_photo(photo, clusters, masks, known) for photo in photos),
        refused=tuple((entry.name, entry.reason) for entry in [*refused, *links]),
        tables=tables,
        photos_before=len(existing),
        unmatched=tuple((entry.name, entry.reason) for entry in unmatched),
    )


def discard(stored: Sequence[str]) -> None:
    """Delete files of photos that no study took."""
    for name in stored:
        default_storage.delete(name)


def _photo_names(source: Listing) -> list[str]:
    paths = sorted(map(PurePosixPath, source.files))
    beside = {name for name in source.files if "/" not in name and name.lower().endswith((".csv", ".tsv"))}
    return [str(path) for path in paths if not is_passed_over(path) and str(path) not in beside]


def _tables(source: Listing) -> dict[str, str]:
    """Return the text of all tables beside the folders; without one, groups or classes would differ."""
    names = [name for name in source.files if "/" not in name and name.lower().endswith((".csv", ".tsv"))]
    return {name: _table(source, name).decode("utf-8-sig", errors="replace") for name in names}


def _table(source: Listing, name: str) -> bytes:
    try:
        content = source.read(name)
    except PhotoRefusedError as refusal:
        raise ClassFoldersError(f"{name}: {refusal}") from refusal
    if len(content) > LARGEST_TABLE:
        raise ClassFoldersError(f"{name} is over {LARGEST_TABLE // 1_000_000} MB; no table of photos is")
    return content


def _storing(stored: list[str]) -> Callable[[str, bytes, Image.Image], Picture]:
    from attacker.evaluation.nuisance import File
    from attacker.photos.fingerprints import fingerprint_of

    def store(_: str, data: bytes, picture: Image.Image) -> Picture:
        content, ending = stored_form(data, picture)
        name = f"items/{new_token()}.{ending}"
        stored.append(name)  # before it is: a full disk takes the beginning of a file
        default_storage.save(name, ContentFile(content))
        return Picture(name, picture.width, picture.height, File.of(data), fingerprint_of(picture))

    return store


def _masks(
    source: Listing, files: ClassFiles, photos: Sequence[Photo[Picture]], stored: list[str]
) -> dict[str, str]:
    """Store the mask of each photo that has one; return their names in the storage by photo."""
    from attacker.photos.subject_masks import list_masks, read_mask

    names, masks = list_masks(source, files), {}
    for photo in photos:
        if photo.name in names:
            mask = read_mask(source, names[photo.name], (photo.made.width, photo.made.height))
            content = ContentFile(encode_png(Image.fromarray(mask)))
            masks[photo.name] = f"masks/{new_token()}.png"
            stored.append(masks[photo.name])
            default_storage.save(masks[photo.name], content)
    return masks


def _grouped(
    existing: Sequence[Item],
    new: Sequence[Photo[Picture]],
    tables: dict[str, str],
    on_progress: Callable[[float], object],
) -> dict[str, str]:
    from attacker.photos.provenance_table import read_origins
    from attacker.photos.sidecars import read_table
    from pipeline.intake.sidecar_files import StoredTables

    listed = ClassFiles(tuple(ClassFile(photo.name, "") for photo in new), ())
    origins = read_table(StoredTables(tables), SOURCES, read_origins, listed) if new else {}
    sources = [origins[photo.name].source if photo.name in origins else "" for photo in new]
    return group_photos(existing, new, sources, on_progress)


def _read_photo(
    photo: Photo[Picture], clusters: dict[str, str], masks: dict[str, str], known: set[str]
) -> ReadPhoto:
    picture = photo.made
    return ReadPhoto(
        name=photo.name,
        sha256=photo.sha256,
        stored=picture.stored,
        width=picture.width,
        height=picture.height,
        size=picture.file.size,
        quantisation=picture.file.quantisation,
        cluster=clusters.get(photo.sha256, ""),
        mask=masks.get(photo.name, ""),
        known=photo.sha256 in known,
    )
