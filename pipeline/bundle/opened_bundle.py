"""A bundle that was opened: nothing in it is used before all of it was found whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile

from pipeline.bundle.bundle_manifest import MANIFEST, BundleError, BundleManifest
from pipeline.bundle.bundle_tables import TABLES, BundledTable

PIECE = 1 << 18
MOST_MANIFEST_BYTES = 1 << 28
DAMAGED = "This bundle is damaged, or was not downloaded whole: {}. Get it again from where it was made."


@dataclass(frozen=True)
class OpenedBundle:
    """A bundle whose files are all as they were written."""

    manifest: BundleManifest
    archive: ZipFile

    def lines(self, table: BundledTable) -> Iterator[bytes]:
        """Iterate over the rows of a table as lines."""
        with self.archive.open(f"rows/{table.name}.jsonl") as lines:
            yield from lines

    def bytes_of(self, table: BundledTable) -> int:
        """Return how many bytes the rows of a table take as lines."""
        return self.manifest.files[f"rows/{table.name}.jsonl"].size

    def stored(self) -> Iterator[tuple[str, str]]:
        """Iterate over the files of the storage: name in the archive, and the name that rows know."""
        for name, file in self.manifest.files.items():
            if file.stored_as:
                yield name, file.stored_as

    def records(self) -> Iterator[tuple[int, str, str]]:
        """Iterate over the records of networks: number of the run, name of the file, name in the archive."""
        for name in self.manifest.files:
            if name.startswith("runs/"):
                _, run, file = name.split("/")
                yield int(run), Path(file).name, name


@contextmanager
def opened(file: IO[bytes], on_progress: Callable[[float], None] = lambda _: None) -> Iterator[OpenedBundle]:
    """Open a bundle and check every byte of it.

    `on_progress` is called with the share of the bytes that were checked. Raises BundleError if it is no
    bundle, is damaged, or has other tables than this installation.
    """
    with unchecked(file) as bundle:
        for share in check_whole(bundle):
            on_progress(share)
        yield bundle


@contextmanager
def unchecked(file: IO[bytes]) -> Iterator[OpenedBundle]:
    """Open a bundle of which only the manifest was read: `check_whole` comes before any use.

    Raises BundleError if it is no bundle, or is damaged.
    """
    try:
        with ZipFile(file) as archive:
            yield OpenedBundle(_manifest(archive), archive)
    except BadZipFile as error:
        raise BundleError(DAMAGED.format(error)) from error


def _manifest(archive: ZipFile) -> BundleManifest:
    if MANIFEST not in archive.namelist():
        raise BundleError(
            f"This is no bundle of a study: it has no {MANIFEST}. For photos, import a zip of them."
        )
    if archive.getinfo(MANIFEST).file_size > MOST_MANIFEST_BYTES:
        raise BundleError(DAMAGED.format(f"its {MANIFEST} is too large"))
    return BundleManifest.read(archive.read(MANIFEST))


def check_whole(bundle: OpenedBundle) -> Iterator[float]:
    """Check every byte of a bundle, and yield the share that is checked.

    Raises BundleError if it is damaged, or has other tables than this installation.
    """
    archive, files = bundle.archive, bundle.manifest.files
    expected = {*files, *(f"rows/{table.name}.jsonl" for table in TABLES)}
    names = [name for name in archive.namelist() if name != MANIFEST]
    if len(names) != len(set(names)) or set(names) != expected or expected != set(files):
        raise BundleError(DAMAGED.format("it lacks files that it lists, or has others"))
    total, done = sum(file.size for file in files.values()) or 1, 0
    for name, file in files.items():
        if archive.getinfo(name).file_size != file.size or _sha256(archive, name) != file.sha256:
            raise BundleError(DAMAGED.format(f"{name} is not as it was written"))
        done += file.size
        yield done / total


def _sha256(archive: ZipFile, name: str) -> str:
    sha256 = hashlib.sha256()
    with archive.open(name) as content:
        while piece := content.read(PIECE):
            sha256.update(piece)
    return sha256.hexdigest()
