"""What docs/server holds for a server without Docker is read by the programs that it is for."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.deployment.unit_files import CHECKOUT, SERVER_FILES, read_unit

STARTED = ("sweetspot-web", "sweetspot-worker@cpu", "sweetspot-worker@gpu", "sweetspot-beat")


def needed(program: str) -> str:
    """The program, which CI must have."""
    path = shutil.which(program)
    if path is None:
        assert not os.environ.get("CI"), f".ci/run installs {program}"
        pytest.skip(f"SKIPPED: no {program} on this machine; nothing shows that its files can be read")
    return path


def test_systemd_reads_every_unit_without_a_remark(tmp_path: Path) -> None:
    for file in SERVER_FILES.glob("sweetspot-*"):
        here = file.read_text().replace("/opt/sweetspot/.venv", sys.prefix)
        (tmp_path / file.name).write_text(here.replace("/opt/sweetspot", str(CHECKOUT)))
    for queue in ("cpu", "gpu"):
        shutil.copy(tmp_path / "sweetspot-worker@.service", tmp_path / f"sweetspot-worker@{queue}.service")
    units = [
        str(tmp_path / f"{name}.service") for name in (*STARTED, "sweetspot-backup", "sweetspot-migrate")
    ]
    command = [needed("systemd-analyze"), "verify", *units, str(tmp_path / "sweetspot-backup.timer")]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stderr) == (0, "")


def test_caddy_reads_its_file_and_keeps_requests_out_of_its_log() -> None:
    command = [needed("caddy"), "adapt", "--config", str(SERVER_FILES / "Caddyfile")]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    adapted = json.loads(result.stdout)
    assert adapted["logging"]["logs"]["default"]["encoder"]["fields"] == {"request": {"filter": "delete"}}
    (server,) = adapted["apps"]["http"]["servers"].values()
    assert server["listen"] == [":443"]
    assert "logs" not in server, "no line for each request"


@pytest.mark.parametrize("name", STARTED)
def test_a_part_restarts_when_it_dies_and_waits_for_the_migrations(name: str) -> None:
    unit = read_unit(SERVER_FILES, name)
    assert unit.the("Service", "Restart") == "always"
    assert unit.the("Unit", "Requires") == "sweetspot-migrate.service"
    assert unit.the("Service", "User") == "sweetspot"


def test_workers_and_clock_run_as_in_compose() -> None:
    services = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())["services"]
    for name, service in {
        "sweetspot-worker@cpu": "worker-cpu",
        "sweetspot-worker@gpu": "worker-gpu",
        "sweetspot-beat": "beat",
    }.items():
        ((_, *by_hand),) = read_unit(SERVER_FILES, name).commands
        in_compose = services[service]["command"]
        assert by_hand[:3] == in_compose[1:4]
        if "--queues" in in_compose:
            queues = by_hand.index("--queues"), in_compose.index("--queues")
            assert by_hand[queues[0] + 1] == in_compose[queues[1] + 1]


def test_pages_go_before_work() -> None:
    web, worker = (read_unit(SERVER_FILES, name) for name in STARTED[:2])
    assert int(web.the("Service", "CPUWeight")) > 10 * int(worker.the("Service", "CPUWeight"))
