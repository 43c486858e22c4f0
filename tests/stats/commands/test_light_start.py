"""What the commands for large tables load, which takes memory that the table wants."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.stats.tables import block, table

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.mark.thorough
@pytest.mark.parametrize("command", ["verdict", "curves", "consistency", "secondary", "report"])
def test_no_analysis_of_a_large_table_loads_all_of_scipy_stats(command: str, tmp_path: Path) -> None:
    """It takes tens of megabytes; scipy.special has every function that is needed of it."""
    rows = [*block("human", 4, 24, 3), *block("model", 3, 24, 2)]
    table(rows, [row | {"crop_level": 1} for row in rows]).to_csv(tmp_path / "trials.csv", index=False)
    folder = ["--out", str(tmp_path)] if command == "report" else []
    call = f"main({[command, str(tmp_path / 'trials.csv'), *folder]})"
    code = f"import sys; from stats.__main__ import main; {call}; sys.exit('scipy.stats' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, cwd=REPOSITORY)
