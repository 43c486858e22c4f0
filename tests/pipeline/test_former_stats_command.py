"""`python -m pipeline.stats` does what `python -m stats` does, and says once on stderr where it moved."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.stats.tables import block, table

NOTE = "note: `python -m pipeline.stats` has moved; use `python -m stats`\n"


def run_module(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def trials(tmp_path: Path) -> Path:
    path = tmp_path / "trials.csv"
    table(block("human", 6, 20, 4), block("model", 3, 20, 30)).to_csv(path, index=False)
    return path


@pytest.mark.thorough
def test_it_prints_the_same_and_notes_the_new_address_once(trials: Path) -> None:
    today, former = (run_module(module, "verdict", str(trials)) for module in ("stats", "pipeline.stats"))
    assert (today.returncode, today.stderr) == (0, "")
    assert "Verdict" in today.stdout
    assert (former.returncode, former.stdout, former.stderr) == (0, today.stdout, NOTE)


@pytest.mark.thorough
def test_it_refuses_the_same_with_the_same_exit_code(trials: Path) -> None:
    arguments = ("verdict", str(trials), "--floor", ".5")
    today, former = (run_module(module, *arguments) for module in ("stats", "pipeline.stats"))
    assert (today.returncode, today.stdout) == (2, "")
    assert (former.returncode, former.stdout, former.stderr) == (2, "", NOTE + today.stderr)
