"""Small programs for the supervisor to look after, and environments for processes that tests start."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.stack.service import Service
from tests.config.running import Stack, seconds_until

MANAGE = Path(__file__).parents[2] / "manage.py"
DJANGO_ENVIRONMENT = (
    "SECRET_KEY",
    "DEBUG",
    "ALLOWED_HOSTS",
    "DATABASE_URL",
    "BROKER_URL",
    "SWEETSPOT_MODE",
    "DJANGO_ALLOW_ASYNC_UNSAFE",  # what browser tests set for themselves is no part of a deployment
)


@pytest.fixture
def make_service(tmp_path: Path) -> Callable[..., Service]:
    """Build a service out of a line of Python; it counts as ready at once unless told otherwise."""

    def make(code: str, name: str = "part", **changes) -> Service:
        defaults = {"log": tmp_path / f"{name}.log", "is_ready": lambda: True, "grace_seconds": 2.0}
        return Service(name=name, command=(sys.executable, "-c", code), **{**defaults, **changes})

    return make


@pytest.fixture
def local_environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a laptop on which nothing was configured, its var directory elsewhere."""
    inherited = {name: value for name, value in os.environ.items() if name not in DJANGO_ENVIRONMENT}
    return {**inherited, "SWEETSPOT_VAR": str(tmp_path / "var"), "DJANGO_SETTINGS_MODULE": "config.settings"}


@pytest.fixture
def production_environment(local_environment: dict[str, str]) -> dict[str, str]:
    """The environment of a well-kept server."""
    return {
        **local_environment,
        "SWEETSPOT_MODE": "production",
        "SECRET_KEY": "k3Jx-9vQ_2pLmZ7rT0wYbN4cHs8dFgAe1uVoRi6XqPtMnBjW5y",
        "ALLOWED_HOSTS": "study.example.org",
        "BROKER_URL": "redis://:a-password@queue.example.org:6379/0",
    }


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def check_deploy() -> Callable[[dict[str, str]], subprocess.CompletedProcess[str]]:
    """Run Django's deployment check in a process of its own."""

    def check(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(MANAGE), "check", "--deploy", "--fail-level", "WARNING"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)

    return check


@pytest.fixture
def start(local_environment: dict[str, str], free_port: int) -> Iterator[Callable[[], Stack]]:
    """Start the whole stack on a var directory of its own; it is stopped when the test ends."""
    stacks: list[Stack] = []

    def start() -> Stack:
        stacks.append(Stack(local_environment, free_port))
        seconds_until(stacks[-1].is_up, 90)
        return stacks[-1]

    yield start
    for stack in stacks:
        stack.process.terminate()
        stack.process.wait(timeout=30)
