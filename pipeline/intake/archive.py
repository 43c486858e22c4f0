"""A folder or a zip file of class folders; whatever an archive claims is checked before it is read."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from attacker.errors import DataError
from attacker.photos.acceptance import PhotoRefusedError
from attacker.photos.class_folders import FolderListing, Listing, is_passed_over
from pipeline.intake.name_encodings import names_of

MAXIMUM_FILES = 50_000
MAXIMUM_RATIO = 100
MAXIMUM_FILE_BYTES = 80_000_000


class SourceRefusedError(DataError):
    """The folder or zip file as a whole cannot be imported; nothing was written."""


def open_source(path: Path, encoding: str | None = None) -> Listing:
    """Return the files of a folder or of a zip file, whichever is at the path.

    `encoding` is that of the names in a zip file that does not state it. Raises UnknownNamesError if that
    encoding must be chosen; SourceRefusedError if there is neither, or the zip file is unsafe to unpack.
    """
    if path.is_dir():
        return FolderListing(path)
    if zipfile.is_zipfile(path):
        return ZipListing(path, encoding)
    if path.exists():
        raise SourceRefusedError(f"{path} is neither a folder nor a zip file.")
    raise SourceRefusedError(f"{path} does not exist. Give a folder or a zip file with one folder per class.")


class ZipListing:
    """The files of a zip file, with or without one enclosing folder; nothing is unpacked to disk.

    Parameters
    ----------
    path
        The zip file.
    encoding
        Of names that are not stated to be in UTF-8, and cannot be read in it.

    Raises
    ------
    SourceRefusedError
        If it names places outside itself, holds a symbolic link, or unpacks to an implausible size.
    """

    title = "the zip file"
    links = ()

    def __init__(self, path: Path, encoding: str | None = None) -> None:
        self._archive = zipfile.ZipFile(path)
        files = [info for info in self._archive.infolist() if not info.is_dir()]
        names = [name.replace("\\", "/") for name in names_of(files, encoding)]
        entries = {PurePosixPath(name): info for name, info in zip(names, files, strict=True)}
        for name, info in entries.items():
            _require_safe(name, info)
        if len(entries) > MAXIMUM_FILES:
            raise SourceRefusedError(f"The zip file holds {len(entries)} files; at most {MAXIMUM_FILES}.")
        enclosing = _enclosing_folder(entries)
        self._entries = {str(name).removeprefix(enclosing): info for name, info in entries.items()}
        self.files = list(self._entries)

    def read(self, name: str) -> bytes:
        """Return the content of a file; see `attacker.photos.class_folders.Listing.read`."""
        try:
            return self._archive.read(self._entries[name])
        except RuntimeError as error:  # encrypted, or packed in a way that is not known
            raise PhotoRefusedError(
                f"cannot be unpacked ({error}); zip it again without a password"
            ) from error
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise PhotoRefusedError(f"damaged in the zip file ({error})") from error


def _enclosing_folder(paths: Iterable[PurePosixPath]) -> str:
    """Return the one folder that holds all class folders, as the beginning of names; empty without one.

    Files may be next to the class folders. The other reading, that the one folder is a class, would give a
    single class, which is of no use.
    """
    visible = [path for path in paths if not is_passed_over(path)]
    outermost = {path.parts[0] for path in visible}
    inner_folders = {path.parts[1] for path in visible if len(path.parts) > 2}
    return f"{outermost.pop()}/" if len(outermost) == 1 and len(inner_folders) > 1 else ""


def _require_safe(path: PurePosixPath, info: zipfile.ZipInfo) -> None:
    name = f"({str(path)!r})"
    if not path.parts or path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        raise SourceRefusedError(f"The zip file names a place outside itself {name}; nothing was imported.")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise SourceRefusedError(f"The zip file holds a symbolic link {name}; nothing was imported.")
    if info.file_size > MAXIMUM_FILE_BYTES or info.file_size > MAXIMUM_RATIO * max(info.compress_size, 1):
        raise SourceRefusedError(f"A file {name} unpacks to an implausible size; nothing was imported.")
