"""`python -m stats` lists its commands, explains each, and ends quietly when its reader has seen enough."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from stats.__main__ import COMMANDS, main
from tests.stats.tables import block, table


def test_the_commands_are_listed_with_a_summary_each(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.startswith("    ")]
    assert set(COMMANDS) <= set(listed)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_every_option(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    _, options = capsys.readouterr().out.split("options:\n")
    lines = options.splitlines()
    unexplained = [
        line
        for line, after in zip(lines, [*lines[1:], ""], strict=True)
        if line.startswith("  -") and "  " not in line.strip() and not after.startswith("   ")
    ]
    assert unexplained == []


def test_without_a_command_it_is_one_line_and_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([])
    assert capsys.readouterr().err == "python -m stats: the following arguments are required: command\n"


@pytest.mark.thorough
def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    trials = tmp_path / "trials.csv"
    table(block("human", 4, 10, 4), block("model", 2, 10, 8)).to_csv(trials, index=False)
    command = [sys.executable, "-m", "stats", "verdict", str(trials)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0
