"""A folder or a zip file of class folders; whatever an archive claims is checked before it is read."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from attacker.photos.acceptance import MAXIMUM_FILE_BYTES, PhotoRefusedError
from attacker.photos.class_folders import FolderListing, Listing, is_passed_over
from pipeline.intake.archive_rules import SourceRefusedError, entries_of, require_few

MAXIMUM_RATIO = 100  # of a file's size to its size in the archive


def open_source(path: Path, encoding: str | None = None) -> Listing:
    """Return the files of a folder or of a zip file, whichever is at the path.

    `encoding` is that of the names in a zip file that does not state it. Raises UnknownNamesError if that
    encoding must be chosen; SourceRefusedError if there is neither, or it is refused as a whole.
    """
    if path.is_dir():
        folder = FolderListing(path)
        require_few("The folder", len(folder.files))
        return folder
    if path.exists():
        return ZipListing(path, encoding)
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
    ArchiveRefusedError
        If it is refused as a whole: see `pipeline.intake.archive_rules`.
    """

    title = "the zip file"
    links = ()

    def __init__(self, path: Path, encoding: str | None = None) -> None:
        with path.open("rb") as file:
            entries = entries_of(file, encoding)
        self._archive = zipfile.ZipFile(path)
        enclosing = _enclosing_folder(entries)
        self._entries = {str(name).removeprefix(enclosing): info for name, info in entries.items()}
        self.files = list(self._entries)

    def read(self, name: str) -> bytes:
        """Return the content of a file; see `attacker.photos.class_folders.Listing.read`."""
        entry = self._entries[name]
        _require_plausible(entry)
        try:
            return self._archive.read(entry)
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


def _require_plausible(entry: zipfile.ZipInfo) -> None:
    """Refuse a file by the size that it would unpack to."""
    if entry.file_size > MAXIMUM_FILE_BYTES:
        raise PhotoRefusedError(f"unpacks to over {MAXIMUM_FILE_BYTES // 1_000_000} MB; save it smaller")
    if entry.file_size > MAXIMUM_RATIO * max(entry.compress_size, 1):
        raise PhotoRefusedError(
            f"unpacks to over {MAXIMUM_RATIO} times its size in the zip file, as no photo does; save it as "
            "JPEG or PNG"
        )
