"""A folder of photos, one folder per class, as examples in three roles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from attacker.errors import DataError
from attacker.example import Example
from attacker.photos.class_folders import SOURCES, FolderListing, LeftOut, list_class_files
from attacker.photos.class_photos import ClassPhotos, read_class_photos
from attacker.photos.duplicates import group_fingerprints
from attacker.photos.fingerprints import Fingerprint, fingerprint_of
from attacker.photos.provenance_table import Origin, read_origins
from attacker.photos.sidecars import read_table, rows_of_no_photo
from attacker.photos.splits import split_groups

_READING = 0.8  # share of the time that goes into the photos one by one
# A study keeps some photos apart to design its crops by; where nothing is cropped they are learned from too.
_SPLITS = {"train": ("train", "design"), "validation": ("validation",), "test": ("test",)}


@dataclass(frozen=True)
class Folder:
    """Labelled photos in three roles; near duplicates are never divided between roles.

    Parameters
    ----------
    classes
        Names of the class folders, sorted.
    train, validation, test
        Photos that are learned from, that choose the epoch, and that are kept for the end. A study of the
        same folder validates and tests on the same photos.
    collections
        The collection that a photo comes from, by its item, where a table names it.
    left_out
        Files that are not used, with the reason, sorted by path.
    """

    classes: tuple[str, ...]
    train: tuple[Example, ...]
    validation: tuple[Example, ...]
    test: tuple[Example, ...]
    collections: dict[str, str] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()


def read_folder(root: Path, seed: int, *, on_progress: Callable[[float], object] = lambda _: None) -> Folder:
    """Read and split a folder.

    Parameters
    ----------
    root
        Holds one folder per class and, where photos share a source, a table of them
        (`attacker.photos.provenance_table`).
    seed
        Decides the split; at least 0. Studies split by seed 0.
    on_progress
        Called with the share that is done, in [0, 1].

    Raises
    ------
    DataError
        If there are not at least two class folders, one holds no photo, or the table of sources cannot be
        used.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from PIL import Image
    >>> with TemporaryDirectory() as root:
    ...     for name, turns in (("across", 90), ("down", 0)):
    ...         (Path(root) / name).mkdir()
    ...         Image.linear_gradient("L").rotate(turns).save(Path(root) / name / "1.png")
    ...     written = (Path(root) / "down" / "notes.txt").write_text("to come")
    ...     folder = read_folder(Path(root), seed=0)
    >>> folder.classes
    ('across', 'down')
    >>> print(folder.left_out[0])
    left out down/notes.txt: not a photo that can be read; use JPEG, PNG, WEBP, TIFF, BMP, AVIF or HEIF
    """
    if seed < 0:
        raise DataError(f"the seed of a split must be at least 0, not {seed}")
    listing = FolderListing(root)
    listed = list_class_files(listing)
    origins = read_table(listing, SOURCES, read_origins, listed)
    read = read_class_photos(
        listing,
        listed,
        lambda _name, _data, picture: fingerprint_of(picture),
        lambda share: on_progress(_READING * share),
    )
    groups = _groups(read, origins, lambda share: on_progress(_READING + (1 - _READING) * share))
    examples = [
        Example(root / photo.name, read.classes.index(photo.category), photo.name, 0, group)
        for photo, group in zip(read.photos, groups, strict=True)
    ]
    collections = {name: origin.collection for name, origin in origins.items() if origin.collection}
    roles = _roles(examples, read.classes, seed)
    return Folder(
        read.classes,
        **roles,
        collections=collections,
        left_out=(*read.left_out, *rows_of_no_photo(listing, listed)),
    )


def _groups(
    read: ClassPhotos[Fingerprint], origins: dict[str, Origin], on_progress: Callable[[float], object]
) -> list[str]:
    """Return each photo's group of near duplicates, named by the content of its first photo.

    In another folder the same photos are the same group, and other photos never are.
    """
    clusters = group_fingerprints(
        [photo.made for photo in read.photos],
        sources=[origins.get(photo.name, Origin()).source or None for photo in read.photos],
        on_progress=on_progress,
    )
    first: dict[int, str] = {}
    return [
        first.setdefault(cluster, photo.sha256) for cluster, photo in zip(clusters, read.photos, strict=True)
    ]


def _roles(examples: Sequence[Example], classes: Sequence[str], seed: int) -> dict[str, tuple[Example, ...]]:
    splits = split_groups(
        [classes[example.label] for example in examples], [example.group for example in examples], seed=seed
    )
    return {
        role: tuple(example for example in examples if splits[example.group] in names)
        for role, names in _SPLITS.items()
    }
