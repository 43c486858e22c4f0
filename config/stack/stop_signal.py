"""Ctrl-C and its kin, as a question that loops can ask."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopSignal:
    """How often the person, or the system, has asked to stop."""

    def __init__(self) -> None:
        self._count = 0

    @property
    def asked(self) -> bool:
        return self._count > 0

    @property
    def asked_twice(self) -> bool:
        return self._count > 1

    def ask(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        self._count += 1


@contextmanager
def listening() -> Iterator[StopSignal]:
    """Take the stop signals over for the time of the block."""
    stop = StopSignal()
    before = {number: signal.signal(number, stop.ask) for number in STOP_SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
