"""`make` on a fresh machine, and on one where everything is there."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
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
    for target in ("demo", "run", "test", "test-all", "check"):
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


def runs_of_pytest(target: str, installed: str) -> list[str]:
    return [line for line in make("-n", target, installed).stdout.splitlines() if "-m pytest" in line]


def test_every_mark_that_leaves_a_test_to_another_day_is_one_that_tests_can_have(installed: str) -> None:
    """A misspelt name in `-m` selects nothing and leaves out nothing, and pytest does not say so."""
    (line,) = runs_of_pytest("test", installed)
    (expression,) = re.findall(r'-m "([^"]+)"', line)
    options = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    marks = {text.split(":")[0] for text in options["markers"]}
    assert set(re.findall(r"\w+", expression)) - {"or", "not"} <= marks


def test_ci_runs_what_is_left_out_of_every_day(installed: str) -> None:
    """All but the slow tests: those that need the machine for themselves, and then whatever else there is."""
    assert (CHECKOUT / ".ci/run").read_text().splitlines()[-2:] == ["make check", "make test-all"]
    alone, others = runs_of_pytest("test-all", installed)
    assert alone.endswith("-m pytest -m alone")
    assert " -m " not in others.partition("-m pytest")[2]
