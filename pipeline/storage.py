"""Stored files, whatever the storage: their local paths, and whether it works at all."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db.models.fields.files import FieldFile

from study.tokens import new_token


def local_path(stored: FieldFile, name: str) -> Path:
    """Return the path of a stored file on this machine, after a download if the storage is remote.

    `name` is the hash of the file's content, so that a downloaded copy is never out of date.
    """
    try:
        return Path(stored.path)
    except NotImplementedError:  # the storage has no local paths (S3 ...)
        return _downloaded(stored, cache_directory("files") / f"{name}{Path(stored.name or '').suffix}")


def gives_back(store: Storage) -> bool:
    """Write a small file, read it back and delete it; return whether the bytes were the same."""
    content = new_token().encode()
    name = store.save(f"health/{new_token()}.txt", ContentFile(content))
    try:
        with store.open(name) as stored:
            return bool(stored.read() == content)
    finally:
        store.delete(name)


class UnusableStoreError(OSError):
    """Files cannot be written to the store, or do not come back from it as they were."""


def prove(store: Storage) -> None:
    """Write a small file and read it back.

    Raises UnusableStoreError, with what the store said, if that does not work.
    """
    try:
        fault = "" if gives_back(store) else "other bytes came back"
    except Exception as error:  # each kind of store has its own
        raise UnusableStoreError(f"{type(error).__name__}: {error}") from error
    if fault:
        raise UnusableStoreError(fault)


def cache_directory(name: str) -> Path:
    """Return a folder for files that can be computed again; it is created where it does not exist."""
    directory = Path(settings.SWEETSPOT_VAR) / "cache" / name
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def _downloaded(stored: FieldFile, target: Path) -> Path:
    if not target.exists():
        partial = target.with_suffix(".partial")
        with stored.open("rb") as source:
            partial.write_bytes(source.read())
        partial.replace(target)
    return target
