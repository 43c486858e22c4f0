"""Starts the parts in order, keeps them alive, and stops them in the opposite order."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from config.stack import process
from config.stack.errors import NotReadyError, StackError
from config.stack.service import Child, Service
from config.stack.stop_signal import StopSignal

LONGEST_START = 60.0  # seconds


class Supervisor:
    """The children of one foreground process. Leaving its `with` block stops them all.

    A request to stop ends `start` and `run` with KeyboardInterrupt, whichever signal carried it.
    """

    def __init__(self, stop: StopSignal, say: Callable[[str], None]) -> None:
        self._stop = stop
        self._say = say
        self._children: list[Child] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._children:
            self._children.pop().stop(hurry=lambda: self._stop.asked_twice)

    def start(self, *services: Service) -> None:
        """Start the services side by side and return when each of them is ready."""
        began = time.monotonic()
        started = []
        for service in services:
            started.append(Child(service))
            self._children.append(started[-1])
        for child in started:
            self._wait_until_ready(child, began + LONGEST_START)
            self._say(f"{child.service.name} ready after {time.monotonic() - began:.1f} s")

    def run(self, command: Sequence[str], log: Path | None = None) -> int:
        """Run a program to its end, its output on this terminal or in `log`, and return its exit code."""
        output = process.open_log(log) if log else None
        job = process.launch(command, output=output)
        try:
            while job.poll() is None:
                self._pause()
            return job.returncode
        finally:
            process.stop(job, grace_seconds=5.0, hurry=lambda: self._stop.asked_twice)
            if output:
                output.close()

    def require(self, command: Sequence[str], log: Path) -> None:
        """Run a program that must succeed."""
        code = self.run(command, log)
        if code != 0:
            raise StackError(f"{' '.join(command)} ended with code {code}:\n{process.last_lines(log)}")

    def keep_running(self) -> None:
        """Restart whatever dies, until somebody asks to stop."""
        while not self._stop.asked:
            self._tend_all()
            time.sleep(process.POLL_SECONDS)

    def _wait_until_ready(self, child: Child, deadline: float) -> None:
        while not child.is_ready():
            if time.monotonic() > deadline:
                raise NotReadyError(child.obituary(f"was not ready within {LONGEST_START:.0f} s"))
            self._heed()
            time.sleep(process.POLL_SECONDS)

    def _pause(self) -> None:
        self._heed()
        self._tend_all()
        time.sleep(process.POLL_SECONDS)

    def _heed(self) -> None:
        if self._stop.asked:
            raise KeyboardInterrupt

    def _tend_all(self) -> None:
        for child in self._children:
            news = child.tend(time.monotonic())
            if news:
                self._say(news)
