"""A limit of time for a call that has none of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class TooSlowError(TimeoutError):
    """The call has not returned in time; it goes on by itself, and is not made again before it ends."""


class TimeLimited(Generic[Answer]):
    """A call that is waited for no longer than `seconds`; it runs in a thread of its own."""

    def __init__(self, call: Callable[[], Answer], seconds: float) -> None:
        self._call, self._seconds = call, seconds
        self._thread: threading.Thread | None = None

    def __call__(self) -> Answer:
        """Return what the call returns, or raise what it raises.

        Raises TooSlowError if it takes too long, or has not come back from the time before.
        """
        if self._thread is not None and self._thread.is_alive():
            raise TooSlowError
        answer: Future[Answer] = Future()
        self._thread = threading.Thread(target=self._settle, args=(answer,), daemon=True, name="time-limited")
        self._thread.start()
        try:
            return answer.result(timeout=self._seconds)
        except TimeoutError as error:
            raise TooSlowError from error

    def _settle(self, answer: Future[Answer]) -> None:
        try:
            answer.set_result(self._call())
        except Exception as error:  # whatever it is, who waits gets it
            answer.set_exception(error)
