"""People who take part all at once, and a log of all requests and acknowledgements."""

from __future__ import annotations

import random
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from tqdm import tqdm

from benchmarks._light_browser import LightBrowser

PACE_S = 3.0
MOST_BYTES_AT_ONCE = 512 * 1024  # of photos in one answer
RAMP_S = 40.0  # arrivals are spread over this time


@dataclass(frozen=True)
class Request:
    """One request as a person's browser saw it."""

    kind: str
    at: float
    seconds: float
    status: int


@dataclass
class Log:
    """All requests and acknowledged answers; each thread appends, which is atomic."""

    requests: list[Request] = field(default_factory=list)
    acknowledged: list[uuid.UUID] = field(default_factory=list)
    completed: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


def let_everybody_take_part(people: int, address: str, code: str, log: Log) -> None:
    """Start a thread per person; arrivals are spread evenly over the ramp, at random moments."""
    threading.stack_size(256 * 1024)
    chance = random.Random(1)
    start = time.perf_counter()
    arrivals = [start + RAMP_S * (number + chance.random()) / people for number in range(people)]
    threads = [threading.Thread(target=visit, args=(address, code, at, log)) for at in arrivals]
    for thread in threads:
        thread.start()
    for thread in tqdm(threads, desc="People", unit="person"):
        thread.join()


def visit(address: str, code: str, arrival: float, log: Log) -> None:
    """Take one person from the link to the code, and note whatever goes wrong."""
    time.sleep(max(0.0, arrival - time.perf_counter()))

    def note(path: str, sent_at: float, seconds: float, status: int) -> None:
        log.requests.append(Request(kind_of(path), sent_at, seconds, status))

    try:
        with LightBrowser(address, note) as browser:
            log.completed.append(take_part(browser, code, log))
    except Exception as error:  # whoever fails, for whatever reason, is a result
        log.troubles.append(f"{type(error).__name__}: {error}")


def kind_of(url: str) -> str:
    if url.endswith("/answers"):
        return "answer"
    return "photo" if "/photos/" in url else "page"


def take_part(browser: LightBrowser, code: str, log: Log) -> str:
    from study.robots.visit import DEVICE, QUESTIONNAIRE, UNDERSTOOD
    from study.sessions.wire import Block, TabRequest

    browser.get(f"/s/{code}/")
    browser.get(f"/s/{code}/consent")
    session = browser.post_form(f"/s/{code}/consent", {"agree": "on"}).url
    browser.post_form(f"{session}device", DEVICE)
    browser.post_form(f"{session}instructions", UNDERSTOOD)
    tab = uuid.uuid4()
    while (block := browser.post_json(f"{session}block", TabRequest(tab), Block)).trials:
        for address in addresses_of(block):
            browser.get(address)
        answer_block(browser, session, tab, [trial.trial for trial in block.trials], log)
    page = browser.post_form(f"{session}questions", QUESTIONNAIRE).text
    return page.partition('id="completion-code"')[2].partition(">")[2].partition("<")[0]


def addresses_of(block: Any) -> list[str]:
    """Return what the player asks for to have all photos of a block (photo_groups.js)."""
    from study.sessions.wire import MOST_PHOTOS_AT_ONCE

    size = max(1, min(MOST_PHOTOS_AT_ONCE, MOST_BYTES_AT_ONCE // block.photo_bytes))
    photos = [photo for trial in block.trials for photo in trial.photos]
    groups = [photos[first : first + size] for first in range(0, len(photos), size)]
    return [",".join([group[0], *(photo.rpartition("/")[2] for photo in group[1:])]) for group in groups]


def answer_block(browser: LightBrowser, session: str, tab: uuid.UUID, trials: list[str], log: Log) -> None:
    """Answer as the player does: each answer is sent with the message that the next trial begins."""
    from study.sessions.wire import Answer, Delivery, Status

    post(browser, session, Delivery(tab=tab, begun=trials[0]), log)
    due = time.perf_counter()
    for place, trial in enumerate(trials):
        due += PACE_S
        time.sleep(max(0.0, due - time.perf_counter()))
        answer = Answer(
            trial=trial, uuid=uuid.uuid4(), status=Status.ANSWERED, response=place % 3, rt_ms=900.0 + place
        )
        following = trials[place + 1] if place + 1 < len(trials) else None
        post(browser, session, Delivery(tab=tab, begun=following, answers=(answer,)), log)


def post(browser: LightBrowser, session: str, delivery: Any, log: Log) -> None:
    """Send a delivery; its answers count as acknowledged once the server has said so, and not before."""
    from study.sessions.wire import Recorded

    browser.post_json(f"{session}answers", delivery, Recorded)
    log.acknowledged += [answer.uuid for answer in delivery.answers]
