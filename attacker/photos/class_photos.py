"""Photos of class folders: every file is read, accepted or left out with a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Generic, TypeVar

from PIL import Image

from attacker.photos.acceptance import PhotoRefusedError, accept_photo
from attacker.photos.class_folders import ClassFile, ClassFiles, ClassFoldersError, LeftOut, Listing
from attacker.photos.decoding import content_hash, threads_for_photos

Made = TypeVar("Made", covariant=True)


@dataclass(frozen=True)
class Photo(Generic[Made]):
    """An accepted photo.

    Parameters
    ----------
    name, category
        Its path below the folder of class folders, and its class.
    sha256
        Of the file's content.
    made
        What the caller has made of the picture.
    """

    name: str
    category: str
    sha256: str
    made: Made


@dataclass(frozen=True)
class ClassPhotos(Generic[Made]):
    """All photos of a folder or an archive, sorted by path, and every file that is left out."""

    photos: tuple[Photo[Made], ...]
    left_out: tuple[LeftOut, ...]

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes, sorted."""
        return tuple(sorted({photo.category for photo in self.photos}))


def read_class_photos(
    listing: Listing,
    listed: ClassFiles,
    make: Callable[[str, bytes, Image.Image], Made],
    on_progress: Callable[[float], object] = lambda _: None,
) -> ClassPhotos[Made]:
    """Read every file of the class folders, in several threads.

    Parameters
    ----------
    listing
        The folder or archive.
    listed
        What `list_class_files` returned for it.
    make
        Called in a thread with the name, content and upright RGB picture of each accepted photo; what it
        returns is kept in place of the picture.
    on_progress
        Called with the share that is done, in [0, 1]; may raise to stop.

    Raises
    ------
    ClassFoldersError
        If no file of a class is accepted.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from attacker.photos.class_folders import FolderListing, list_class_files
    >>> with TemporaryDirectory() as root:
    ...     for name, width in (("dunk/1.png", 150), ("shoot/2.png", 160), ("shoot/3.png", 90)):
    ...         (Path(root) / name).parent.mkdir(exist_ok=True)
    ...         Image.new("L", (width, 130)).save(Path(root) / name)
    ...     listing = FolderListing(Path(root))
    ...     read = read_class_photos(listing, list_class_files(listing), lambda name, data, image: image.size)
    >>> [(photo.name, photo.made) for photo in read.photos]
    [('dunk/1.png', (150, 130)), ('shoot/2.png', (160, 130))]
    >>> print(*read.left_out)
    left out shoot/3.png: 90 x 130 pixels; the shorter side needs 120
    """
    outcomes = without_copies(read_files(listing, listed.files, make, on_progress))
    photos = tuple(outcome for outcome in outcomes if isinstance(outcome, Photo))
    unusable = [outcome for outcome in outcomes if isinstance(outcome, LeftOut)]
    _require_photos(listing, listed, photos, unusable)
    left_out = sorted([*listed.left_out, *unusable], key=lambda entry: PurePosixPath(entry.name))
    return ClassPhotos(photos, tuple(left_out))


def read_files(
    listing: Listing,
    files: Sequence[ClassFile],
    make: Callable[[str, bytes, Image.Image], Made],
    on_progress: Callable[[float], object] = lambda _: None,
) -> list[Photo[Made] | LeftOut]:
    """Read files, in several threads; parameters are those of `read_class_photos`.

    Returns
    -------
    In the order of `files`; a file that cannot be used is left out alone, with the reason.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> listing = SimpleNamespace(read=lambda name: b"a text")
    >>> print(*read_files(listing, [ClassFile("dunk/1.jpg", "dunk")], lambda *_: None))
    left out dunk/1.jpg: not a photo that can be read; use JPEG, PNG, WEBP, TIFF, BMP, AVIF or HEIF
    """

    def attempt(file: ClassFile) -> Photo[Made] | LeftOut:
        try:
            data = listing.read(file.name)
            picture = accept_photo(data)
        except PhotoRefusedError as refusal:
            return LeftOut(file.name, str(refusal))
        return Photo(file.name, file.category, content_hash(data), make(file.name, data, picture))

    outcomes: list[Photo[Made] | LeftOut] = []
    with ThreadPoolExecutor(threads_for_photos()) as threads:
        for outcome in threads.map(attempt, files):
            outcomes.append(outcome)
            on_progress(len(outcomes) / len(files))
    return outcomes


def without_copies(outcomes: Sequence[Photo[Made] | LeftOut]) -> list[Photo[Made] | LeftOut]:
    r"""Leave out copies of an earlier file, and all files of a photo that is in two classes.

    Examples
    --------
    >>> photos = [Photo("dunk/1.jpg", "dunk", "a", 0), Photo("shoot/2.jpg", "shoot", "a", 0)]
    >>> print(*without_copies(photos), sep="\n")
    left out dunk/1.jpg: the same file as shoot/2.jpg: which class is right, 'dunk' or 'shoot'?
    left out shoot/2.jpg: the same file as dunk/1.jpg: which class is right, 'shoot' or 'dunk'?
    """
    photos = [outcome for outcome in outcomes if isinstance(outcome, Photo)]
    alike: dict[str, list[Photo[Made]]] = {}
    for photo in photos:
        alike.setdefault(photo.sha256, []).append(photo)
    reasons = {photo.name: _reason_of_copy(photo, alike[photo.sha256]) for photo in photos}
    return [
        LeftOut(outcome.name, reasons[outcome.name]) if reasons.get(outcome.name) else outcome
        for outcome in outcomes
    ]


def _reason_of_copy(photo: Photo[Made], alike: Sequence[Photo[Made]]) -> str:
    """Return why a photo is left out among those of the same content; empty if it is the one that stays."""
    for other in alike:
        if other.category != photo.category:
            classes = f"{photo.category!r} or {other.category!r}"
            return f"the same file as {other.name}: which class is right, {classes}?"
    return "" if photo is alike[0] else f"the same file as {alike[0].name}"


def _require_photos(
    listing: Listing, listed: ClassFiles, photos: Sequence[Photo[Made]], unusable: Sequence[LeftOut]
) -> None:
    """Refuse a class that would silently be missing."""
    filled = {photo.category for photo in photos}
    for file in listed.files:
        if file.category not in filled:
            reason = dict(unusable)[file.name]
            raise ClassFoldersError(
                f"{listing.title}: no photo of the class {file.category!r} can be used; put photos into its "
                f"folder, or remove it ({file.name}: {reason})"
            )
