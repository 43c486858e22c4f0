"""One robot's visit, page by page, as a person's browser makes it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from study.comprehension import STANDARD_RIGHT, right_answers
from study.models import Session, Stimulus, Trial
from study.plan import plan_of
from study.questionnaire import INSTRUCTED_ANSWER
from study.robots.browser import Browser
from study.robots.in_sight import seen_in
from study.robots.observer import Observer
from study.sessions.wire import Answer, Block, Delivery, Recorded, Status, TabRequest

DEVICE = {
    "input_device": "keyboard",
    "viewport_w": 1280,
    "viewport_h": 800,
    "dpr": 1,
    "refresh_hz": 60,
    "photo_loaded": "on",
    "storage_works": "on",
    "answers_fit": "on",
}
GLANCE_SHARE = 0.4  # a tile among others takes this share of the time that a photo alone does
UNDERSTOOD = STANDARD_RIGHT
QUESTIONNAIRE = {"problems": "no", "problems_text": "", "seriously": "yes"} | {
    "instructed": INSTRUCTED_ANSWER
}


class Visit:
    """A visit from the landing page to the completion code.

    The robot learns which answer is right from the database, by the trial's token: no page tells it.
    """

    def __init__(self, browser: Browser, code: str, key: str, observer: Observer) -> None:
        self.browser = browser
        self.entry = {"mode": "simulated", "key": key}
        self.code = code
        self.observer = observer
        self.tab = uuid4()
        self.address = ""

    def take_part(self) -> Session:
        """Go through the whole study; return the session, which says how it ended."""
        self._enter()
        self.browser.post_form(f"{self.address}device", DEVICE)
        design = plan_of(self._session().participant.version).design
        self.browser.post_form(f"{self.address}instructions", right_answers(design.comprehension))
        while self._play_block():
            pass
        if self._session().status == Session.Status.QUESTIONS:
            self.browser.post_form(
                f"{self.address}questions", QUESTIONNAIRE | {"instructed": INSTRUCTED_ANSWER}
            )
        return self._session()

    def _enter(self) -> None:
        landing = f"/s/{self.code}/"
        query = f"?mode={self.entry['mode']}&key={self.entry['key']}"
        self.browser.get(landing + query)
        self.browser.get(f"{landing}consent{query}")
        first_page = self.browser.post_form(f"{landing}consent", {**self.entry, "agree": "on"})
        self.address = str(first_page.url)

    def _play_block(self) -> bool:
        """Fetch a block and its first photo, answer all of it at once; return whether anything was due.

        What a photo shows a robot knows from the database: that of each block's first photo proves that they
        are served, the rest would cost time.
        """
        block = self.browser.post_json(f"{self.address}block", TabRequest(self.tab), Block)
        if not block.trials:
            return False
        self.browser.get(block.trials[0].photos[0])
        answers = self._answers([trial.trial for trial in block.trials])
        self.browser.post_json(f"{self.address}answers", Delivery(tab=self.tab, answers=answers), Recorded)
        return True

    def _answers(self, tokens: list[str]) -> tuple[Answer, ...]:
        rows = Trial.objects.select_related("stimulus__item", "stimulus__level", "session")
        rows = rows.prefetch_related("tiles__stimulus__item", "tiles__stimulus__level")
        by_token = {trial.token: trial for trial in rows.filter(token__in=tokens)}
        return tuple(
            Answer(trial=token, uuid=uuid4(), status=Status.ANSWERED, **self._choice(by_token[token]))
            for token in tokens
        )

    def _choice(self, trial: Trial) -> dict[str, Any]:
        """Return the button pressed, or the tiles of a grid that look like the target, and the time taken."""
        if trial.stimulus is not None:
            response, rt = self._look(trial, trial.stimulus)
            return {"response": response, "response_input": "key", "rt_ms": round(rt, 1)}
        looks = [self._look(trial, tile.stimulus) for tile in trial.tiles.all()]
        target = trial.choice_order.index(trial.target_id)
        selected = tuple(place for place, (seen, _) in enumerate(looks) if seen == target)
        return {
            "selected": selected,
            "response_input": "key",
            "rt_ms": round(GLANCE_SHARE * sum(rt for _, rt in looks), 1),
        }

    def _look(self, trial: Trial, stimulus: Stimulus) -> tuple[int, float]:
        """Return what a photo seems to show, as the place of its button, and how many ms that took."""
        order = trial.choice_order
        right = order.index(stimulus.item.category_id)
        return self.observer.respond(stimulus.item_id, seen_in(stimulus), right, len(order))

    def _session(self) -> Session:
        return Session.of_any_stage.get(token=self.address.rstrip("/").rpartition("/")[2])
