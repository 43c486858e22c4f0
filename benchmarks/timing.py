"""How long a photo planned for 200 ms is really on the screen: Sweetspot's stage and jsPsych, in Chromium.

Both show the same photo for the same time, idle and with tasks of 25 ms on the page's thread. What counts is
not what either program says of itself but when the browser's display compositor swapped frames, as its trace
has it. Two measures, the same for both programs:

swapped    from the swap that showed the photo to the swap that took it away, as they came. The goals are held
           against this one, the stricter: it has the program's frames in it and the scheduler of the machine.
displayed  the same swaps at the end of the 60 Hz refresh in which they lie. Without a display, Chromium swaps
           at any moment of a refresh; a display would show all of them at its end.
Run: python benchmarks/timing.py [--trials 60] [--runs 3]. It needs Chromium, npm and the registry.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import shutil
import statistics
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright
from tqdm import tqdm

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "var" / "benchmarks"
PACKAGES = ["jspsych@8.3.0", "@jspsych/plugin-image-keyboard-response@2.2.0"]
PROGRAMS = ("sweetspot", "jspsych")
CONDITIONS = {"idle": "", "busy": "&busy"}
PLANNED_MS = 200.0
FRAME_MS = 1000.0 / 60.0
SWAP = "SoftwareRenderer::SwapBuffers"
KINDS = ("swapped", "displayed")
END = "end of trials"
TRACE = ["viz", "blink.user_timing"]
GOALS = {"within_half_a_frame": 0.95, "within_one_frame": 0.99}


@dataclass(frozen=True)
class Run:
    """The trials of one page: by the compositor's swaps, and by the refreshes that show them."""

    swapped: Shares
    displayed: Shares


@dataclass(frozen=True)
class Shares:
    """The share of trials whose time on the screen was close to the plan."""

    within_half_a_frame: float
    within_one_frame: float
    mean_ms: float
    worst_ms: float


class Pages(SimpleHTTPRequestHandler):
    """Serves the benchmark's pages, the site's own modules, and the installed packages."""

    def translate_path(self, path: str) -> str:
        folders = {
            "pages": ROOT / "benchmarks" / "timing_pages",
            "study": ROOT / "study" / "static" / "study",
        }
        folders["npm"] = OUT / "npm" / "node_modules"
        name, _, rest = path.partition("?")[0].lstrip("/").partition("/")
        return str(folders.get(name, ROOT / "nowhere") / rest)

    def log_message(self, *_args: object) -> None:
        """Write nothing: nobody would read it."""


@contextmanager
def served_pages() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Pages))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def install_peer() -> None:
    folder = OUT / "npm"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    subprocess.run(["npm", "install", "--silent", "--prefix", folder, *PACKAGES], check=True)


def run_once(browser: Browser, address: str) -> Run:
    """Show all trials of one page while the browser is traced."""
    page = browser.new_page()
    browser.start_tracing(page=page, categories=TRACE)
    page.goto(address)
    # Looking once per frame, as is usual, would make frames of the page that no participant's page has.
    page.wait_for_function(f"performance.getEntriesByName({END!r}).length", timeout=240_000, polling=250)
    page.wait_for_timeout(200)
    trials = page.evaluate("trials.map(({ shown, hidden }) => ({ shown, hidden }))")
    ticks = page.evaluate("ticks")
    end = page.evaluate(f"performance.getEntriesByName({END!r})[0].startTime")
    events = json.loads(browser.stop_tracing())["traceEvents"]
    page.close()
    swapped = swaps(events, end)
    shown = durations(trials, swapped)
    return Run(shares_of(shown), shares_of(durations(trials, swapped, refreshes(swapped, *ticks))))


def swaps(events: list[dict[str, Any]], end: float) -> list[float]:
    """Return the times of the display's swaps on the page's clock, in milliseconds."""
    mark = next(event for event in events if event["name"] == END)
    origin = mark["ts"] / 1000.0 - end
    return sorted(
        event["ts"] / 1000.0 - origin for event in events if event["name"] == SWAP and event["ph"] in "XB"
    )


def refreshes(swapped: list[float], first: float, last: float) -> list[float]:
    """Return the end of the refresh in which each swap lies; two frame times of the page give the phase."""
    period = (last - first) / round((last - first) / FRAME_MS)
    return [first + period * math.ceil((swap - first) / period) for swap in swapped]


