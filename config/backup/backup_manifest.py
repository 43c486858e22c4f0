"""The manifest of a backup: what made it, and what it holds."""

from __future__ import annotations

import hashlib
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import msgspec
from django.db.migrations.loader import MigrationLoader

from config.backup.errors import BackupError

FORMAT = 1
MANIFEST = "manifest.json"


class BackupManifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup says about itself.

    Attributes
    ----------
    format : of the folder
    software : version that made it
    made_at : when the rows were read
    engine : database, as Django names it
    schema : migrations that its tables have seen, as `app.name`
    database, sha256 : the file with the rows, and the hash of its content
    rows : rows of each table
    files : bytes of each file of the site, by its path below `files/`
    """

    format: int
    software: str
    made_at: datetime
    engine: str
    schema: list[str]
    database: str
    sha256: str
    rows: dict[str, int]
    files: dict[str, int]

    def write(self, backup: Path) -> None:
        """Write the manifest into the folder of its backup."""
        (backup / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=1))


def read_manifest(backup: Path) -> BackupManifest:
    """Read what a backup says about itself.

    Raises
    ------
    BackupError
        If the folder is no whole backup, or one of a later version.
    """
    try:
        manifest = msgspec.json.decode((backup / MANIFEST).read_bytes(), type=BackupManifest)
    except FileNotFoundError:
        raise BackupError(
            f"{backup} is no whole backup: it has no {MANIFEST}. Name another folder."
        ) from None
    except msgspec.DecodeError as error:
        raise BackupError(f"{backup / MANIFEST} is damaged ({error}). Take another backup.") from None
    if manifest.format != FORMAT:
        raise BackupError(
            f"{backup} has format {manifest.format}, this version reads {FORMAT}. Upgrade first."
        )
    return manifest


def software() -> str:
    """Return name and version of the code that runs."""
    return f"sweetspot {version('sweetspot')}"


def known_migrations() -> set[str]:
    """Return the migrations that this code has, as `app.name`."""
    return {".".join(key) for key in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}


def sha256_of(path: Path) -> str:
    """Return the hash of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
