"""An answer that is a few seconds old is given again, so that asking often costs nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class RecentAnswer(Generic[Answer]):
    """A question that is put at most once in `seconds`, by one thread at a time.

    While a thread asks, the others get the answer before; only where there is none yet do they wait.
    """

    def __init__(
        self, ask: Callable[[], Answer], seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ask, self._seconds, self._clock = ask, seconds, clock
        self._asking = threading.Lock()
        self._last: tuple[float, Answer] | None = None

    def __call__(self) -> Answer:
        """Return the answer, asked now or less than `seconds` ago."""
        last = self._last
        if last is not None and (self._is_fresh(last) or self._asking.locked()):
            return last[1]
        with self._asking:
            last = self._last
            if last is None or not self._is_fresh(last):
                answer = self._ask()
                self._last = last = (self._clock(), answer)
            return last[1]

    def _is_fresh(self, last: tuple[float, Answer]) -> bool:
        return self._clock() - last[0] < self._seconds
