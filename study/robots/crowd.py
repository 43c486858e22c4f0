"""Simulation of many participants at once, through a running site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from django.db import connection

from study.models import Study
from study.recruitment import simulation_key
from study.robots.browser import Browser
from study.robots.observer import Curve, Person
from study.robots.visit import Visit

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True)
class CrowdReport:
    """How the robots' sessions ended."""

    people: int
    statuses: dict[str, int]

    @property
    def completed(self) -> int:
        """The number of sessions that were completed."""
        return self.statuses.get("completed", 0)


def simulate(
    study: Study,
    base_url: str,
    people: int,
    seed: int,
    on_progress: OnProgress | None = None,
    parallel: int = 4,
    curve: Curve | None = None,
    code: str = "",
    first: int = 0,
) -> CrowdReport:
    """Let robots take part in a frozen study, as `mode=simulated`, through the pages at `base_url`.

    With the code of its pilot's link they take part in that. There a trial's stimulus is the candidate that
    they see, so what they know of it is known of any other crop: its window, and what that shows. Robots of
    other numbers, counted from `first`, are other people, who find the same photos hard.

    The site must use the database of this process: robots look up there which answer is right.

    Raises PageError if the site cannot be reached, or does not answer as a participant needs it.
    """
    key = simulation_key(study)
    robots = [Person(number, seed) for number in range(first, first + people)]
    with ThreadPoolExecutor(max_workers=parallel) as pool:
        visits = [
            pool.submit(_visit, base_url, code or study.code, key, robot, curve or Curve())
            for robot in robots
        ]
        try:
            for done, visit in enumerate(as_completed(visits), start=1):
                visit.result()
                if on_progress:
                    on_progress(done, people)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return CrowdReport(people, dict(Counter(visit.result() for visit in visits)))


def _visit(base_url: str, code: str, key: str, robot: Person, curve: Curve) -> str:
    try:
        with Browser(base_url) as browser:
            return Visit(browser, code, key, robot.observer(curve)).take_part().status
    finally:
        connection.close()  # this thread's own
