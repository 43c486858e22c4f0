"""`make` on a fresh machine, and on one where everything is there."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--no-print-directory", *arguments], cwd=CHECKOUT, capture_output=True, text=True, timeout=60
    )


@pytest.fixture
def installed(tmp_path: Path) -> str:
    """A virtual environment in which everything was installed."""
    for name in ("bin/python", "installed", "installed-dev"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return f"VENV={tmp_path}"


def test_an_old_python_is_refused_with_the_way_out(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
    old.chmod(0o755)
    result = make("install", f"PYTHON={old}", f"VENV={tmp_path / 'venv'}")
    assert result.returncode != 0
    assert "needs Python 3.11 or newer" in result.stderr
    assert "is Python 3.9.2" in result.stderr
    assert not (tmp_path / "venv").exists()


def test_a_second_run_installs_nothing(installed: str) -> None:
    for target in ("demo", "run", "test", "check"):
        assert "pip install" not in make("-n", target, installed).stdout


def test_a_changed_list_of_packages_is_installed(installed: str) -> None:
    assert "pip install" in make("-n", "--what-if", "pyproject.toml", "run", installed).stdout


def test_what_trains_is_installed_and_the_tools_of_tests_are_not(installed: str) -> None:
    planned = make("-n", "--what-if", "pyproject.toml", "demo", installed).stdout
    assert "'.[attacker]'" in planned
    assert "dev]" not in planned


def test_a_folder_with_a_space_reaches_the_demo_in_one_piece(installed: str) -> None:
    assert (
        '--demo --photos "my photos" --once' in make("-n", "demo-once", "PHOTOS=my photos", installed).stdout
    )
