"""The log of all requests: a line before each is sent and one when it has ended, on disk before going on."""

from __future__ import annotations

import fcntl
import os
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import IO

import msgspec

from attacker.endpoint.ask_plan import Plan
from attacker.endpoint.chat import EndpointError
from attacker.packs.packed_answers import State


class Opened(msgspec.Struct, frozen=True, tag="opened"):
    """The first line: what all requests have in common."""

    plan: Plan
    at: str


class Sent(msgspec.Struct, frozen=True, tag="sent"):
    """A request is about to be sent.

    Attributes
    ----------
    ask : stimulus and repeat
    attempt : from 1
    order : of the choices as they are shown, by their places in the pack
    worst : the most that it can cost
    at : time in UTC
    examples : names of the labelled examples, in the order in which they are shown
    """

    ask: str
    attempt: int
    order: tuple[int, ...]
    worst: Decimal
    at: str
    examples: tuple[str, ...] = ()


class Replied(msgspec.Struct, frozen=True, tag="replied"):
    """A request was answered.

    Attributes
    ----------
    ask, attempt, order : as it was sent
    state, choice, reason : what the answer amounts to; `choice` is the name, empty if it names none
    text, refusal, finish, tokens_in, tokens_out, model : as they came; see `chat.Reply`
    width, height : of the photo that was sent
    seconds : until the answer was there
    cost : what it cost; None: not known, so that its worst case counts
    at : time in UTC
    """

    ask: str
    attempt: int
    order: tuple[int, ...]
    state: State
    choice: str
    reason: str
    text: str
    refusal: str
    finish: str
    tokens_in: int | None
    tokens_out: int | None
    model: str
    width: int
    height: int
    seconds: float
    cost: Decimal | None
    at: str


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """A request that failed.

    Attributes
    ----------
    ask, attempt : as it was sent
    status : of HTTP; 0: none came
    reason : what happened
    raw : what came instead of an answer
    cost : 0 where it surely cost nothing; None: not known, so that its worst case counts
    at : time in UTC
    """

    ask: str
    attempt: int
    status: int
    reason: str
    raw: str
    cost: Decimal | None
    at: str


Line = Opened | Sent | Replied | Failed
_DECODER: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)


class RequestLog:
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
    replies : what was answered, by ask
    attempts : how often each was sent
    spent, unsure : what these requests cost, and what they may have cost beyond that
    costs : what all requests of an ask cost, failed ones among them; None where one does not tell
    failures : of requests, by what happened
    torn : how many bytes of a last line were dropped that was not whole

    Raises
    ------
    EndpointError
        If another process has it open, it belongs to another plan, or it is damaged.
    """

    def __init__(self, path: Path, plan: Plan, now: str) -> None:
        self.path = path
        self.replies: dict[str, Replied] = {}
        self.attempts: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.spent, self.unsure = Decimal(0), Decimal(0)
        self.costs: dict[str, Decimal | None] = {}
        self.torn = 0
        self._open: dict[tuple[str, int], Decimal] = {}  # worst case by request that has not ended
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = _locked(path)
        try:
            self._read(plan, now)
        except BaseException:
            self._file.close()
            raise

    def write(self, line: Line) -> None:
        """Add a line; it is on the disk when this returns."""
        self._file.write(msgspec.json.encode(line) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._count(line)

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
            self._count(self._decoded(number, line, plan))
        if not lines:
            self.write(Opened(plan, now))
        self._give_up_lost()

    def _decoded(self, number: int, content: bytes, plan: Plan) -> Line:
        try:
            line = _DECODER.decode(content)
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

    def _count(self, line: Line) -> None:
        match line:
            case Sent():
                self.attempts[line.ask] += 1
                self._open[line.ask, line.attempt] = line.worst
            case Replied():
                self.replies[line.ask] = line
                self._settle(line)
            case Failed():
                self.failures[line.reason] += 1
                self._settle(line)

    def _settle(self, line: Replied | Failed) -> None:
        worst = self._open.pop((line.ask, line.attempt), Decimal(0))
        so_far = self.costs.get(line.ask, Decimal(0))
        self.costs[line.ask] = None if so_far is None or line.cost is None else so_far + line.cost
        if line.cost is None:
            self.unsure += worst
        else:
            self.spent += line.cost

    def _give_up_lost(self) -> None:
        """Count requests that were under way when the process died: what they cost nobody knows."""
        self.unsure += sum(self._open.values(), Decimal(0))
        self.costs |= {ask: None for ask, _ in self._open}
        self._open.clear()


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
