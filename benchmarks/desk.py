"""The desk of a large study, the parts of it that are asked for later, and the lists of a large site.

Each checkout makes the same studies by its own models in a site that is thrown away: if nothing else is
asked for, one with 5,000 photos at five levels, 200 trained attackers, a frozen version with 1,000 people and
their answers. All are asked by Django's test client, by turns, so that what else the machine does meets all.
What is told are medians: of time by the clock, and of the processor's. `progress` is asked for every two
seconds while something runs, `answers` once after the desk; a checkout from before that has its figures in
the desk itself. A site with a million answers:
`python -m benchmarks.desk --studies 200 --photos 200 --runs 20 --people 125 --trials 40`.
Run: python -m benchmarks.desk [--against FOLDER]. It writes var/benchmarks/desk.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "var" / "benchmarks" / "desk.json"
SITE = Path(__file__).with_name("_desk_site.py")
PAGES = ("desk", "progress", "answers", "studies", "designs", "sessions", "sessions-100")
WARM_UP = 20


def main() -> None:
    chosen = _arguments()
    sizes = [chosen.studies, chosen.photos, chosen.runs, chosen.people, chosen.trials]
    checkouts = {"here": ROOT} | ({"against": chosen.against.resolve()} if chosen.against else {})
    with ExitStack() as sites:
        asked = {name: sites.enter_context(site_of(folder, sizes)) for name, folder in checkouts.items()}
        report = {
            "machine": platform.processor() or platform.machine(),
            "studies; photos, runs, people of each, trials of each person": sizes,
            **{page: measured(asked, page, chosen.turns, chosen.requests) for page in PAGES},
        }
    if chosen.against:
        report["share of the other's time"] = shares(report)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(report, indent=2) + "\n")
    print(json.dumps(report, indent=2))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="another checkout")
    parser.add_argument("--studies", type=int, default=1)
    parser.add_argument("--photos", type=int, default=5_000)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--trials", type=int, default=40, help="answers of each person")
    parser.add_argument("--turns", type=int, default=10)
    parser.add_argument("--requests", type=int, default=20, help="in each turn")
    return parser.parse_args()


class Site:
    """A process that serves one large study; it is asked over its standard input and output."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin
        assert process.stdout
        self._into, self._out_of = process.stdin, process.stdout
        self.line()  # it says when the study is stored

    def ask(self, page: str, requests: int) -> dict[str, Any]:
        """Ask for a page so often; return the number of its queries and bytes, and the times."""
        self._into.write(f"{page} {requests}\n")
        self._into.flush()
        answer: dict[str, Any] = json.loads(self.line())
        return answer

    def line(self) -> str:
        """Return the next line of the process.

        Raises
        ------
        RuntimeError
            If it has ended; it has said why on its standard error.
        """
        line = self._out_of.readline()
        if not line:
            raise RuntimeError("The site has ended; its last lines above say why.")
        return line


@contextmanager
def site_of(checkout: Path, sizes: list[int]) -> Iterator[Site]:
    """Start a site of a checkout with a study of this size; it ends with the block."""
    with tempfile.TemporaryDirectory(prefix="sweetspot-desk-") as folder:
        process = subprocess.Popen(
            [sys.executable, "-P", str(SITE), *map(str, sizes)],
            cwd=checkout,
            env=os.environ | {"SWEETSPOT_VAR": folder, "PYTHONPATH": str(checkout)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with process:
            try:
                yield Site(process)
            finally:
                process.terminate()


def measured(sites: dict[str, Site], page: str, turns: int, requests: int) -> dict[str, Any]:
    """Ask every site for a page, by turns; return the figures of each that has it."""
    answers: dict[str, list[dict[str, Any]]] = {
        name: [] for name, site in sites.items() if site.ask(page, WARM_UP)["status"] == HTTPStatus.OK
    }
    for _ in range(turns):
        for name, answer in answers.items():
            answer.append(sites[name].ask(page, requests))
    return {name: _figures(answer) for name, answer in answers.items()}


def _figures(answers: list[dict[str, Any]]) -> dict[str, Any]:
    wall, processor = zip(*(time for answer in answers for time in answer["times"]), strict=True)
    return {
        "queries": answers[-1]["queries"],
        "bytes": answers[-1]["bytes"],
        "ms": statistics.median(wall),
        "processor ms": statistics.median(processor),
    }


def shares(report: dict[str, Any]) -> dict[str, float]:
    """Return what share of the other's time ours is; of the desk also with what it fetches at once."""
    here = {page: report[page]["here"] for page in PAGES}
    other = {page: report[page]["against"] for page in ("desk", "progress")}
    return {
        f"{name}, {unit}": sum(here[page][unit] for page in pages) / other[pages[0]][unit]
        for unit in ("ms", "processor ms")
        for name, pages in (
            ("desk (at most 0.5)", ("desk",)),
            ("desk with answers", ("desk", "answers")),
            ("progress", ("progress",)),
        )
    }


if __name__ == "__main__":
    main()
