"""The record of a search on disk: replaced as a whole, and written by one process at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from attacker.errors import CheckpointError, InUseError
from attacker.features.cache import write_atomically
from attacker.search.search_record import FORMAT, SearchRecord, Trial

RECORD, LOCK = "search.json", "search.lock"


class RecordFile:
    """The record on disk: replaced as a whole, so that a killed search leaves the last one.

    Parameters
    ----------
    folder
        Of the search.
    identity
        Of its plan.

    Raises
    ------
    CheckpointError
        If the folder holds another search, or its record is damaged.
    """

    def __init__(self, folder: Path, identity: str) -> None:
        self._path = folder / RECORD
        self.record = self._read(identity) if self._path.exists() else SearchRecord(identity)

    def write(self, **changes: Any) -> None:
        """Change the record, and write it."""
        self.record = msgspec.structs.replace(self.record, **changes)
        text = msgspec.json.format(msgspec.json.encode(self.record), indent=1)
        write_atomically(self._path, lambda file: file.write(text), durable=True)

    def add(self, trial: Trial, run: str) -> None:
        """Record a trial that has ended, by the name of its run."""
        others = {name: seconds for name, seconds in self.record.unfinished.items() if name != run}
        self.write(trials=(*self.record.trials, trial), unfinished=others)

    def _read(self, identity: str) -> SearchRecord:
        record = read_record(self._path.parent)
        if record.identity != identity:
            raise CheckpointError(
                f"{self._path.parent} holds a search of other photos, levels or settings; give another folder"
            )
        return record


@contextmanager
def opened(folder: Path, identity: str) -> Iterator[RecordFile]:
    """Open the record of a search for one process; create the folder where it is missing.

    Raises
    ------
    InUseError
        If another process has it open.
    CheckpointError
        As in `RecordFile`.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, opened(Path(folder), "0f") as file:
    ...     file.write(seen=("train",))
    ...     read_record(Path(folder)).seen
    ('train',)
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise InUseError(
                f"another process searches in {folder}: wait for it, or give another folder"
            ) from error
        yield RecordFile(folder, identity)


def restored(folder: Path, record: SearchRecord) -> None:
    """Write a record that was kept elsewhere into the folder of a search, which then goes on from it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     restored(Path(folder), SearchRecord("0f"))
    ...     read_record(Path(folder)).identity
    '0f'
    """
    with opened(folder, record.identity) as file:
        file.write(**msgspec.structs.asdict(record))


def read_record(folder: Path) -> SearchRecord:
    """Return the record of a search.

    Raises
    ------
    CheckpointError
        If there is none, or it is damaged.

    Examples
    --------
    >>> read_record(Path("no-such-folder"))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    CheckpointError: no-such-folder/search.json: no record of a search; run `python -m attacker search` first
    """
    path = folder / RECORD
    try:
        record = msgspec.json.decode(path.read_bytes(), type=SearchRecord)
    except FileNotFoundError as error:
        raise CheckpointError(
            f"{path}: no record of a search; run `python -m attacker search` first"
        ) from error
    except msgspec.DecodeError as error:
        raise CheckpointError(
            f"{path}: damaged ({error}); restore it, or delete the folder and search again"
        ) from error
    if record.format != FORMAT:
        raise CheckpointError(
            f"{path}: not a record of the format {FORMAT!r}; delete the folder and search again"
        )
    return record
