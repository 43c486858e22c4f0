"""What a zip file tells before anything is unpacked: its entries, and each reason to refuse it as a whole."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import PurePosixPath
from typing import IO

from django.core.files.base import File

from attacker.errors import DataError
from attacker.photos.class_folders import is_passed_over
from pipeline.intake.name_encodings import UnknownNamesError, names_of

MAXIMUM_UPLOAD = 4 * 1024**3  # bytes
MAXIMUM_FILES = 50_000
MAXIMUM_DIRECTORY = 400 * MAXIMUM_FILES  # bytes, of the list of all entries, which is read at once
_ENCRYPTED = 0x1
Entries = Mapping[PurePosixPath, zipfile.ZipInfo]


class SourceRefusedError(DataError):
    """The folder or zip file as a whole cannot be imported; nothing was written."""


class ArchiveRefusedError(SourceRefusedError):
    """A zip file that can be used in no study; another one has to be made."""


def require_usable_upload(upload: File[bytes]) -> None:
    """Refuse an upload by what can be told of it at once.

    Names whose encoding has to be asked for are looked at when they are read in it. Raises
    ArchiveRefusedError.
    """
    require_size(upload.size)
    with suppress(UnknownNamesError):
        entries_of(upload, None)
    upload.seek(0)


def require_size(size: int) -> None:
    """Refuse an upload of more bytes than one may have. Raises ArchiveRefusedError."""
    if size > MAXIMUM_UPLOAD:
        raise ArchiveRefusedError(
            "Over 4 GiB. Zip fewer photos, and the others for a second import; or import all of them with "
            "`manage.py import_photos` on the server."
        )


def entries_of(file: IO[bytes] | File[bytes], encoding: str | None) -> dict[PurePosixPath, zipfile.ZipInfo]:
    """Return the files in a zip file by their paths; nothing but its directory is read.

    `encoding` is that of names that are not stated to be in UTF-8. Raises ArchiveRefusedError;
    UnknownNamesError if the encoding must be chosen.
    """
    files = [entry for entry in _directory(file) if not entry.is_dir()]
    require_few("The zip file", len(files))
    names = [name.replace("\\", "/") for name in names_of(files, encoding)]
    entries = {PurePosixPath(name): entry for name, entry in zip(names, files, strict=True)}
    for path, entry in entries.items():
        _require_inside(path, entry)
    _require_open(entries)
    return entries


def require_few(title: str, files: int) -> None:
    """Refuse more files than any study has. Raises ArchiveRefusedError."""
    if files > MAXIMUM_FILES:
        raise ArchiveRefusedError(
            f"{title} holds {files} files; at most {MAXIMUM_FILES}. Take fewer photos, or leave out what is "
            "no photo."
        )


class _ShortReads:
    """A file of which `zipfile`, which reads a directory in one go, gets none that fills the memory."""

    def __init__(self, file: IO[bytes] | File[bytes]) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        if size > MAXIMUM_DIRECTORY:
            raise ArchiveRefusedError(
                f"The zip file's list of files alone has {size / 1e6:.0f} MB; at most {MAXIMUM_FILES} files. "
                "Zip fewer photos."
            )
        return self._file.read(size)


def _directory(file: IO[bytes] | File[bytes]) -> list[zipfile.ZipInfo]:
    """Return all entries, in the order of the directory."""
    file.seek(0, 2)
    size = file.tell()
    try:
        entries = zipfile.ZipFile(_ShortReads(file)).infolist()
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, OSError, ValueError) as error:
        raise ArchiveRefusedError(
            "This is no zip file that can be read whole. Zip the folder that holds one folder per class; "
            "unpack other archives (RAR, 7z, tar) first. If it was downloaded or copied, its end may be "
            "missing."
        ) from error
    if sum(entry.compress_size for entry in entries) > size:
        raise ArchiveRefusedError("Files in the zip file overlap: it is damaged. Zip the folder again.")
    return list(entries)


def _require_inside(path: PurePosixPath, entry: zipfile.ZipInfo) -> None:
    """Refuse an entry that would lead out of the archive."""
    if not path.parts or path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        raise ArchiveRefusedError(
            f"The zip file names a place outside itself ({str(path)!r}); nothing was imported. Zip the "
            "folder of photos itself, with any program but the one that wrote this."
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise ArchiveRefusedError(
            f"The zip file holds a symbolic link ({str(path)!r}); nothing was imported. Put the photo itself "
            "in its place, and zip the folder again."
        )


def _require_open(entries: Entries) -> None:
    """Refuse an archive with a password; a photo with one among others is left out by itself."""
    photos = [entry for path, entry in entries.items() if not is_passed_over(path)]
    if photos and all(entry.flag_bits & _ENCRYPTED for entry in photos):
        raise ArchiveRefusedError("The zip file has a password. Zip the folder again without one.")
