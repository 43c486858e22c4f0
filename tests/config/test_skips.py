"""A test that skips itself: a notice on a laptop, a failure in CI unless it is hardware that lacks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
MARKERS = ("browser", "server", "photos", "long", "hardware")
SETTINGS_OF_PYTEST = "[pytest]\nmarkers =\n" + "".join(f"    {name}\n" for name in MARKERS)
SKIPPING = "import pytest\n" + "".join(
    f"@pytest.mark.{name}\ndef test_{name}():\n    pytest.skip('nothing to drive here')\n" for name in MARKERS
)


def run_skipping_tests(directory: Path, ci: str) -> subprocess.CompletedProcess[str]:
    """Run tests that skip themselves, with the suite's own conftest as a plugin."""
    (directory / "pytest.ini").write_text(SETTINGS_OF_PYTEST)
    (directory / "test_skipping.py").write_text(SKIPPING)
    path = os.pathsep.join([str(TESTS), str(TESTS.parent)])
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:django", "-p", "conftest", "-p", "no:cacheprovider"],
        cwd=directory,
        env={**os.environ, "CI": ci, "PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.thorough
def test_ci_fails_where_a_test_skips_itself_for_want_of_anything_but_hardware(tmp_path: Path) -> None:
    result = run_skipping_tests(tmp_path, ci="true")
    assert result.returncode == 1, result.stdout + result.stderr
    assert "4 failed, 1 skipped" in result.stdout
    assert "test_browser was skipped, and CI=true allows no skipped test here" in result.stdout


@pytest.mark.thorough
def test_elsewhere_a_skipped_test_is_told_aloud(tmp_path: Path) -> None:
    result = run_skipping_tests(tmp_path, ci="")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "NOTICE: some browser and photos and server tests were skipped" in result.stdout
