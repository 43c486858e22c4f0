"""The queue: a dead broker is noticed at once, a living one keeps what it was given."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from redis import Redis

from config.celery import app
from config.places import broker_socket
from config.stack import services
from config.stack.layout import Layout
from config.stack.stop_signal import StopSignal
from config.stack.supervisor import Supervisor

CHECKOUT = Path(__file__).parents[2]
SEND_TWICE = """
import json, time, django
django.setup()
from celery import current_app
from kombu.exceptions import OperationalError
seconds = []
for _ in range(2):
    began = time.monotonic()
    try:
        current_app.send_task("pipeline.tasks.gpu_perform", args=[1])
    except OperationalError:
        seconds.append(time.monotonic() - began)
print(json.dumps(seconds))
"""


def seconds_until_given_up(broker_url: str, environment: dict[str, str]) -> list[float]:
    command = [sys.executable, "-c", SEND_TWICE]
    environment = {**environment, "BROKER_URL": broker_url}
    done = subprocess.run(
        command, env=environment, cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=True
    )
    return json.loads(done.stdout)


@pytest.fixture
def listening_but_mute():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_queueing_without_a_broker_is_given_up_at_once(local_environment, tmp_path) -> None:
    seconds = seconds_until_given_up(f"redis+socket://{tmp_path}/nobody.sock", local_environment)
    assert len(seconds) == 2
    assert max(seconds) < 1.0


def test_queueing_on_a_port_nobody_listens_to_is_given_up_at_once(local_environment, free_port) -> None:
    seconds = seconds_until_given_up(f"redis://127.0.0.1:{free_port}/0", local_environment)
    assert len(seconds) == 2
    assert max(seconds) < 1.0


def test_a_broker_that_hangs_is_given_up_within_a_second(local_environment, listening_but_mute) -> None:
    seconds = seconds_until_given_up(f"redis://127.0.0.1:{listening_but_mute}/0", local_environment)
    assert len(seconds) == 2
    assert max(seconds) < 1.0


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
def test_the_broker_keeps_its_queues_when_it_is_stopped_and_when_it_is_killed(tmp_path) -> None:
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
def test_only_this_user_can_reach_the_broker(tmp_path) -> None:
    layout = Layout(tmp_path)
    layout.create()
    with Supervisor(StopSignal(), print) as supervisor:
        supervisor.start(services.broker(layout))
        assert layout.socket == broker_socket(tmp_path)
        assert layout.socket.stat().st_mode & 0o777 == 0o700
        assert layout.socket.parent.stat().st_mode & 0o777 == 0o700
        with Redis(unix_socket_path=str(layout.socket)) as client:
            assert client.config_get("port") == {"port": "0"}
