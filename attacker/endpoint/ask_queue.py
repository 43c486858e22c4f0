"""What waits to be asked: fresh things in their order, failed ones when their time has come."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from attacker.endpoint.ask_plan import Ask


@dataclass
class Pending:
    """One thing to be asked.

    Attributes
    ----------
    ask : what
    worst : the most that each request can cost
    tries : that were made since the process began
    """

    ask: Ask
    worst: Decimal
    tries: int = 0


@dataclass
class AskQueue:
    """Everything that waits; times are seconds of one clock.

    Parameters
    ----------
    fresh
        What was not tried yet, in its order.

    Attributes
    ----------
    not_before : until then nothing at all is sent

    Examples
    --------
    >>> first, second = (Pending(Ask(name, 0, ()), Decimal(0)) for name in ("0a", "0b"))
    >>> queue = AskQueue([first, second])
    >>> queue.take(now=0.0) is first
    True
    >>> queue.retry(first, due=5.0)
    >>> queue.take(now=1.0) is second, queue.take(now=1.0), queue.seconds_until_due(now=1.0)
    (True, None, 4.0)
    >>> queue.take(now=5.0) is first, queue.seconds_until_due(now=5.0)
    (True, None)
    """

    fresh: Iterable[Pending]
    not_before: float = 0.0
    _later: list[tuple[float, int, Pending]] = field(default_factory=list)
    _retries: int = 0

    def __post_init__(self) -> None:
        self._fresh = deque(self.fresh)

    def __bool__(self) -> bool:
        return bool(self._fresh or self._later)

    def take(self, now: float) -> Pending | None:
        """Return what may be sent now and forget it; None if nothing may."""
        if now < self.not_before:
            return None
        if self._later and self._later[0][0] <= now:
            return heapq.heappop(self._later)[2]
        return self._fresh.popleft() if self._fresh else None

    def put_back(self, pending: Pending) -> None:
        """Put back what was taken and not sent; it is the next."""
        self._fresh.appendleft(pending)

    def retry(self, pending: Pending, due: float) -> None:
        """Put back what failed; it is not sent before it is due."""
        self._retries += 1  # of two that are due at once, the first that failed is the first
        heapq.heappush(self._later, (due, self._retries, pending))

    def seconds_until_due(self, now: float) -> float | None:
        """Return how long nothing may be sent; None if nothing waits."""
        if not self:
            return None
        due = 0.0 if self._fresh else self._later[0][0]
        return max(0.0, max(due, self.not_before) - now)
