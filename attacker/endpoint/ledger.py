"""Lines about requests, one before each is sent and one when it has ended, and what they add up to."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from decimal import Decimal

import msgspec

from attacker.endpoint.ask_plan import Plan
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


def decoded(content: bytes | str) -> Line:
    """Return a line as it was written.

    Raises
    ------
    msgspec.MsgspecError
        If it is damaged.

    Examples
    --------
    >>> decoded(msgspec.json.encode(Failed("0a/0", 1, 500, "answers 500", "", None, ""))).ask
    '0a/0'
    """
    return _DECODER.decode(content)


class Tally:
    """What the lines of a log add up to.

    Attributes
    ----------
    replies : what was answered, by ask
    attempts : how often each was sent
    spent, unsure : what these requests cost, and what they may have cost beyond that
    costs : what all requests of an ask cost, failed ones among them; None where one does not tell
    failures : of requests, by what happened

    Examples
    --------
    >>> tally = Tally()
    >>> tally.count(Sent("0a/0", 1, (0, 1), Decimal("0.02"), "2026-05-04T09:00:00Z"))
    >>> tally.count(Failed("0a/0", 1, 500, "answers 500", "", None, "2026-05-04T09:00:01Z"))
    >>> tally.attempts["0a/0"], tally.spent, tally.unsure
    (1, Decimal('0'), Decimal('0.02'))
    """

    def __init__(self) -> None:
        self.replies: dict[str, Replied] = {}
        self.attempts: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.spent, self.unsure = Decimal(0), Decimal(0)
        self.costs: dict[str, Decimal | None] = {}
        self._open: dict[tuple[str, int], Decimal] = {}  # worst case by request that has not ended

    def count(self, line: Line) -> None:
        """Count a line; they come in the order in which they were written."""
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

    def give_up_lost(self) -> None:
        """Count requests that were under way when the process died: what they cost nobody knows."""
        self.unsure += sum(self._open.values(), Decimal(0))
        self.costs |= {ask: None for ask, _ in self._open}
        self._open.clear()

    def _settle(self, line: Replied | Failed) -> None:
        worst = self._open.pop((line.ask, line.attempt), Decimal(0))
        so_far = self.costs.get(line.ask, Decimal(0))
        self.costs[line.ask] = None if so_far is None or line.cost is None else so_far + line.cost
        if line.cost is None:
            self.unsure += worst
        else:
            self.spent += line.cost


class Ledger(Tally, ABC):
    """A log that is written while a machine is asked; where its lines are stored, others say."""

    def write(self, line: Line) -> None:
        """Add a line; it is stored for good when this returns."""
        self.store(msgspec.json.encode(line))
        self.count(line)

    @abstractmethod
    def store(self, content: bytes) -> None:
        """Store a line, so that a process that dies now does not lose it."""
