"""A study of a million trials leaves the site in one zip file, with little memory."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.db import connection

from pipeline.analysis.freezing import freeze_with_machine
from study.models import StudyVersion
from tests.pipeline.answered import add_run
from tests.pipeline.exports.dataset.million_trials import PEOPLE, TRIALS, answer_all
from tests.study.factories import NOW, draft_study

LIMIT_MB = 300


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.django_db(transaction=True)  # the database is copied, which takes one at rest
def test_a_million_trials_are_exported_in_300_mb(tmp_path: Path) -> None:
    study = draft_study(test_photos=70, validation_photos=30, trials_per_person=TRIALS, catch_share=0.1)
    for level in study.levels.all():
        add_run(study, level.number, seed=0, skill=0.5)
    version = freeze_with_machine(study, NOW)
    answer_all(version)
    out = tmp_path / "dataset.zip"
    peak_mb = _export(version, _database_file(tmp_path), out)
    with ZipFile(out) as dataset:
        (trials,) = [name for name in dataset.namelist() if "table-trials" in name]
        with dataset.open(trials) as lines:
            people = sum(b",human," in line for line in lines)
    print(f"{people} trials of people, {out.stat().st_size / 2**20:.0f} MB, peak {peak_mb:.0f} MB")  # noqa: T201
    assert people == PEOPLE * TRIALS
    assert peak_mb < LIMIT_MB


def _database_file(folder: Path) -> Path:
    path = folder / "db.sqlite3"
    with sqlite3.connect(path) as copy:
        connection.connection.backup(copy)
    return path


MEASURED = """
import sys
from pathlib import Path
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", *sys.argv[1:]])
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(int(status["VmHWM"].split()[0]) / 1024)
"""


def _export(version: StudyVersion, database: Path, out: Path) -> float:
    """Run the command in a process of its own and return its peak memory in MB.

    The process says it itself: what its parent is told of it includes the parent's own memory.
    """
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SWEETSPOT_VAR": str(settings.SWEETSPOT_VAR),
    }
    command = [sys.executable, "-c", MEASURED, "export_study", version.study.code, "--out", str(out)]
    run = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return float(run.stdout.splitlines()[-1])
