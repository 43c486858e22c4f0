"""Tables that lie beside the class folders and tell something of each photo."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from io import BytesIO
from typing import IO, TypeVar

from pipeline.intake.photo import PhotoRefused
from pipeline.intake.source import Source, SourceFile, SourceRefused

Told = TypeVar("Told")


def read_beside(
    source: Source,
    files: Sequence[SourceFile],
    name: str,
    read: Callable[[IO[bytes], Collection[str]], dict[str, Told]],
) -> dict[str, Told]:
    """What a table tells, by file name; empty where there is none.

    Raises
    ------
    SourceRefused
        If there is a table and it cannot be used.
    """
    found = source.table(name)
    if found is None:
        return {}
    from attacker.errors import DataError

    table, start = found
    photos = [file.name.removeprefix(start) for file in files]
    try:
        told = read(BytesIO(source.read(table)), photos)
    except (DataError, PhotoRefused) as error:
        raise SourceRefused(f"{error}; mend or remove it") from error
    return {start + photo: one for photo, one in told.items()}
