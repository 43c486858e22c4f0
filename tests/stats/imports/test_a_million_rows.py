"""A table of a million rows is imported in bounded memory, whatever it is written as."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stats.imports.tables_of_programs import Row, jspsych_csv

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
PEOPLE, TRIALS = 2500, 400
MOST_MIB = 400
MEASURED = """
import resource, sys
from stats.__main__ import main
code = main(sys.argv[1:])
print("peak MiB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
sys.exit(code)
"""


def trials_of(person: int) -> Iterator[Row]:
    for k in range(TRIALS):
        category = ("run", "swim")[k % 2]
        yield {
            "subject_id": f"p{person}",
            "trial_type": "image-button-response",
            "trial_index": k,
            "rt": 500 + (person + k) % 700,
            "response": category if (person * k) % 7 else "swim",
            "stimulus": f"img{k}.png",
            "category": category,
            "level": k // 2 % 4,
            "correct": bool((person * k) % 7) or category == "swim",
        }


def as_csv(path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        for person in range(PEOPLE):
            head, body = jspsych_csv(list(trials_of(person))).split("\r\n", 1)
            file.write(body if person else f"{head}\r\n{body}")


def as_json(path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        for person in range(PEOPLE):
            file.write("," if person else "[")
            file.write(json.dumps(list(trials_of(person)))[1:-1])
        file.write("]")


@pytest.mark.parametrize(("ending", "write"), [("csv", as_csv), ("json", as_json)])
def test_a_million_rows_stay_below_400_mib(ending: str, write: object, tmp_path: Path) -> None:
    table, out = tmp_path / f"data.{ending}", tmp_path / "trials.csv"
    assert callable(write)
    write(table)
    command = [sys.executable, "-c", MEASURED, "import", str(table), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    peak = int(done.stdout.rsplit("peak MiB ", 1)[1])
    with out.open(encoding="utf-8") as lines:
        assert sum(1 for _ in lines) == 1 + PEOPLE * TRIALS
    assert peak < MOST_MIB
