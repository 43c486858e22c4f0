"""In which encoding the names in a zip file are written: told by the file, seen from the names, or asked."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Sequence

from attacker.errors import DataError

UTF8 = "utf-8"
# What archivers of the world write where they do not write UTF-8, by how often it is met.
ENCODINGS = {
    "cp1252": "Western European (Windows)",
    "cp850": "Western European (DOS)",
    "cp932": "Japanese (Shift JIS)",
    "gb18030": "Chinese, simplified",
    "big5": "Chinese, traditional",
    "euc_kr": "Korean",
    "cp1251": "Cyrillic (Windows)",
    "cp866": "Cyrillic (DOS)",
    "cp1250": "Central European (Windows)",
    "cp1253": "Greek",
    "cp1254": "Turkish",
}
_UNICODE_FLAG, _UNICODE_PATH = 0x800, 0x7075
_SAMPLES = 12


class UnknownNamesError(DataError):
    """Names that can be read in several ways.

    Parameters
    ----------
    readings
        How each encoding reads the folders of the archive.
    """

    def __init__(self, readings: dict[str, list[str]]) -> None:
        self.readings = readings
        ways = "; ".join(f"{name}: {', '.join(folders)}" for name, folders in readings.items())
        super().__init__(
            "The zip file does not say in which encoding its names are written. Choose the one that reads "
            f"them rightly ({ways or 'none does: zip the folder again with another program'})."
        )


def names_of(entries: Sequence[zipfile.ZipInfo], encoding: str | None) -> list[str]:
    """Return the names of entries.

    `encoding` is for names that are not stated to be in UTF-8; None: in UTF-8, if all of them can be. Raises
    UnknownNamesError if they cannot be read in it.
    """
    raw = [_raw_name(entry) for entry in entries]
    unstated = [name for name in raw if isinstance(name, bytes)]
    for candidate in (UTF8, encoding) if encoding is None else (encoding,):
        if candidate and _reads(candidate, unstated):
            return [name if isinstance(name, str) else name.decode(candidate) for name in raw]
    raise UnknownNamesError({name: _folders(name, unstated) for name in ENCODINGS if _reads(name, unstated)})


def _raw_name(entry: zipfile.ZipInfo) -> str | bytes:
    """Return an entry's name, as bytes where its encoding is not stated."""
    if entry.flag_bits & _UNICODE_FLAG:
        return entry.filename
    raw = entry.orig_filename.encode("cp437")
    return _unicode_path(entry.extra, zlib.crc32(raw)) or raw


def _unicode_path(extra: bytes, crc: int) -> str | None:
    """Return the name in UTF-8 that Info-ZIP writes beside an old one; None where there is none."""
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and len(field) > 5 and struct.unpack("<BL", field[:5]) == (1, crc):
            return field[5:].decode(UTF8, errors="replace")
    return None


def _reads(encoding: str, names: Sequence[bytes]) -> bool:
    try:
        return all(name.decode(encoding).isprintable() for name in names)
    except UnicodeDecodeError:
        return False


def _folders(encoding: str, names: Sequence[bytes]) -> list[str]:
    """Return how an encoding reads the folders whose names are not plain ASCII, or else such files."""
    odd = {name.decode(encoding) for name in names if not name.isascii()}
    folders = sorted({part for name in odd for part in name.split("/")[:-1] if not part.isascii()})
    return (folders or sorted(odd))[:_SAMPLES]
