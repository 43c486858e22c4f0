"""How many places of a study one address may take within a minute: a script would take them all.

A class in a laboratory starts at the same time behind one address, so the limit is generous. What is counted
is kept in this process's memory, a minute at most: each of the server's processes counts for itself.
"""

from __future__ import annotations

import time
from collections import defaultdict, deque
from threading import Lock

WINDOW_S = 60.0


class ArrivalsLimit:
    """Counts what each address took within the last minute; addresses come as hashes."""

    def __init__(self) -> None:
        self._taken: dict[str, deque[float]] = defaultdict(deque)
        self._lock = Lock()

    def take(self, address: str, most: int, now: float | None = None) -> bool:
        """Count a place; return False, and count nothing, after `most` of them (0: no limit)."""
        moment = time.monotonic() if now is None else now
        with self._lock:
            self._forget_before(moment - WINDOW_S)
            if most and len(self._taken.get(address, ())) >= most:
                return False
            self._taken[address].append(moment)
            return True

    def _forget_before(self, moment: float) -> None:
        for address in list(self._taken):
            taken = self._taken[address]
            while taken and taken[0] <= moment:
                taken.popleft()
            if not taken:
                del self._taken[address]
