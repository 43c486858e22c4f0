"""Folders of runs, shared by machines: through the store of files where that has no paths, else as they are.

A worker trains in a folder of its own machine. After each epoch it stores the files under their content's
hash, and the run's row says which there are; whoever needs the run fetches those that differ. Where the store
is a folder (the default), all machines share that disk, and nothing is copied.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
from django.core.files import File
from django.core.files.storage import default_storage
from django.db.models import QuerySet

from attacker.file_hash import file_sha256
from pipeline.datasets import run_directory
from pipeline.models import AttackerRun

Files = dict[str, str]  # SHA-256 by name in the folder
IN_STORE = "runs/"  # then the study's code


class LostFileError(RuntimeError):
    """A file of a run is not in the store, or is not what was stored."""


def fetched_run(run: AttackerRun, ending: str = "") -> Path:
    """Return the folder of a run on this machine, with the files of this ending that the store has.

    Raises LostFileError if one is missing in the store, or damaged.
    """
    folder = run_directory(run)
    if _shares_paths():
        return folder
    for name, sha256 in files_of(run).items():
        if name.endswith(ending) and not _is_here(folder / name, sha256):
            _fetch(stored_name(run, name, sha256), folder / name, sha256)
    return folder


def share_run(run: AttackerRun, own: QuerySet[AttackerRun]) -> None:
    """Store the files of a run's folder, and say so in its row.

    `own` is the run's row; empty once somebody else has taken the run over.
    """
    if _shares_paths():
        return
    folder = run_directory(run)
    paths = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    before, files = files_of(run), {path.name: file_sha256(path) for path in paths}
    for name, sha256 in files.items():
        _store(folder / name, stored_name(run, name, sha256))
    if own.update(files=files):
        run.files = files
        for name, sha256 in before.items() - files.items():
            default_storage.delete(stored_name(run, name, sha256))


def files_of(run: AttackerRun) -> Files:
    """Return what the store has of a run."""
    return msgspec.convert(run.files, Files)


def stored_name(run: AttackerRun, name: str, sha256: str) -> str:
    """Return the name of a run's file in the store."""
    return f"{IN_STORE}{run.study.code}/run-{run.pk}/{sha256}{Path(name).suffix}"


def _shares_paths() -> bool:
    try:
        default_storage.path("runs")
    except NotImplementedError:
        return False
    return True


def _is_here(path: Path, sha256: str) -> bool:
    return path.is_file() and file_sha256(path) == sha256


def _store(path: Path, name: str) -> None:
    if not default_storage.exists(name):
        with path.open("rb") as content:
            default_storage.save(name, File(content))


def _fetch(name: str, target: Path, sha256: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}")  # no name of a finished file
    try:
        with default_storage.open(name) as stored, partial.open("wb") as copy:
            for piece in stored.chunks(1 << 20):
                copy.write(piece)
    except FileNotFoundError as error:
        raise LostFileError(f"{name} is not in the store: restore it, or train the run again.") from error
    if not _is_here(partial, sha256):
        partial.unlink()
        raise LostFileError(f"{name} is damaged in the store: restore it, or train the run again.")
    partial.replace(target)
