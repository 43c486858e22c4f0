"""What is stored of a photo's onset and duration, and what a camera saw, in every browser.

The camera watches a virtual screen and presses a key or the mouse at times that it knows. Stored response
time minus true response time is the error of everything together: of the onset and of the time of the press.
Pages run as participants' pages do; the photo is red, for the camera.

A virtual screen has no vertical synchronisation and 60 Hz of the browser's own making, so this tells of
browsers and of the site, and nothing of a real screen. A finger cannot be sent to an X screen.
Run: python -m benchmarks.onset [--trials 40]. It needs Chromium, Firefox, WebKitGTK and Xvfb.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from tqdm import tqdm

from benchmarks._camera import Hand, Sight, filming
from benchmarks.timing import OUT, machine, served_pages
from tests.browser.chromium_window import ChromiumWindow
from tests.browser.firefox import FirefoxWindow, running_firefox
from tests.browser.virtual_screen import virtual_screen
from tests.browser.webkit import WebKitWindow, running_webkit
from tests.browser.window import LAPTOP, PHONE, Size, Window

DURATIONS = (50, 200)
SIZES: dict[str, Size] = {"laptop": LAPTOP, "phone": PHONE}
HANDS: tuple[Hand, ...] = ("key", "mouse")
TRIAL_MS = 1300
FAR_S = 0.15  # a sight belongs to the trial whose stored onset is nearest, if it is nearer than this


@dataclass(frozen=True)
class Spread:
    """Median and standard deviation of so many values, in milliseconds."""

    median: float
    sd: float
    n: int


@dataclass(frozen=True)
class Row:
    """One browser at one size, answered by one hand; what was stored against what was seen."""

    browser: str
    hz: int
    size: str
    hand: str
    lag_ms: float | None
    onset: Spread
    response_time: Spread
    durations: dict[int, Spread]


@contextmanager
def chromium(display: str, size: Size) -> Iterator[Window]:
    arguments = ["--no-sandbox", "--disable-gpu", "--window-position=0,0"]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path="/usr/bin/chromium",
            headless=False,
            args=arguments,
            env=dict(os.environ, DISPLAY=display),
        )
        yield ChromiumWindow(browser.new_page(viewport={"width": size[0], "height": size[1]}))
        browser.close()


@contextmanager
def firefox(display: str, size: Size, **preferences: int) -> Iterator[Window]:
    with (
        tempfile.TemporaryDirectory() as folder,
        running_firefox(f"{folder}/log", display, **preferences) as client,
    ):
        window = FirefoxWindow(client)
        window.become(size, "mouse")
        yield window


@contextmanager
def webkit(display: str, size: Size) -> Iterator[Window]:
    with tempfile.TemporaryDirectory() as folder, running_webkit(Path(folder), display) as browser:
        window = WebKitWindow(browser)
        window.become(size, "mouse")
        yield window


BROWSERS: dict[tuple[str, int], Callable[..., Any]] = {
    ("Chromium", 60): chromium,
    ("Firefox", 60): firefox,
    ("Firefox", 120): partial(firefox, **{"layout.frame_rate": 120}),
    ("WebKitGTK", 60): webkit,
}


def measure(site: str, name: str, hz: int, size: str, hand: Hand, trials: int) -> Row:
    """Film one page of trials."""
    planned = ",".join(map(str, DURATIONS))
    with (
        virtual_screen() as screen,
        BROWSERS[name, hz](screen.display, SIZES[size]) as window,
        filming(screen.display, screen.pixels, hand) as film,
    ):
        window.open(f"{site}/pages/onset.html?trials={trials}&ms={planned}")
        for _ in range(trials):  # WebKitGTK takes a page for dead that nobody asks for long
            window.rest(TRIAL_MS)
            assert window.address
        stored = json.loads(window.text_of("#results:not(:empty)"))
    pairs = list(paired(stored["trials"], film.sights))
    onsets = [1000 * (trial["shown_s"] - sight.onset_s) for trial, sight in pairs]
    answered = [(trial, sight) for trial, sight in pairs if trial["rt_ms"] and sight.pressed_s]
    errors = [trial["rt_ms"] - 1000 * (sight.pressed_s - sight.onset_s) for trial, sight in answered]
    durations = {
        ms: spread([1000 * (s.offset_s - s.onset_s) for t, s in pairs if t["planned"] == ms])
        for ms in DURATIONS
    }
    return Row(name, hz, size, hand, stored["lag"], spread(onsets), spread(errors), durations)


def paired(trials: list[dict[str, Any]], sights: list[Sight]) -> Iterator[tuple[dict[str, Any], Sight]]:
    """Return each trial with what was seen of it."""
    for trial in trials:
        sight = min(sights, key=lambda sight: abs(sight.onset_s - trial["shown_s"]), default=None)
        if sight and abs(sight.onset_s - trial["shown_s"]) < FAR_S:
            yield trial, sight


def spread(values: list[float]) -> Spread:
    if len(values) < 2:
        return Spread(float("nan"), float("nan"), len(values))
    return Spread(round(statistics.median(values), 1), round(statistics.stdev(values), 1), len(values))


def table(rows: list[Row]) -> str:
    """Return the rows as Markdown."""
    heads = ["browser", "Hz", "size", "input", "stored - true onset", "stored - true RT"]
    heads += [f"{ms} ms seen as" for ms in DURATIONS] + ["n"]
    lines = [heads, ["---"] * len(heads)]
    lines += [
        [row.browser, str(row.hz), row.size, row.hand]
        + [f"{each.median} ({each.sd})" for each in (row.onset, row.response_time, *row.durations.values())]
        + [str(row.response_time.n)]
        for row in rows
    ]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=40)
    names = sorted({name for name, _ in BROWSERS})
    parser.add_argument("--browsers", nargs="+", default=names, choices=names)
    parser.add_argument("--hands", nargs="+", default=HANDS)
    parser.add_argument("--sizes", nargs="+", default=SIZES)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    browsers = [browser for browser in BROWSERS if browser[0] in options.browsers]
    turns = [
        (*browser, size, hand) for browser in browsers for size in options.sizes for hand in options.hands
    ]
    with served_pages() as site:
        rows = []
        for turn in tqdm(turns, desc="Onset"):
            rows.append(measure(site, *turn, options.trials))
            tqdm.write(table(rows[-1:]).splitlines()[-1])
    OUT.mkdir(parents=True, exist_ok=True)
    report = {"machine": machine() | {"load_before": load}, "rows": [asdict(row) for row in rows]}
    (OUT / "onset.json").write_text(json.dumps(report, indent=2))
    print(table(rows))


if __name__ == "__main__":
    main()
