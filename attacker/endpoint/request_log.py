"""A log of requests in a file, which one process holds; each line is on the disk before going on."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO

import msgspec

from attacker.endpoint.ask_plan import Plan
from attacker.endpoint.chat import EndpointError
from attacker.endpoint.ledger import Ledger, Line, Opened, decoded


class RequestLog(Ledger):
    """The log of one machine's answers to one pack; an open log belongs to one process.

    Parameters
    ----------
    path
        Of the file; made if it is not there.
    plan
        That it belongs to.
    now
        Time in UTC.

    Attributes
    ----------
    path : of the file
    torn : how many bytes of a last line were dropped that was not whole

    Raises
    ------
    EndpointError
        If another process has it open, it belongs to another plan, or it is damaged.
    """

    def __init__(self, path: Path, plan: Plan, now: str) -> None:
        super().__init__()
        self.path = path
        self.torn = 0
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = _locked(path)
        try:
            self._read(plan, now)
        except BaseException:
            self._file.close()
            raise

    def close(self) -> None:
        """Close the file; another process may open it."""
        self._file.close()

    def _read(self, plan: Plan, now: str) -> None:
        self._file.seek(0)
        content = self._file.read()
        whole = content.rfind(b"\n") + 1
        self.torn = len(content) - whole
        if self.torn:
            self._file.truncate(whole)
        lines = content[:whole].splitlines()
        for number, line in enumerate(lines, start=1):
            self.count(self._decoded(number, line, plan))
        if not lines:
            self.write(Opened(plan, now))
        self.give_up_lost()

    def _decoded(self, number: int, content: bytes, plan: Plan) -> Line:
        try:
            line = decoded(content)
        except msgspec.MsgspecError as error:
            raise EndpointError(
                f"{self.path}: line {number} is damaged ({error}); restore the file, or begin in another "
                "folder"
            ) from error
        if isinstance(line, Opened) != (number == 1):
            raise EndpointError(f"{self.path}: line {number} is out of place; begin in another folder")
        if isinstance(line, Opened):
            self._require_same(line.plan, plan)
        return line

    def _require_same(self, stored: Plan, plan: Plan) -> None:
        if changed := stored.differences(plan):
            raise EndpointError(
                f"{self.path} holds answers that were asked for otherwise ({'; '.join(changed)}): give the "
                "same settings to go on, or another folder to begin anew"
            )

    def store(self, content: bytes) -> None:
        """Add a line; it is on the disk when this returns."""
        self._file.write(content + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def _locked(path: Path) -> IO[bytes]:
    file = path.open("a+b")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise EndpointError(
            f"{path} is being written by another process: wait for it, or give another folder"
        ) from error
    return file
