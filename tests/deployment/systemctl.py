"""A stand-in for systemctl: starts what units say, writes down the processes, and waits until they are ready.

    python systemctl.py FOLDER-OF-UNITS LIST-OF-PIDS enable --now UNIT...

Users, limits and restarts of the units are not kept: that is systemd's work.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.deployment.unit_files import Unit, environment_of, read_unit

READY_WITHIN = 120.0


def main() -> None:
    units, pids, verb, *names = Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:]
    if verb != "enable":
        return
    services = [name for name in names if not name.startswith("--") and not name.endswith(".timer")]
    assert all((units / name).exists() for name in names if name.endswith(".timer"))
    ready: set[str] = set()
    for name in services:
        unit = read_unit(units, name)
        for needed in unit.all("Unit", "Requires"):
            if needed not in ready:
                _run_once(read_unit(units, needed))
                ready.add(needed)
        _start(unit, pids)


def _run_once(unit: Unit) -> None:
    assert unit.the("Service", "Type") == "oneshot"
    for command in unit.commands:
        subprocess.run(command, env=environment_of(unit), cwd=_folder(unit), check=True)


def _start(unit: Unit, pids: Path) -> None:
    (command,) = unit.commands
    notified = _socket(pids, unit) if unit.all("Service", "Type") == ["notify"] else None
    environment = environment_of(unit) | ({"NOTIFY_SOCKET": notified.getsockname()} if notified else {})
    with (pids.parent / f"{unit.name}.log").open("wb") as log:
        process = subprocess.Popen(
            command, env=environment, cwd=_folder(unit), stdout=log, stderr=log, start_new_session=True
        )
    with pids.open("a") as lines:
        lines.write(f"{unit.name} {process.pid}\n")
    if notified:
        notified.settimeout(READY_WITHIN)
        while b"READY=1" not in notified.recv(4096):
            pass


def _socket(pids: Path, unit: Unit) -> socket.socket:
    waiting = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    waiting.bind(str(pids.parent / f"{unit.name}.ready"))
    return waiting


def _folder(unit: Unit) -> str:
    return unit.the("Service", "WorkingDirectory")


if __name__ == "__main__":
    main()
