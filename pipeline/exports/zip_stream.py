"""A zip file written while it is sent: no part of it waits for the whole, in memory or on disk."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

PIECE = 1 << 18  # bytes that are gathered before they are handed on
TIME = (2020, 1, 1, 0, 0, 0)  # of every member: equal contents give equal bytes


@dataclass(frozen=True)
class Member:
    """One file of an archive.

    Attributes
    ----------
    name : its path in the archive
    pieces : its content, which is read when its turn comes
    is_packed : whether its content was compressed before, as photos are
    """

    name: str
    pieces: Iterable[bytes]
    is_packed: bool = False


class _Outlet(io.RawIOBase):
    """What a zip file writes into: it cannot go back, and hands on what it was given."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, content: Buffer) -> int:
        arrived = bytes(content)
        self.waiting += arrived
        return len(arrived)

    def taken(self) -> bytes:
        content = bytes(self.waiting)
        self.waiting.clear()
        return content


def zip_stream(members: Iterable[Member]) -> Iterator[bytes]:
    """Iterate over the bytes of a zip file that holds these members, in this order.

    They are asked for one after the other, so that the next may depend on what the earlier ones held.
    """
    outlet = _Outlet()
    with ZipFile(outlet, "w") as archive:
        for member in members:
            info = ZipInfo(member.name, TIME)
            info.compress_type = ZIP_STORED if member.is_packed else ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            with archive.open(info, "w", force_zip64=True) as target:
                for piece in member.pieces:
                    target.write(piece)
                    if len(outlet.waiting) >= PIECE:
                        yield outlet.taken()
    yield outlet.taken()


def encoded(lines: Iterable[str]) -> Iterator[bytes]:
    """Iterate over lines as UTF-8, in pieces that are worth a call each."""
    waiting: list[str] = []
    size = 0
    for line in lines:
        waiting.append(line)
        size += len(line)
        if size >= PIECE:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    yield "".join(waiting).encode()
