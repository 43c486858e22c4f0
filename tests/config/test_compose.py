"""The compose file: no secret is written down, every part is looked after, every queue is listened to."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

CHECKOUT = Path(__file__).parents[2]
NEEDED = re.compile(r"\$\{(\w+):\?")
SECRETS = re.compile(r"PASSWORD|SECRET|REDISCLI_AUTH|_URL$")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())["services"]


def queues(service: dict) -> set[str]:
    command = service["command"]
    return set(command[command.index("--queues") + 1].split(","))


def filled_in(value: str) -> str:
    """Do what compose does with a .env file that has a long random value for every name."""
    with_defaults = re.sub(r"\$\{\w+:-(.*?)\}", r"\1", value)
    return re.sub(r"\$\{.*?\}", "a-long-and-random-value-" * 3, with_defaults)


def test_all_parts_are_there(services: dict[str, Any]) -> None:
    assert set(services) == {
        "postgres", "redis", "migrate", "web", "proxy", "worker-gpu", "worker-cpu", "beat", "backup"
    }  # fmt: skip


def test_only_workers_carry_what_trains(services: dict[str, Any]) -> None:
    built = {name: service["build"]["target"] for name, service in services.items() if "build" in service}
    assert built == {
        "migrate": "web", "web": "web", "beat": "web", "backup": "web",
        "worker-gpu": "worker", "worker-cpu": "worker",
    }  # fmt: skip
    stages = re.findall(r"^FROM .* AS (\w[\w-]*)$", (CHECKOUT / "Dockerfile").read_text(), re.MULTILINE)
    assert set(built.values()) < set(stages)
    assert {service["image"] for service in services.values() if "build" in service} == {
        "sweetspot-web", "sweetspot-worker"
    }  # fmt: skip


def test_every_lasting_part_has_a_health_check_and_comes_back_after_a_crash(services: dict[str, Any]) -> None:
    lasting = {name: service for name, service in services.items() if name not in {"migrate", "backup"}}
    assert [name for name, service in lasting.items() if "healthcheck" not in service] == []
    assert {service["restart"] for service in lasting.values()} == {"unless-stopped"}


def test_every_secret_comes_from_the_environment_and_has_no_default(services: dict[str, Any]) -> None:
    secrets = [
        value
        for service in services.values()
        for name, value in service.get("environment", {}).items()
        if SECRETS.search(name)
    ]
    assert len(secrets) > 5
    assert [value for value in secrets if not NEEDED.search(value)] == []


def test_the_example_lists_every_needed_value_and_fills_in_no_secret() -> None:
    lines = (CHECKOUT / ".env.example").read_text().splitlines()
    example = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    needed = set(NEEDED.findall((CHECKOUT / "docker-compose.yml").read_text()))
    assert needed <= set(example)
    assert {example[name] for name in needed} == {""}


def test_the_workers_listen_to_every_queue_and_the_card_belongs_to_one_process(
    services: dict[str, Any],
) -> None:
    routed = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    assert queues(services["worker-gpu"]) == {"gpu"}
    assert queues(services["worker-cpu"]) == {"cpu"}
    assert routed | {settings.CELERY_TASK_DEFAULT_QUEUE} == {"gpu", "cpu"}
    command = services["worker-gpu"]["command"]
    assert command[command.index("--concurrency") + 1] == "1"
    (device,) = services["worker-gpu"]["deploy"]["resources"]["reservations"]["devices"]
    assert (device["driver"], device["capabilities"]) == ("nvidia", ["gpu"])


def test_only_the_proxy_is_reached_from_other_machines(services: dict[str, Any]) -> None:
    ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert set(ports) == {"web", "proxy"}
    assert ports["web"][0].startswith("127.0.0.1:")
    assert ports["proxy"] == ["80:80", "443:443"]
    assert services["proxy"]["profiles"] == ["tls"], "`up` alone does not start it"
    assert "./docs/server/Caddyfile:/etc/caddy/Caddyfile:ro" in services["proxy"]["volumes"]


def test_what_is_unpacked_lies_on_the_disk_and_not_in_memory(services: dict[str, Any]) -> None:
    ours = [service for service in services.values() if "build" in service]
    assert {service["environment"]["TMPDIR"] for service in ours} == {"/scratch"}
    assert all("/scratch" in service["volumes"] and service["read_only"] for service in ours)
    assert "/scratch" in re.findall(r"VOLUME (.*)", (CHECKOUT / "Dockerfile").read_text())[0].split()


def test_workers_leave_the_processor_to_pages(services: dict[str, Any]) -> None:
    usual = 1024
    shares = {name: service.get("cpu_shares", usual) for name, service in services.items()}
    assert shares["web"] > 4 * shares["worker-gpu"] == 4 * shares["worker-cpu"]


@pytest.mark.thorough
def test_the_parts_start_with_the_environment_that_compose_gives_them(
    services: dict[str, Any],
    local_environment: dict[str, str],
    check_deploy: Callable[[dict[str, str]], subprocess.CompletedProcess[str]],
) -> None:
    environment = {name: filled_in(value) for name, value in services["web"]["environment"].items()}
    result = check_deploy({**local_environment, "SWEETSPOT_MODE": "production", **environment})
    assert result.returncode == 0, result.stderr


def test_the_backup_is_made_by_itself_and_only_it_can_write_there(services: dict[str, Any]) -> None:
    backup = services["backup"]
    assert backup["profiles"] == ["backup"], "`up` does not start it"
    assert backup["restart"] == "no"
    assert "backups:/backups" in backup["volumes"]
    others = [service for name, service in services.items() if name in {"web", "beat", "worker-cpu"}]
    assert all("backups:/backups:ro" in service["volumes"] for service in others)
    dockerfile = (CHECKOUT / "Dockerfile").read_text()
    (server,) = re.findall(r"^postgres:(\d+)", services["postgres"]["image"])
    assert f"postgresql-client-{server}" in dockerfile, "pg_dump must not be older than the server"
