"""Files read once, whatever their format, and kept on disk as batches of rows for the passes that follow."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TextIO

import pandas as pd

from stats.errors import TableError
from stats.files.archives import read_archive
from stats.files.delimited import read_delimited
from stats.files.json_stream import read_json

ZIP_START = b"PK\x03\x04"
UTF_16_STARTS = (b"\xff\xfe", b"\xfe\xff")
OLD_EXCEL_START = b"\xd0\xcf\x11\xe0"
IN_MEMORY = 1 << 18  # bytes of one file that are not worth a file on disk
SHEET = "xl/workbook.xml"


@dataclass
class Spool:
    """Rows of one file, as text.

    Attributes
    ----------
    path
        The file.
    columns
        Names of the columns of all its rows.
    rows
        Number of rows.
    notes
        Number of lines that are no rows, by reason.
    """

    path: str
    columns: list[str] = field(default_factory=list)
    rows: int = 0
    notes: Counter[str] = field(default_factory=Counter)
    _store: IO[bytes] = field(default_factory=BytesIO)

    def close(self) -> None:
        """Give the rows up."""
        self._store.close()

    def add(self, batch: pd.DataFrame) -> None:
        """Keep a batch of rows."""
        self.columns += [name for name in map(str, batch) if name not in self.columns]
        self.rows += len(batch)
        pickle.dump(batch, self._store, protocol=pickle.HIGHEST_PROTOCOL)
        if isinstance(self._store, BytesIO) and self._store.tell() > IN_MEMORY:
            on_disk = TemporaryFile()  # noqa: SIM115 - `close` closes it
            on_disk.write(self._store.getvalue())
            self._store = on_disk

    def batches(self) -> Iterator[pd.DataFrame]:
        """Iterate over the batches; every batch has all columns."""
        self._store.seek(0)
        left = self.rows
        while left:
            batch: pd.DataFrame = pickle.load(self._store)  # noqa: S301 - written above
            left -= len(batch)
            yield batch if list(batch) == self.columns else batch.reindex(columns=self.columns)


def read_files(
    paths: Sequence[str | Path], separator: str | None = None, encoding: str = "utf-8-sig"
) -> list[Spool]:
    r"""Read files of other programs, each by what it holds and not by its name.

    Parameters
    ----------
    paths
        CSV, TSV, JSON, JSON lines, or zip archives of these.
    separator
        Of cells; by default the one that divides the header into most cells.
    encoding
        Of the text; by default UTF-8, or UTF-16 where the file begins with its mark.

    Raises
    ------
    TableError
        When a file cannot be read, holds no rows, or is given twice.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.txt").write_text('[\n {"rt": 512}\n]')
    ...     (spool,) = read_files([Path(folder, "a.txt")])
    >>> [batch.to_dict("list") for batch in spool.batches()]
    [{'rt': ['512']}]
    """
    twice = [path for path, count in Counter(map(str, paths)).items() if count > 1]
    if twice:
        raise TableError(f"{twice[0]}: is given twice; name each file once")
    with ExitStack() as unless_all_are_read:
        spools = [Spool(path) for path in map(str, paths)]
        for spool in spools:
            unless_all_are_read.callback(spool.close)
            _fill(spool, separator, encoding)
        unless_all_are_read.pop_all()
    return spools


def _fill(spool: Spool, separator: str | None, encoding: str) -> None:
    path = spool.path
    try:
        for batch in _batches(path, spool.notes, separator, encoding):
            spool.add(batch)
    except OSError as error:
        reason = error.strerror or error
        raise TableError(f"{path}: cannot be read ({reason}); check the path") from None
    except UnicodeError as error:
        reason = " ".join(str(error).split())
        raise TableError(
            f"{path}: is not text in {encoding.removesuffix('-sig')} ({reason}); save it as UTF-8, or "
            "name its encoding: --encoding cp1252"
        ) from None
    if not spool.rows:
        raise TableError(f"{path}: holds no rows; export the trials again")


def _batches(path: str, notes: Counter[str], separator: str | None, encoding: str) -> Iterator[pd.DataFrame]:
    def read(text: TextIO, name: str, counted: Counter[str]) -> Iterator[pd.DataFrame]:
        return _read_text(text, name, counted, separator)

    with Path(path).open("rb") as file:
        start = file.read(4)
        if start == OLD_EXCEL_START or (start == ZIP_START and SHEET.encode() in file.read()):
            raise TableError(f"{path}: is an Excel workbook; save the sheet as CSV UTF-8")
    if start == ZIP_START:
        yield from read_archive(path, read, notes, encoding)
        return
    used = "utf-16" if start.startswith(UTF_16_STARTS) else encoding
    with Path(path).open(encoding=used, newline="") as text:
        yield from read(text, path, notes)


def _read_text(text: TextIO, path: str, notes: Counter[str], separator: str | None) -> Iterator[pd.DataFrame]:
    """Read JSON where the first character is a bracket or brace, else a table."""
    start = ""
    while not start.strip():
        start = text.read(1)
        if not start:
            raise TableError(f"{path}: the file is empty; export the trials again")
    text.seek(0)
    if start in "[{":
        yield from read_json(text, path, notes)
    else:
        yield from read_delimited(text, path, notes, separator)