def durations(
    trials: list[dict[str, float]], swapped: list[float], seen: list[float] | None = None
) -> list[float]:
    """Return how long each photo was on the screen, from the swap that showed it to the one that removed it.

    Sweetspot's times are those of the frame after a change was drawn, jsPsych's those of the change itself.
    The swap of a change is the nearest one to either: the pages change nothing else meanwhile. `seen` gives
    the times to count instead of the swaps' own.
    """
    times = swapped if seen is None else seen
    return [times[nearest(swapped, row["hidden"])] - times[nearest(swapped, row["shown"])] for row in trials]


def nearest(times: list[float], moment: float) -> int:
    return min(range(len(times)), key=lambda index: abs(times[index] - moment))


def shares_of(shown: list[float]) -> Shares:
    errors = [abs(duration - PLANNED_MS) for duration in shown]
    return Shares(
        within_half_a_frame=sum(error <= FRAME_MS / 2 for error in errors) / len(errors),
        within_one_frame=sum(error <= FRAME_MS for error in errors) / len(errors),
        mean_ms=statistics.fmean(shown),
        worst_ms=max(errors),
    )


def measure(trials: int, runs: int) -> dict[str, dict[str, list[Run]]]:
    """Run all programs under all conditions, in turns, so that a busy minute of the machine meets both."""
    runs_by_condition: dict[str, dict[str, list[Run]]] = {
        program: {condition: [] for condition in CONDITIONS} for program in PROGRAMS
    }
    turns = [(program, condition) for _ in range(runs) for condition in CONDITIONS for program in PROGRAMS]
    with served_pages() as site, sync_playwright() as driver:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        for program, condition in tqdm(turns, desc="Timing"):
            address = f"{site}/pages/{program}.html?trials={trials}{CONDITIONS[condition]}"
            runs_by_condition[program][condition].append(run_once(browser, address))
        browser.close()
    return runs_by_condition


def summary(runs: list[Shares]) -> dict[str, Any]:
    """Return medians over the runs, with their range."""
    names = Shares.__dataclass_fields__
    values = {name: [getattr(run, name) for run in runs] for name in names}
    return {
        name: {"median": statistics.median(shares), "min": min(shares), "max": max(shares)}
        for name, shares in values.items()
    }


def goals(measured: dict[str, dict[str, list[Run]]]) -> dict[str, Any]:
    """Compare the stricter measure with the goals, and say what a display would have shown."""
    return {
        f"{condition}: share {name.replace('_', ' ')} of 200 ms": {
            "value": (value := statistics.median(getattr(run.swapped, name) for run in runs)),
            "goal": goal,
            "met": value >= goal,
            "displayed": statistics.median(getattr(run.displayed, name) for run in runs),
        }
        for condition, runs in measured["sweetspot"].items()
        for name, goal in GOALS.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=60)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    install_peer()
    load = os.getloadavg()[0]
    measured = measure(options.trials, options.runs)
    report = {
        "machine": machine() | {"load_before": load},
        "peers": PACKAGES,
        "trials": options.trials,
        "runs": options.runs,
        "results": {
            program: {
                condition: {kind: summary([getattr(run, kind) for run in runs]) for kind in KINDS}
                for condition, runs in conditions.items()
            }
            for program, conditions in measured.items()
        },
        "goals": goals(measured),
    }
    (OUT / "timing.json").write_text(json.dumps(report, indent=2))
    print_table(measured)
    for name, goal in report["goals"].items():
        print(f"{'met   ' if goal['met'] else 'MISSED'} {goal['value']:.3f}  (goal {goal['goal']})  {name}")


def machine() -> dict[str, Any]:
    system = {"system": platform.platform(), "processor": platform.machine()}
    return system | {"cores": os.cpu_count(), "display_hz": 60}


def print_table(measured: dict[str, dict[str, list[Run]]]) -> None:
    print("program    page  by         half frame  one frame  mean ms  worst ms   (medians of the runs)")
    for program, conditions in measured.items():
        for condition, runs in conditions.items():
            for kind in KINDS:
                row = [value["median"] for value in summary([getattr(run, kind) for run in runs]).values()]
                shares, times = f"{row[0]:>10.3f} {row[1]:>10.3f}", f"{row[2]:>8.1f} {row[3]:>9.1f}"
                print(f"{program:<10} {condition:<5} {kind:<9} {shares} {times}")


if __name__ == "__main__":
    main()
