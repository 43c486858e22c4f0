"""Whether an error means that a disk is full, and which: said wherever something could not be stored."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_POSTGRESQL_DISK_FULL = "53100"  # its SQLSTATE
FREE_SOME = "Nothing that was stored is lost. Free some room (manage.py free_space), then try again."


def what_is_full(error: BaseException) -> str:
    """Return which disk is full, as the beginning of a sentence; empty where the error means something else.

    Examples
    --------
    >>> what_is_full(OSError(errno.ENOSPC, "No space left on device"))
    'The disk of the files is full'
    >>> what_is_full(OSError(errno.EACCES, "Permission denied"))
    ''
    """
    for each in _chain(error):
        if isinstance(each, OSError) and each.errno in _NO_ROOM:
            return "The disk of the files is full"
        code = getattr(each, "sqlite_errorcode", None)
        if code == sqlite3.SQLITE_FULL or getattr(each, "sqlstate", None) == _POSTGRESQL_DISK_FULL:
            return "The disk of the database is full"
    return ""


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Iterate over an error and those that it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
