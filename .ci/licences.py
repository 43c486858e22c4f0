"""List the licence of every installed package; fail where one is unknown or on no list of licences.toml.

Run it with the Python whose packages are meant: `make licences`.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageMetadata, distributions
from pathlib import Path
from typing import Any

POLICY = Path(__file__).with_name("licences.toml")
OWN = "sweetspot"  # what is released is no dependency of itself
LISTS = ("permissive", "weak_copyleft", "vendor")
NOTHING = {"", "unknown", "dual license"}
SAYS_NOTHING = {"OSI Approved", "DFSG approved", "Other/Proprietary License"}
LONGEST_NAME = 80  # some packages put the whole text of their licence where its name belongs
JOINED = re.compile(r"\s+(?:AND|OR|WITH)\s+|[()]")


@dataclass(frozen=True)
class Licence:
    """What one package may be used under; no names: that is not known."""

    package: str
    version: str
    names: tuple[str, ...]

    def line(self, lists: dict[str, str]) -> str:
        """Return the package with its licences and the list that each is on."""
        kinds = ", ".join(dict.fromkeys(lists.get(name, "ON NO LIST") for name in self.names)) or "UNKNOWN"
        return f"{self.package:34} {self.version:18} {kinds:14} {'; '.join(self.names)}"


def licence_of(package: Distribution, stated: dict[str, Any]) -> Licence:
    """Return a package's licence: as stated by us, else its expression, its classifiers or its one line."""
    name = re.sub(r"[-_.]+", "-", package.metadata["Name"]).lower()
    if name in stated:
        return Licence(name, package.version, (stated[name]["licence"],))
    return Licence(name, package.version, tuple(dict.fromkeys(_names(package.metadata))))


def _names(metadata: PackageMetadata) -> Iterator[str]:
    if expression := metadata.get("License-Expression"):
        yield from filter(None, map(str.strip, JOINED.split(expression)))
        return
    classifiers = (
        line.split(" :: ")[-1] for line in metadata.get_all("Classifier") or [] if line[:7] == "License"
    )
    if said_by_classifiers := [name for name in classifiers if name not in SAYS_NOTHING]:
        yield from said_by_classifiers
        return
    line = (metadata.get("License") or "").strip()
    if line.lower() not in NOTHING and len(line) <= LONGEST_NAME and "\n" not in line:
        yield from JOINED.split(line)


def troubles(licences: Iterable[Licence], lists: dict[str, str]) -> list[str]:
    """Return a line for each package that may not be released as it is, with what to do."""
    return [line for licence in licences for line in _troubles_of(licence, lists)]


def _troubles_of(licence: Licence, lists: dict[str, str]) -> Iterator[str]:
    if not licence.names:
        yield f"{licence.package} names no licence: read its files and state what holds in .ci/licences.toml."
    for name in licence.names:
        if name not in lists:
            yield f"{licence.package}: {name!r} is on no list of licences.toml; read it, add it if it may."


def read_policy(path: Path = POLICY) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the list that each allowed name is on, and what is stated of packages that name none."""
    policy = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: kind for kind in LISTS for name in policy[kind]}, policy["stated"]


def main() -> int:
    """Print the table and what is wrong; return the exit code."""
    lists, stated = read_policy()
    packages = {package.metadata["Name"]: licence_of(package, stated) for package in distributions()}
    licences = sorted(
        (licence for licence in packages.values() if licence.package != OWN), key=lambda row: row.package
    )
    wrong = troubles(licences, lists)
    sys.stdout.write("".join(f"{licence.line(lists)}\n" for licence in licences))
    sys.stderr.write("".join(f"error: {line}\n" for line in wrong))
    sys.stdout.write(f"{len(licences)} packages, {len(wrong)} to look at\n")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
