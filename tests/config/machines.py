"""Machines of a site that share no folder: each has one of its own, and processes that can be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.stack.process import bound_to_parent
from tests.config.running import CHECKOUT

CELERY = (sys.executable, "-m", "celery", "--app", "config.celery:app")


class Machine:
    """A folder that nobody else has, and the environment by which everything in it finds what is shared."""

    def __init__(self, var: Path, shared: dict[str, str]) -> None:
        self.var = var
        self.environment = {**shared, "SWEETSPOT_VAR": str(var), "OMP_WAIT_POLICY": "PASSIVE"}
        var.mkdir()

    def ask(self, code: str) -> str:
        command = (sys.executable, "manage.py", "shell", "-v0", "-c", code)
        return subprocess.run(
            command, env=self.environment, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=True
        ).stdout

    @contextmanager
    def running(self, *part: str) -> Iterator[subprocess.Popen[bytes]]:
        """A part of the site in a group of its own; killed at the end, with its children."""
        with (self.var / f"{part[0]}.log").open("wb") as log:
            process = subprocess.Popen(
                (*CELERY, *part),
                env=self.environment,
                cwd=CHECKOUT,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=bound_to_parent(signal.SIGKILL, 0),
            )
        try:
            yield process
        finally:
            kill_group(process)

    def worker(self) -> str:
        return (self.var / "worker.log").read_text()


def kill_group(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
