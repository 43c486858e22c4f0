"""A folder or a zip file of photos, one folder per class, read with suspicion."""

from __future__ import annotations

import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from pipeline.intake.photo_file import PhotoRefused

MAXIMUM_FILES = 50_000
MAXIMUM_RATIO = 100
MAXIMUM_FILE_BYTES = 80_000_000
LANDMARKS, SOURCES, BOXES = "landmarks.csv", "sources.csv", "boxes.csv"
IGNORED_NAMES = {"Thumbs.db", "desktop.ini", "manifest.json", LANDMARKS, SOURCES, BOXES}


class SourceRefused(ValueError):
    """The folder or zip file as a whole cannot be imported; nothing was written."""


@dataclass(frozen=True)
class SourceFile:
    """One file of a class; `name` is what the report calls it."""

    category: str
    name: str


class Source(Protocol):
    def files(self) -> list[SourceFile]: ...

    def read(self, file: SourceFile) -> bytes:
        """The file's bytes; `PhotoRefused` if this one cannot be read."""
        ...

    def table(self, name: str) -> tuple[SourceFile, str] | None:
        """The table of this name, if one lies beside the class folders, and where its paths begin."""
        ...


def open_source(path: Path) -> Source:
    """A folder or a zip file, whichever lies at the path."""
    if path.is_dir():
        return FolderSource(path)
    if zipfile.is_zipfile(path):
        return ZipSource(path)
    if path.exists():
        raise SourceRefused(f"{path} is neither a folder nor a zip file.")
    raise SourceRefused(f"{path} does not exist. Give a folder or a zip file with one folder per class.")


class FolderSource:
    """Photos in `path/<class>/...`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def files(self) -> list[SourceFile]:
        found = sorted(entry for entry in self.path.rglob("*") if entry.is_file() and not entry.is_symlink())
        relative = [PurePosixPath(entry.relative_to(self.path).as_posix()) for entry in found]
        return list(_by_class(relative, depth=0))

    def read(self, file: SourceFile) -> bytes:
        return (self.path / file.name).read_bytes()

    def table(self, name: str) -> tuple[SourceFile, str] | None:
        return (SourceFile("", name), "") if (self.path / name).is_file() else None


class ZipSource:
    """The same in a zip file, with or without one enclosing folder. Nothing is unpacked to disk."""

    def __init__(self, path: Path) -> None:
        self.archive = zipfile.ZipFile(path)
        self.entries = {_readable_name(info): info for info in self.archive.infolist() if not info.is_dir()}
        for name, info in self.entries.items():
            _check_entry(name, info)
        if len(self.entries) > MAXIMUM_FILES:
            raise SourceRefused(f"The zip file holds {len(self.entries)} files; at most {MAXIMUM_FILES}.")

    def files(self) -> list[SourceFile]:
        visible, depth = self._visible()
        return list(_by_class(visible, depth))

    def table(self, name: str) -> tuple[SourceFile, str] | None:
        visible, depth = self._visible()
        start = f"{visible[0].parts[0]}/" if depth else ""
        return (SourceFile("", start + name), start) if start + name in self.entries else None

    def _visible(self) -> tuple[list[PurePosixPath], int]:
        """The entries that count, and how many folders enclose the class folders."""
        visible = [path for path in sorted(map(PurePosixPath, self.entries)) if _is_visible(path)]
        return visible, 1 if _has_one_enclosing_folder(visible) else 0

    def read(self, file: SourceFile) -> bytes:
        try:
            return self.archive.read(self.entries[file.name])
        except RuntimeError as error:  # encrypted, or packed in a way that is not known
            raise PhotoRefused(f"cannot be unpacked ({error}); zip it again without a password") from error
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise PhotoRefused(f"damaged in the zip file ({error})") from error


def _by_class(paths: list[PurePosixPath], depth: int) -> Iterator[SourceFile]:
    """The class is the folder's name; files that lie in no class folder are passed over."""
    for path in paths:
        if _is_visible(path) and len(path.parts) > depth + 1:
            yield SourceFile(unicodedata.normalize("NFC", path.parts[depth]), str(path))


def _is_visible(path: PurePosixPath) -> bool:
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return not hidden and path.name not in IGNORED_NAMES


def _has_one_enclosing_folder(paths: list[PurePosixPath]) -> bool:
    return len({path.parts[0] for path in paths}) == 1 and all(len(path.parts) > 2 for path in paths)


def _readable_name(info: zipfile.ZipInfo) -> str:
    return info.filename.replace("\\", "/")


def _check_entry(name: str, info: zipfile.ZipInfo) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or (path.parts and ":" in path.parts[0]):
        raise SourceRefused(f"The zip file names a place outside itself ({name!r}); nothing was imported.")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise SourceRefused(f"The zip file holds a symbolic link ({name!r}); nothing was imported.")
    if info.file_size > MAXIMUM_FILE_BYTES or info.file_size > MAXIMUM_RATIO * max(info.compress_size, 1):
        raise SourceRefused(f"{name!r} unpacks to an implausible size; nothing was imported.")
