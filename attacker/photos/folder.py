"""A folder of photos, one folder per class, as examples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from attacker.errors import DataError
from attacker.example import Example
from attacker.photos.decoding import content_hash, read_bytes
from attacker.photos.duplicates import near_duplicate_groups
from attacker.photos.provenance_table import FILE, Origin, read_origins
from attacker.photos.splits import grouped_split

_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"}
_SHARES = (0.6, 0.2, 0.2)
_HIDDEN, _LITTER = (".", "__MACOSX"), {"Thumbs.db", "desktop.ini"}  # what systems and archivers leave behind


@dataclass(frozen=True)
class Folder:
    """Labelled photos in three roles; near duplicates are never split between roles.

    Parameters
    ----------
    classes
        Names of the class folders, sorted.
    train, validation, test
        Photos that are learned from, that choose the epoch, and that are kept for the end.
    collections
        Where a table tells it, the collection that a photo comes from, by its item.
    left_out
        Files and folders inside the class folders that are no photos of a kind that is read, sorted.
    """

    classes: tuple[str, ...]
    train: tuple[Example, ...]
    validation: tuple[Example, ...]
    test: tuple[Example, ...]
    collections: dict[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


def read_folder(root: Path, seed: int, *, on_progress: Callable[[float], object] = lambda _: None) -> Folder:
    """Read and split a folder.

    Parameters
    ----------
    root
        Holds one folder per class and, where photos share a source, a table of them
        (`attacker.photos.provenance_table`).
    seed
        Decides the split; at least 0.
    on_progress
        Called with the share that is done, in [0, 1].

    Raises
    ------
    DataError
        If there are not at least two class folders, one holds no photo, or the table of sources cannot be
        used.
    PhotoError
        If a photo cannot be read.
    """
    if seed < 0:
        raise DataError(f"the seed of a split must be at least 0, not {seed}")
    photos = _photos(root)
    classes = tuple(sorted(photos))
    if len(classes) < 2:
        raise DataError(f"{root}: needs at least two folders of photos, one per class; found {len(classes)}")
    paths = [path for name in classes for path in photos[name]]
    labels = [label for label, name in enumerate(classes) for _ in photos[name]]
    names = [path.relative_to(root).as_posix() for path in paths]
    origins = _origins(root, names)
    sources = [origins[name].source or None if name in origins else None for name in names]
    groups = _groups(paths, sources, on_progress)
    examples = [
        Example(path, label, name, 0, group)
        for path, label, name, group in zip(paths, labels, names, groups, strict=True)
    ]
    collections = {name: origin.collection for name, origin in origins.items() if origin.collection}
    train, validation, test = grouped_split(examples, _SHARES, seed)
    return Folder(classes, train, validation, test, collections, _left_out(root, classes))


def _origins(root: Path, names: list[str]) -> dict[str, Origin]:
    """Return where photos come from, as far as a table tells."""
    return read_origins(root / FILE, names) if (root / FILE).is_file() else {}


def _groups(
    paths: list[Path], sources: list[str | None], on_progress: Callable[[float], object]
) -> list[str]:
    """Name each cluster of near duplicates by the content of its first photo: another folder's is another."""
    clusters = near_duplicate_groups(paths, sources=sources, on_progress=on_progress)
    first = dict(zip(reversed(clusters), reversed(paths), strict=True))
    names = {cluster: content_hash(read_bytes(path)) for cluster, path in first.items()}
    return [names[cluster] for cluster in clusters]


def _photos(root: Path) -> dict[str, list[Path]]:
    if not root.is_dir():
        raise DataError(f"{root}: no such folder")
    folders = [folder for folder in root.iterdir() if folder.is_dir() and not folder.name.startswith(_HIDDEN)]
    return {folder.name: _photos_of_a_class(folder) for folder in folders}


def _left_out(root: Path, classes: tuple[str, ...]) -> tuple[str, ...]:
    """Name what lies among the photos and is none, but for what systems leave behind."""
    others = [path for name in classes for path in (root / name).iterdir() if not _is_photo(path)]
    return tuple(sorted(path.relative_to(root).as_posix() for path in others if not _is_litter(path)))


def _is_photo(path: Path) -> bool:
    return path.suffix.lower() in _SUFFIXES and not path.name.startswith(_HIDDEN)


def _is_litter(path: Path) -> bool:
    return path.name.startswith(_HIDDEN) or path.name in _LITTER


def _photos_of_a_class(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.iterdir() if _is_photo(path))
    if not found:
        known = ", ".join(sorted(suffix[1:] for suffix in _SUFFIXES))
        raise DataError(f"{folder}: holds no photo ({known}); put the class's photos there or remove it")
    return found
