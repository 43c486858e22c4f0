"""Class folders: which files of a folder or an archive are photos, and of which class.

The website and ``python -m attacker`` both read photos through this module, so both see the same photos and
report the files that they leave out in the same words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple, Protocol

from attacker.errors import DataError
from attacker.photos.acceptance import MAXIMUM_FILE_BYTES, PhotoRefusedError

LANDMARKS, SOURCES, BOXES = "landmarks.csv", "sources.csv", "boxes.csv"
MASK = ".mask.png"  # in place of a photo's own ending: the mask of its subject
MAXIMUM_CLASS_NAME = 120  # characters

_TABLES = (LANDMARKS, SOURCES, BOXES)
_MANIFEST = "manifest.json"  # describes a set of drawn photos
_HIDDEN = (".", "__MACOSX")
_LITTER = ("thumbs.db", "desktop.ini")  # what Windows leaves behind


class ClassFoldersError(DataError):
    """A folder or an archive that cannot be used as a whole; nothing of it is used."""


class Listing(Protocol):
    """The files below the folder that holds the class folders, on disk or in an archive.

    Names are paths relative to that folder, with ``/`` between their parts.
    """

    @property
    def title(self) -> str:
        """What an error calls the folder or archive."""
        ...

    @property
    def files(self) -> Sequence[str]:
        """Names of all regular files."""
        ...

    @property
    def links(self) -> Sequence[str]:
        """Names of symbolic links, which are never followed."""
        ...

    def read(self, name: str) -> bytes:
        """Return the content of a file.

        Raises
        ------
        PhotoRefusedError
            If it cannot be read.
        """
        ...


class FolderListing:
    """A folder on disk.

    Parameters
    ----------
    root
        The folder that holds the class folders.

    Raises
    ------
    ClassFoldersError
        If there is no such folder.
    """

    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise ClassFoldersError(f"{root}: no such folder; give one that holds one folder per class")
        self.title = str(root)
        self._root = root
        entries = list(root.rglob("*"))
        self.links = [self._name(entry) for entry in entries if entry.is_symlink()]
        self.files = [self._name(entry) for entry in entries if entry.is_file() and not entry.is_symlink()]

    def read(self, name: str) -> bytes:
        """Return the content of a file; see `Listing.read`."""
        path = self._root / name
        try:
            if path.stat().st_size > MAXIMUM_FILE_BYTES:
                raise PhotoRefusedError(f"has over {MAXIMUM_FILE_BYTES // 1_000_000} MB; save it smaller")
            return path.read_bytes()
        except OSError as error:
            raise PhotoRefusedError(f"cannot be read ({error.strerror})") from error

    def _name(self, entry: Path) -> str:
        return entry.relative_to(self._root).as_posix()


class ClassFile(NamedTuple):
    """A file in a class folder: its path below the folder of class folders, and its class."""

    name: str
    category: str


class LeftOut(NamedTuple):
    """A file that is not used, and why."""

    name: str
    reason: str

    def __str__(self) -> str:
        return f"left out {self.name}: {self.reason}"


@dataclass(frozen=True)
class ClassFiles:
    """The files of all class folders, sorted by path, and what is left out by its place or name alone."""

    files: tuple[ClassFile, ...]
    left_out: tuple[LeftOut, ...]


def list_class_files(listing: Listing) -> ClassFiles:
    """Return the files in class folders, and what is left out by its place or name alone.

    The class of a file is the name of its uppermost folder; deeper folders belong to it. Hidden files and
    what operating systems leave behind (``Thumbs.db``, ``__MACOSX``) are passed over without a word, as are
    the tables next to the class folders and the masks beside photos.

    Raises
    ------
    ClassFoldersError
        If there are fewer than two classes.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> files = ["dunk/1.jpg", "shoot/game 1/2.jpg", "shoot/.DS_Store", "readme.txt"]
    >>> listed = list_class_files(SimpleNamespace(title="photos", files=files, links=[]))
    >>> [tuple(file) for file in listed.files]
    [('dunk/1.jpg', 'dunk'), ('shoot/game 1/2.jpg', 'shoot')]
    >>> print(*listed.left_out)
    left out readme.txt: is not in a class folder
    """
    paths = sorted(map(PurePosixPath, {*listing.files, *listing.links}))
    visible = [path for path in paths if not is_passed_over(path)]
    links = set(listing.links)
    reasons = {path: _reason_to_leave_out(path, is_link=str(path) in links) for path in visible}
    files = tuple(ClassFile(str(path), _class_of(path)) for path, reason in reasons.items() if not reason)
    if len({file.category for file in files}) < 2:
        raise ClassFoldersError(
            f"{listing.title}: fewer than two classes found; put the photos into one folder per class "
            "(symbolic links are not followed)"
        )
    return ClassFiles(files, tuple(LeftOut(str(path), reason) for path, reason in reasons.items() if reason))


def is_passed_over(path: PurePosixPath) -> bool:
    """Return whether a file is passed over silently: hidden, litter, a mask, or a table about photos.

    Examples
    --------
    >>> names = "dunk/Thumbs.db", "sources.csv", "dunk/1.mask.png", "dunk/1.jpg"
    >>> [is_passed_over(PurePosixPath(name)) for name in names]
    [True, True, True, False]
    """
    hidden = any(part.startswith(_HIDDEN) for part in path.parts)
    beside = len(path.parts) == 1 and path.name in (*_TABLES, _MANIFEST)
    name = path.name.casefold()
    return hidden or beside or name in _LITTER or name.endswith(MASK)


def _reason_to_leave_out(path: PurePosixPath, *, is_link: bool) -> str:
    """Return why the file cannot be in a class, empty where it can."""
    if is_link:
        return "a symbolic link, which is not followed"
    if len(path.parts) == 1:
        return "is not in a class folder"
    if path.name in _TABLES:
        return "a table about photos; put it next to the class folders"
    if len(_class_of(path)) > MAXIMUM_CLASS_NAME:
        return f"the class name has over {MAXIMUM_CLASS_NAME} characters"
    return ""


def _class_of(path: PurePosixPath) -> str:
    """Return the name of the class folder; systems write the same accents in different ways."""
    return unicodedata.normalize("NFC", path.parts[0])
