"""How photos stood in each browser, against what was planned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.sittings.sitting import Sitting
from study.exclusions import frames_off
from study.models import Trial


@dataclass(frozen=True)
class BrowserTiming:
    """How photos stood in one browser, against what was planned."""

    browser: str
    people: int
    trials: int
    timed: int
    half_a_frame_pct: float | None
    one_frame_pct: float | None
    dropped_pct: float | None
    lost_focus_pct: float


def browser_timing(sittings: Iterable[Sitting]) -> list[BrowserTiming]:
    """Return achieved against planned time of photos by browser, most used first."""
    by_browser: dict[str, list[Sitting]] = defaultdict(list)
    for sitting in sittings:
        if any(answer.is_closed for answer in sitting.answers):
            by_browser[sitting.session.browser or "unknown"].append(sitting)
    rows = [_browser(name, people) for name, people in by_browser.items()]
    return sorted(rows, key=lambda row: (-row.people, row.browser))


def _browser(name: str, people: Sequence[Sitting]) -> BrowserTiming:
    tests = [
        answer
        for sitting in people
        for answer in sitting.answers
        if answer.block_type == Trial.BlockType.TEST and answer.response_status not in ("", "aborted")
    ]
    off = [frames for frames in map(frames_off, tests) if frames is not None]
    dropped = [answer.dropped_frames > 0 for answer in tests if answer.dropped_frames is not None]
    return BrowserTiming(
        name,
        people=len(people),
        trials=len(tests),
        timed=len(off),
        half_a_frame_pct=_pct([frames <= 0.5 for frames in off]),
        one_frame_pct=_pct([frames <= 1.0 for frames in off]),
        dropped_pct=_pct(dropped),
        lost_focus_pct=_pct([answer.focus_lost for answer in tests]) or 0.0,
    )


def _pct(hits: Sequence[bool]) -> float | None:
    return 100 * sum(hits) / len(hits) if hits else None
