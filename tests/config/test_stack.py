"""The whole local stack with its real programs: starts, heals, refuses twins, and leaves nothing behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from config.places import broker_socket
from config.stack.layout import Layout
from config.stack.valkey import answers_ping

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]
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

    def processes(self) -> dict[int, str]:
        """Every process that was started for this var directory, by its environment."""
        marker = f"SWEETSPOT_VAR={self.var}\0".encode()
        return {pid: command for pid, command in _processes(marker) if pid != self.process.pid}

    def kill(self, pattern: str) -> None:
        victims = [pid for pid, command in self.processes().items() if re.search(pattern, command)]
        assert victims, self.processes()
        os.kill(min(victims), signal.SIGKILL)


def _processes(marker: bytes):
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


@pytest.fixture
def start(local_environment, free_port):
    stacks = []

    def start() -> Stack:
        stacks.append(Stack(local_environment, free_port))
        seconds_until(stacks[-1].is_up, 90)
        return stacks[-1]

    yield start
    for stack in stacks:
        stack.process.terminate()
        stack.process.wait(timeout=30)


def test_a_stack_heals_refuses_a_twin_and_leaves_nothing_behind(start, local_environment) -> None:
    stack = start()
    assert stack.serves()
    assert len(stack.processes()) >= 6  # broker, worker, beat, web and its two processes

    stack.kill(r"gunicorn")
    seconds_until(lambda: "web restarted" in stack.said() and stack.serves(), 30)

    stack.kill(r"valkey-server")
    seconds_until(lambda: "broker restarted" in stack.said() and answers_ping(broker_socket(stack.var)), 30)

    stack.kill(r"celery.* worker")
    ready_file = Layout(stack.var).ready_file("worker")
    seconds_until(lambda: "worker restarted" in stack.said() and ready_file.exists(), 45)

    twin = Stack(local_environment, port=1)
    assert twin.process.wait(timeout=30) == 1
    assert f"already runs on {stack.var} (process {stack.process.pid})" in twin.said()

    stack.process.kill()
    stack.process.wait()
    seconds_until(lambda: stack.processes() == {}, 5)

    again = start()
    again.process.send_signal(signal.SIGINT)
    assert again.process.wait(timeout=30) == 0
    assert again.processes() == {}
    assert not again.serves()


def test_a_taken_port_is_named_with_a_way_out(local_environment) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = Stack(local_environment, port)
        assert refused.process.wait(timeout=30) == 1
    assert f"127.0.0.1:{port} cannot be used" in refused.said()
    assert f"--port {port + 1}" in refused.said()


def test_a_broker_from_elsewhere_is_refused_rather_than_ignored(local_environment, free_port) -> None:
    refused = Stack({**local_environment, "BROKER_URL": "redis://queue.example.org/0"}, free_port)
    assert refused.process.wait(timeout=30) == 1
    assert "BROKER_URL is set" in refused.said()
