"""The queue: a dead broker is noticed at once, a living one keeps what it was given."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery
from kombu.exceptions import OperationalError
from redis import Redis

from config.celery import app
from config.places import broker_socket
from config.stack import services
from config.stack.layout import Layout
from config.stack.stop_signal import StopSignal
from config.stack.supervisor import Supervisor


def seconds_until_given_up(broker_url: str) -> float:
    """Queue something on a broker elsewhere, after what only the first time takes, such as imports."""
    _give_up("redis+socket:///nowhere/nobody.sock")
    began = time.monotonic()
    _give_up(broker_url)
    return time.monotonic() - began


def _give_up(broker_url: str) -> None:
    """Queue something with the site's own configuration."""
    queue = Celery(broker=broker_url, set_as_current=False)
    queue.config_from_object("django.conf:settings", namespace="CELERY")
    queue.conf.broker_url = broker_url
    with pytest.raises(OperationalError):
        queue.send_task("pipeline.tasks.gpu_perform", args=[1])


@pytest.fixture
def listening_but_mute() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_queueing_without_a_broker_is_given_up_at_once(tmp_path: Path) -> None:
    assert seconds_until_given_up(f"redis+socket://{tmp_path}/nobody.sock") < 1.0


def test_queueing_on_a_port_nobody_listens_to_is_given_up_at_once(free_port: int) -> None:
    assert seconds_until_given_up(f"redis://127.0.0.1:{free_port}/0") < 1.0


def test_a_broker_that_hangs_is_given_up_within_a_second(listening_but_mute: int) -> None:
    assert 0.5 < seconds_until_given_up(f"redis://127.0.0.1:{listening_but_mute}/0") < 1.0


@pytest.mark.parametrize(
    ("task", "queue"),
    [
        ("pipeline.tasks.gpu_perform", "gpu"),
        ("pipeline.tasks.cpu_perform", "cpu"),
        ("pipeline.tasks.reap", "cpu"),
    ],
)
def test_work_for_the_graphics_card_has_a_queue_of_its_own(task: str, queue: str) -> None:
    route = app.amqp.router.route({}, task)
    assert route.get("queue", app.amqp.queues[app.conf.task_default_queue]).name == queue


def test_a_job_is_taken_again_when_its_worker_is_lost_and_results_are_not_kept() -> None:
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_ignore_result
    assert app.conf.result_backend is None


@pytest.mark.server
def test_the_broker_keeps_its_queues_when_it_is_stopped_and_when_it_is_killed(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.create()
    for item in ("stopped", "killed"):
        with Supervisor(StopSignal(), print) as supervisor:
            supervisor.start(services.broker(layout))
            with Redis(unix_socket_path=str(layout.socket)) as client:
                client.rpush("queue", item)
                if item == "killed":
                    assert client.waitaof(1, 0, 5000)[0] == 1  # its second of grace has passed
                    subprocess.run(["kill", "-9", str(client.info("server")["process_id"])], check=True)
    with Supervisor(StopSignal(), print) as supervisor:
        supervisor.start(services.broker(layout))
        with Redis(unix_socket_path=str(layout.socket)) as client:
            assert client.lrange("queue", 0, -1) == [b"stopped", b"killed"]


@pytest.mark.server
def test_only_this_user_can_reach_the_broker(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.create()
    with Supervisor(StopSignal(), print) as supervisor:
        supervisor.start(services.broker(layout))
        assert layout.socket == broker_socket(tmp_path)
        assert layout.socket.stat().st_mode & 0o777 == 0o700
        assert layout.socket.parent.stat().st_mode & 0o777 == 0o700
        with Redis(unix_socket_path=str(layout.socket)) as client:
            assert client.config_get("port") == {"port": "0"}
