"""One program under care: what it is, whether it lives and is ready, and when it is started again."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

from config.stack import process
from config.stack.errors import CrashLoopError, NotReadyError


@dataclass(frozen=True)
class Service:
    """A program to keep running.

    `is_ready` is asked until it says yes; a `ready_file` it may look for is removed before each start.
    `grace_seconds` is how long the program may take to end after SIGTERM. `death_signal` reaches it when the
    supervisor is gone.
    """

    name: str
    command: tuple[str, ...]
    log: Path
    is_ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    ready_file: Path | None = None
    grace_seconds: float = 10.0
    death_signal: signal.Signals = signal.SIGKILL
    niceness: int = 0


@dataclass
class Restarts:
    """The recent deaths of one program; times are seconds of one monotonic clock."""

    first_delay: float = 0.2
    longest_delay: float = 5.0
    window: float = 60.0
    most_deaths: int = 6
    _deaths: list[float] = field(default_factory=list)

    def delay_after_death(self, now: float) -> float | None:
        """Count a death and return how long to wait before the next start; None means give up."""
        self._deaths = [died for died in self._deaths if now - died < self.window]
        self._deaths.append(now)
        if len(self._deaths) >= self.most_deaths:
            return None
        doubled = self.first_delay * 2 ** (len(self._deaths) - 1)
        return float(min(doubled, self.longest_delay))


class Child:
    """One program of the stack under care; `now` is always a time of the monotonic clock."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._restarts = Restarts()
        self._restart_at: float | None = None
        self._process = self._start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_ready(self) -> bool:
        """Tell whether it serves. One that died while it was starting is an error with its last words."""
        code = self._process.poll()
        if code is not None:
            raise NotReadyError(self.obituary(f"ended with code {code} while starting"))
        return self.service.is_ready()

    def tend(self, now: float) -> str | None:
        """Start the program again when it has died and its time has come; return news worth telling."""
        if self._restart_at is None:
            return None if self._process.poll() is None else self._plan_restart(now)
        return self._restart() if now >= self._restart_at else None

    def stop(self, hurry: Callable[[], bool]) -> None:
        process.stop(self._process, self.service.grace_seconds, hurry)

    def obituary(self, what: str) -> str:
        """Say what happened to the program, with the end of its log."""
        log = self.service.log
        return f"{self.service.name} {what}. The end of {log}:\n{process.last_lines(log)}"

    def _plan_restart(self, now: float) -> str:
        process.kill_group(self._process)  # its descendants may hold its port or its files
        delay = self._restarts.delay_after_death(now)
        if delay is None:
            raise CrashLoopError(self.obituary("keeps dying"))
        self._restart_at = now + delay
        return f"{self.service.name} ended with code {self._process.returncode}; restarting in {delay:.1f} s"

    def _restart(self) -> str:
        self._restart_at = None
        self._process = self._start()
        return f"{self.service.name} restarted"

    def _start(self) -> Popen[bytes]:
        service = self.service
        if service.ready_file is not None:
            service.ready_file.unlink(missing_ok=True)
        with process.open_log(service.log) as log:
            return process.launch(
                service.command,
                output=log,
                environment=service.environment,
                death_signal=service.death_signal,
                niceness=service.niceness,
            )
