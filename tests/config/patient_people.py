"""People who go on when the site does not answer: as the player does, and who reloads a page."""

from __future__ import annotations

import threading
import time
from http import HTTPStatus
from http.client import HTTPException

from benchmarks._light_browser import LightBrowser
from benchmarks._load_people import Log, take_part

PATIENCE_SECONDS = 90.0
AGAIN_AFTER = 0.3


class PatientBrowser(LightBrowser):
    """Asks again until the site answers; what it refuses stays refused."""

    def _tried(self, method: str, path: str, body: bytes | None, kind: str) -> tuple[int, str, bytes]:
        patient_until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = super()._tried(method, path, body, kind)
                if answer[0] < HTTPStatus.INTERNAL_SERVER_ERROR or time.monotonic() > patient_until:
                    return answer
            except (HTTPException, OSError):
                if time.monotonic() > patient_until:
                    raise
            time.sleep(AGAIN_AFTER)


def people_take_part(people: int, address: str, code: str, log: Log) -> list[threading.Thread]:
    """Start a thread for each person."""
    threads = [threading.Thread(target=_visit, args=(address, code, log)) for _ in range(people)]
    for thread in threads:
        thread.start()
    return threads


def _visit(address: str, code: str, log: Log) -> None:
    try:
        with PatientBrowser(address, lambda *_: None) as browser:
            log.completed.append(take_part(browser, code, log))
    except Exception as error:  # whoever cannot finish is a result
        log.troubles.append(f"{type(error).__name__}: {error}")
