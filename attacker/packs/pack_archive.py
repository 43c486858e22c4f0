"""A prediction pack as a zip file in which nothing but the pixels can tell the class of a stimulus."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from attacker.packs.manifest import (
    Manifest,
    PackedExample,
    PackedStimulus,
    PackError,
    read_manifest,
    require_apart,
)
from attacker.packs.pack_readme import how_to
from attacker.photos.decoding import content_hash

MANIFEST, BLANK_TABLE, README = "manifest.json", "answers.csv", "README.txt"
TIME = (2020, 1, 1, 0, 0, 0)  # of every member: when a stimulus was made could tell its level
COLUMNS = ("stimulus", "sha256", "label")
Packed = PackedStimulus | PackedExample


def pack_members(manifest: Manifest, read: Callable[[Packed], bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of every file of a pack, stimuli and examples in the order of their names.

    Parameters
    ----------
    manifest
        What the pack holds.
    read
        Returns the file of a stimulus or example: pixels without metadata.

    Raises
    ------
    PackError
        If a file is not the one whose hash the manifest gives.
    LeakError
        If an example is one of the stimuli.
    """
    require_apart(manifest)
    yield README, how_to(manifest).encode()
    yield MANIFEST, manifest.json()
    yield BLANK_TABLE, blank_table(manifest).encode()
    everything: tuple[Packed, ...] = (*manifest.stimuli, *manifest.examples)
    for packed in everything:
        content = read(packed)
        require_packed(packed, content)
        yield file_of(packed), content


def require_packed(packed: Packed, content: bytes) -> None:
    """Refuse a file that is not the one that was packed.

    Raises
    ------
    PackError

    Examples
    --------
    >>> require_packed(PackedStimulus("0a", content_hash(b"pixels")), b"pixels")
    """
    if content_hash(content) != packed.sha256:
        raise PackError(f"the photo of {packed.name} has changed since the pack was frozen: freeze another")


def blank_table(manifest: Manifest) -> str:
    """Return the table to be filled: a row for each stimulus, its label blank.

    Examples
    --------
    >>> print(blank_table(Manifest("p", "?", ("dunk", "shoot"), (PackedStimulus("0a", "ff"),))).strip())
    stimulus,sha256,label
    0a,ff,
    """
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((stimulus.name, stimulus.sha256, "") for stimulus in manifest.stimuli)
    return table.getvalue()


def file_of(packed: Packed) -> str:
    """Return where a stimulus or an example lies in the archive.

    Examples
    --------
    >>> file_of(PackedStimulus("0a", "ff")), file_of(PackedExample("0b", "ee", 0))
    ('stimuli/0a.png', 'examples/0b.png')
    """
    folder = "examples" if isinstance(packed, PackedExample) else "stimuli"
    return f"{folder}/{packed.name}.png"


def write_pack(path: Path, manifest: Manifest, read: Callable[[Packed], bytes]) -> None:
    """Write a pack; a file of that name appears only once it is whole.

    Parameters
    ----------
    path
        Of the zip file.
    manifest, read
        See `pack_members`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    with ZipFile(unfinished, "w", ZIP_STORED) as archive:
        for name, content in pack_members(manifest, read):
            archive.writestr(ZipInfo(name, TIME), content)
    unfinished.replace(path)


def manifest_of(path: Path) -> Manifest:
    """Return the manifest of a pack.

    Raises
    ------
    PackError
        If the file is no pack.
    """
    with _archive(path) as archive:
        return read_manifest(_member(path, archive, MANIFEST), path)


def unpack(path: Path, folder: Path) -> Manifest:
    """Write the stimuli of a pack into a folder, each as `<name>.png`, and return its manifest.

    Parameters
    ----------
    path
        Of the zip file.
    folder
        Where the stimuli go; made if it is not there.

    Raises
    ------
    PackError
        If the file is no pack, or a stimulus is missing or is not the one that was packed.
    """
    manifest = manifest_of(path)
    folder.mkdir(parents=True, exist_ok=True)
    with opened(path) as photo_of:
        for stimulus in manifest.stimuli:
            (folder / f"{stimulus.name}.png").write_bytes(photo_of(stimulus))
    return manifest


@contextmanager
def opened(path: Path) -> Iterator[Callable[[Packed], bytes]]:
    """Give what returns the file of a stimulus or example, read where the pack lies: no copy stays behind.

    Several threads may read at once.

    Raises
    ------
    PackError
        If the file is no pack, or a photo is missing or is not the one that was packed.
    """
    with _archive(path) as archive:

        def photo_of(packed: Packed) -> bytes:
            content = _member(path, archive, file_of(packed))
            if content_hash(content) != packed.sha256:
                raise PackError(f"{path}: {file_of(packed)} is damaged; take the pack again")
            return content

        yield photo_of


def _archive(path: Path) -> ZipFile:
    try:
        return ZipFile(path)
    except (OSError, BadZipFile) as error:
        raise _no_pack(path, error) from error


def _member(path: Path, archive: ZipFile, name: str) -> bytes:
    try:
        return archive.read(name)
    except (OSError, BadZipFile, KeyError) as error:
        raise _no_pack(path, error) from error


def _no_pack(path: Path, error: Exception) -> PackError:
    return PackError(f"{path}: not a whole prediction pack ({error}); take the pack again")
