"""The whole local stack with its real programs: starts, heals, refuses twins, and leaves nothing behind."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable

import pytest

from config.places import broker_socket
from config.stack.layout import Layout
from config.stack.services import answers_ping
from tests.config.running import Stack, seconds_until

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]


@pytest.mark.long
def test_a_stack_heals_refuses_a_twin_and_leaves_nothing_behind(
    start: Callable[[], Stack], local_environment: dict[str, str]
) -> None:
    stack = start()
    assert stack.serves()
    # A worker signs every 5 s, and an answer is given again for 3 s.
    seconds_until(lambda: stack.health()["queue_gpu"]["state"] == "ok", 30)
    assert stack.health()["broker"]["state"] == "ok"
    # Broker, worker, beat, web and its four processes; the first of these answers before the last is forked.
    seconds_until(lambda: len(stack.processes()) >= 8, 10)

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
