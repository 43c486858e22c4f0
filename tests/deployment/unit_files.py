"""The unit files of a server without Docker, read as systemd reads them."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
SERVER_FILES = CHECKOUT / "docs" / "server"


@dataclass(frozen=True)
class Unit:
    """Sections of a unit, each a list of lines; a name may stand several times."""

    name: str
    lines: tuple[tuple[str, str, str], ...]

    def all(self, section: str, name: str) -> list[str]:
        return [value for *place, value in self.lines if place == [section, name]]

    def the(self, section: str, name: str) -> str:
        (value,) = self.all(section, name)
        return value

    @property
    def commands(self) -> list[list[str]]:
        return [shlex.split(line) for line in self.all("Service", "ExecStart")]


def read_unit(folder: Path, name: str) -> Unit:
    """Read a unit; `a@b` is the file `a@` with b for %i."""
    base, at, instance = name.removesuffix(".service").partition("@")
    text = (folder / f"{base}{at}.service").read_text().replace("%i", instance).replace("%H", "localhost")
    section, lines = "", []
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("["):
            section = line.strip("[]")
        elif not line.startswith("#"):
            name_of_line, _, value = line.partition("=")
            lines.append((section, name_of_line, value))
    return Unit(name, tuple(lines))


def environment_of(unit: Unit) -> dict[str, str]:
    """Return what systemd gives a service: hardly anything, and the file of settings."""
    settings = Path(unit.the("Service", "EnvironmentFile")).read_text().splitlines()
    stated = dict(line.split("=", 1) for line in settings if line and not line.startswith("#"))
    return {"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": stated["SWEETSPOT_VAR"]} | stated
