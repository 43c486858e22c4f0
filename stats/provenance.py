"""What computed a number: versions of packages, the product's own revision, and the platform."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PRODUCT = "sweetspot"


@dataclass(frozen=True)
class Provenance:
    """What a computation ran on.

    Attributes
    ----------
    release : version of the product
    revision : git revision of the product's own checkout, ending in -dirty where files differ from it; None
        where it does not run from one
    python, platform : version of Python; operating system and processor
    packages : version by package, of those that took part
    """

    release: str
    revision: str | None
    python: str
    platform: str
    packages: dict[str, str]

    @property
    def product(self) -> str:
        """The product's version and what is known of its revision, for a reader."""
        if self.revision is None:
            return f"{self.release} (no git revision: not run from a checkout of its own)"
        commit, dash, dirty = self.revision.partition("-")
        return f"{self.release} (git {commit[:12]}{dash}{dirty})"

    def software(self) -> dict[str, str]:
        """Return version by name for a report: the product, Python and the packages."""
        return {PRODUCT: self.product, "python": self.python, **self.packages}


def provenance(packages: Iterable[str]) -> Provenance:
    """Return what a computation runs on.

    Parameters
    ----------
    packages
        Names of the packages that take part in it, as pip knows them.

    Examples
    --------
    >>> sorted(provenance(["numpy"]).software())
    ['numpy', 'python', 'sweetspot']
    """
    return Provenance(
        release=package_versions([PRODUCT])[PRODUCT],
        revision=_own_revision(),
        python=platform.python_version(),
        platform=platform.platform(),
        packages=package_versions(packages),
    )


def package_versions(packages: Iterable[str]) -> dict[str, str]:
    """Return the version of each package, or that it is not installed.

    Examples
    --------
    >>> package_versions(["no-such-package"])
    {'no-such-package': 'not installed'}
    """
    return {name: _installed(name) for name in packages}


@cache
def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def git_revision(source: Path = Path(__file__), module: str = __name__) -> str | None:
    """Return the revision of the product's own checkout.

    A checkout is the product's own if git tracks this module at the place that its name says, seen from the
    root of the repository. A copy inside another repository, installed packages and an export without git
    have no revision of their own; that of an enclosing repository says nothing about the product.

    Parameters
    ----------
    source, module
        File and dotted name of the module that stands for the product.

    Returns
    -------
    Forty hexadecimal digits, ending in -dirty where tracked files differ from the commit; None where the
    product does not run from a checkout of its own, or there is no git.
    """
    file = source.resolve()
    try:
        tracked = _git(file.parent, "ls-files", "--full-name", "--", file.name)
        if tracked != f"{module.replace('.', '/')}.py":
            return None
        return _git(file.parent, "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")
    except (OSError, subprocess.SubprocessError):
        return None


_own_revision = cache(git_revision)  # what a process computes with is what it loaded, whatever comes after


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip()
