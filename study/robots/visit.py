"""One robot's visit, page by page, as a browser makes it."""

from __future__ import annotations

import uuid
from typing import Any

from study.models import Session, Trial
from study.robots.browser import Browser
from study.robots.observer import Observer

DEVICE = {
    "input_device": "keyboard",
    "viewport_w": 1280,
    "viewport_h": 800,
    "dpr": 1,
    "refresh_hz": 60,
    "photo_loaded": "on",
    "storage_works": "on",
}
UNDERSTOOD = {"task": "action", "unsure": "guess"}
QUESTIONNAIRE = {"problems": "no", "problems_text": "", "seriously": "yes"}


class Visit:
    """Takes part from the landing page to the completion code.

    The robot learns which answer is right from the database, by the trial's token: no page tells it.
    """

    def __init__(self, browser: Browser, code: str, key: str, observer: Observer) -> None:
        self.browser = browser
        self.entry = {"mode": "simulated", "key": key}
        self.code = code
        self.observer = observer
        self.tab = str(uuid.uuid4())
        self.address = ""

    def take_part(self) -> Session:
        """Go the whole way; the session says how it ended."""
        self._enter()
        self.browser.post_form(f"{self.address}device", DEVICE)
        self.browser.post_form(f"{self.address}instructions", UNDERSTOOD)
        while self._play_block():
            pass
        if self._session().status == Session.Status.QUESTIONS:
            self.browser.post_form(f"{self.address}questions", QUESTIONNAIRE)
        return self._session()

    def _enter(self) -> None:
        landing = f"/s/{self.code}/"
        query = f"?mode={self.entry['mode']}&key={self.entry['key']}"
        self.browser.get(landing + query)
        self.browser.get(f"{landing}consent{query}")
        self.address = self.browser.post_form(f"{landing}consent", {**self.entry, "agree": "on"}).url

    def _play_block(self) -> bool:
        """Fetch a block and its first photo, answer all of it at once; False when nothing is due.

        A robot does not look at photos: one per block proves that they are served, the rest would cost time.
        """
        block = self.browser.post_json(f"{self.address}block", {"tab": self.tab})
        for trial in block["trials"][:1]:
            self.browser.get(trial["photo"])
        answers = self._answers([trial["trial"] for trial in block["trials"]])
        if answers:
            self.browser.post_json(f"{self.address}answers", {"tab": self.tab, "answers": answers})
        return bool(answers)

    def _answers(self, tokens: list[str]) -> list[dict[str, Any]]:
        rows = Trial.objects.select_related("stimulus__item", "stimulus__level", "session")
        by_token = {trial.token: trial for trial in rows.filter(token__in=tokens)}
        return [self._answer(by_token[token]) for token in tokens]

    def _answer(self, trial: Trial) -> dict[str, Any]:
        order = trial.session.choice_order
        right = order.index(trial.stimulus.item.category_id)
        cut_away = trial.stimulus.level.crop_fraction
        response, rt = self.observer.respond(trial.stimulus.item_id, cut_away, right, len(order))
        identity = {"trial": trial.token, "uuid": str(uuid.uuid4())}
        return {**identity, "status": "answered", "response": response, "rt_ms": round(rt, 1)}

    def _session(self) -> Session:
        return Session.objects.get(token=self.address.rstrip("/").rpartition("/")[2])
