"""A million trials leave the site in one zip file within the memory of a small server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROWS, MOST_MB = 1_000_000, 300
PEAK = (
    "import json, resource, subprocess, sys\n"
    "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)\n"
    "print(json.dumps(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024))\n"
)


def run(site: Path, *words: str) -> str:
    environment = os.environ | {"SWEETSPOT_VAR": str(site), "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run([sys.executable, *words], env=environment, stdout=subprocess.PIPE, check=True)
    return done.stdout.decode()


@pytest.mark.slow
def test_a_million_trials_are_exported_within_the_memory_of_a_small_server(tmp_path: Path) -> None:
    filled = run(tmp_path, "-m", "tests.pipeline.exports.dataset.many_trials", str(ROWS))
    code, out = filled.split("CODE ")[1].strip(), tmp_path / "all.zip"
    export = ("manage.py", "export_study", code, "--mode", "live", "--out", str(out))
    megabytes = json.loads(run(tmp_path, "-c", PEAK, sys.executable, *export))
    with zipfile.ZipFile(out) as archive:
        (table,) = (name for name in archive.namelist() if name.endswith("trials_data.csv"))
        with archive.open(table) as lines:
            assert sum(1 for _ in lines) - 1 >= ROWS
    assert megabytes < MOST_MB, f"{megabytes:.0f} MB"
