"""A stack in a process of its own, as tests see it from outside."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

CHECKOUT = Path(__file__).parents[2]


class Stack:
    """A stack in a process of its own, and what can be seen of it from outside."""

    def __init__(self, environment: dict[str, str], port: int) -> None:
        self.var = Path(environment["SWEETSPOT_VAR"])
        self.port = port
        self.output = self.var.parent / f"output-{port}"
        command = [sys.executable, "-m", "config.stack", "up", "--port", str(port)]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command, env=environment, cwd=CHECKOUT, stdout=output, stderr=subprocess.STDOUT
            )

    def said(self) -> str:
        return self.output.read_text()

    def is_up(self) -> bool:
        assert self.process.poll() is None, self.said()
        return "Sweetspot is up" in self.said()

    def serves(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                return answer.status == 200
        except (URLError, OSError):
            return False

    def health(self) -> dict[str, Any]:
        """What every part says of itself."""
        with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=10) as answer:
            return json.load(answer)

    def processes(self) -> dict[int, str]:
        """Every process that was started for this var directory, by its environment."""
        marker = f"SWEETSPOT_VAR={self.var}\0".encode()
        return {pid: command for pid, command in _processes(marker) if pid != self.process.pid}

    def kill(self, pattern: str, number: signal.Signals = signal.SIGKILL) -> None:
        victims = [pid for pid, command in self.processes().items() if re.search(pattern, command)]
        assert victims, self.processes()
        os.kill(min(victims), number)


def _processes(marker: bytes) -> Iterator[tuple[int, str]]:
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            environment = (directory / "environ").read_bytes()
            command = (directory / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        if marker in environment and command:  # a zombie has no command line
            yield int(directory.name), command


def seconds_until(condition: Callable[[], bool], limit: float) -> float:
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < limit, f"not within {limit} s"
        time.sleep(0.05)
    return time.monotonic() - began
