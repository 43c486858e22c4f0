"""What the supervisor knows about one part of the stack."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


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
