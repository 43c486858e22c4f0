"""The table of trials of a large study: processor time per row, also beside that of another checkout.

Each checkout makes the same study by its own models (benchmarks/desk.py); both are asked for trials.csv by
turns, so that what else the machine does meets both. Every person answered `--trials` photos.
Run: python -m benchmarks.trials_csv [--against FOLDER]. It writes var/benchmarks/trials_csv.json.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.desk import ROOT, site_of

OUT = ROOT / "var" / "benchmarks" / "trials_csv.json"
PHOTOS, RUNS = 200, 20
TURNS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="another checkout")
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--trials", type=int, default=40, help="answers of each person")
    chosen = parser.parse_args()
    sizes = [1, PHOTOS, RUNS, chosen.people, chosen.trials]
    checkouts = {"here": ROOT} | ({"against": chosen.against.resolve()} if chosen.against else {})
    with ExitStack() as sites:
        asked = {name: sites.enter_context(site_of(folder, sizes)) for name, folder in checkouts.items()}
        turns = [{name: site.ask("trials.csv", 1) for name, site in asked.items()} for _ in range(TURNS)]
    report: dict[str, Any] = {"machine": platform.processor() or platform.machine()}
    report |= {name: figures_of([turn[name] for turn in turns]) for name in checkouts}
    if chosen.against:
        here, there = (report[name]["processor us a row"] for name in checkouts)
        report["share (at most 1/3)"] = here / there
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(report, indent=2) + "\n")
    print(json.dumps(report, indent=2))


def figures_of(answers: list[dict[str, Any]]) -> dict[str, float]:
    """Return the size of the table, and the median processor time of a row."""
    rows = answers[0]["lines"] - 1  # the first line names the columns
    each = [1000 * processor / rows for answer in answers for _, processor in answer["times"]]
    return {
        "rows": rows,
        "queries": answers[-1]["queries"],
        "bytes a row": answers[-1]["bytes"] / rows,
        "processor us a row": statistics.median(each),
    }


if __name__ == "__main__":
    main()
