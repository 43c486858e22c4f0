"""People who go on when the site does not answer: as the player does, and who reloads a page."""

from __future__ import annotations

import threading
import time
from typing import Any

import httpx

from benchmarks._load_people import Log, take_part
from study.robots.browser import Browser

PATIENCE_SECONDS = 90.0
AGAIN_AFTER = 0.3


class PatientBrowser(Browser):
    """Asks again until the site answers; what it refuses stays refused."""

    def __init__(self, address: str, log: Log) -> None:
        super().__init__(address)
        self.log = log

    def _send(self, method: str, url: str, **content: Any) -> httpx.Response:
        patient_until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                response = super()._send(method, url, **content)
                if response.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                    return response
            except httpx.TransportError:
                if time.monotonic() > patient_until:
                    raise
            if time.monotonic() > patient_until:
                return response
            time.sleep(AGAIN_AFTER)


def people_take_part(people: int, address: str, code: str, log: Log) -> list[threading.Thread]:
    """Start a thread for each person."""
    threads = [threading.Thread(target=_visit, args=(address, code, log)) for _ in range(people)]
    for thread in threads:
        thread.start()
    return threads


def _visit(address: str, code: str, log: Log) -> None:
    try:
        with PatientBrowser(address, log) as browser:
            log.completed.append(take_part(browser, code))
    except Exception as error:  # whoever cannot finish is a result
        log.troubles.append(f"{type(error).__name__}: {error}")
