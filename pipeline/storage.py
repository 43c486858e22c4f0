"""Stored files as local paths, whatever the storage."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db.models.fields.files import FieldFile


def local_path(stored: FieldFile, name: str) -> Path:
    """Path of a stored file on this machine; fetched once when the storage is remote.

    `name` is the file's content hash, so that a fetched copy is never out of date.
    """
    try:
        return Path(stored.path)
    except NotImplementedError:  # the storage has no local paths (S3 ...)
        return _fetched(stored, cache_directory("files") / f"{name}{Path(stored.name or '').suffix}")


def cache_directory(name: str) -> Path:
    """A folder for things that can be made again."""
    directory = Path(settings.SWEETSPOT_VAR) / "cache" / name
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def _fetched(stored: FieldFile, target: Path) -> Path:
    if not target.exists():
        partial = target.with_suffix(".partial")
        with stored.open("rb") as source:
            partial.write_bytes(source.read())
        partial.replace(target)
    return target
