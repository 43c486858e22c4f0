"""One robot's visit, page by page, as a person's browser makes it."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import uuid4

import msgspec

from study.asking.same_different import DIFFERENT, SAME
from study.asking.trial_task import AnsweredBy
from study.design import Design
from study.models import Session, Stimulus, Trial
from study.plan import Plan, plan_of
from study.questions.comprehension import STANDARD_RIGHT, right_answers
from study.questions.questionnaire import INSTRUCTED_ANSWER
from study.robots.browser import Browser
from study.robots.form_filling import own_answers, with_slip
from study.robots.in_sight import seen_in
from study.robots.observer import Observer
from study.sessions.tasks.every_conduct import conduct_of
from study.sessions.wire import Answer, Block, Delivery, Recorded, Status, TabRequest
from study.sizing.blind_spot import sweep_for
from study.sizing.presser import Presser
from study.sizing.screen_measure import BLIND_SPOT, CARD, MOST_TRIES, NEVER

DEVICE = {
    "input_device": "keyboard",
    "viewport_w": 1280,
    "viewport_h": 800,
    "dpr": 1,
    "refresh_hz": 60,
    "photo_loaded": "on",
    "storage_works": "on",
    "answers_fit": "on",
    "search_fits": "on",
}
MM_PER_PX = 25.4 / 96  # of a screen as style sheets imagine it
SCREEN = {"known_by": CARD, "mm_per_px": MM_PER_PX}
SEAT_SD = 0.1  # robots sit so far from where they are asked to, as a share of that distance
GLANCE_SHARE = 0.4  # a tile among others takes this share of the time that a photo alone does
MS_PER_LETTER = 120.0
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
        self._do_part()
        while self._session().status == Session.Status.BETWEEN:
            self.browser.post_form(f"{self.address}part", {})  # a robot need not wait for the next day
            self._do_part()
        if self._session().status == Session.Status.QUESTIONS:
            own = own_answers(self.design.own_form, self.observer.chance)
            standard = QUESTIONNAIRE | {"instructed": INSTRUCTED_ANSWER}
            self.browser.post_form(f"{self.address}questions", standard | own)
        return self._session()

    def _presses(self) -> dict[str, Any]:
        """Return the robot's presses at its blind spot: it sits about where it was asked to."""
        planned, chance = self.design.viewing_distance_cm, self.observer.chance
        presser = Presser(planned * chance.gauss(1.0, SEAT_SD), chance)
        rounds = presser.rounds(sweep_for(planned, MM_PER_PX), MM_PER_PX)
        return {"known_by": BLIND_SPOT, "rounds": msgspec.json.encode(rounds).decode()}

    def _do_part(self) -> None:
        """Check the device, read what to do, and answer all photos of a part."""
        self.browser.post_form(f"{self.address}device", DEVICE)
        if self.design.screen_calibration != NEVER:
            self.browser.post_form(f"{self.address}calibration", SCREEN)
        if self.design.measure_distance:
            for _ in range(MOST_TRIES):  # once it is known, another one changes nothing
                self.browser.post_form(f"{self.address}distance", self._presses())
        self.browser.post_form(f"{self.address}instructions", right_answers(self.design.comprehension))
        while self._play_block():
            pass

    @cached_property
    def design(self) -> Design:
        """The design of the version that the robot takes part in."""
        return self._plan().design

    def _plan(self) -> Plan:
        return plan_of(self._session().participant.version)

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
        photos = [f"{photo}__{part}" for photo in ("stimulus", "beside") for part in ("item", "level")]
        rows = Trial.objects.select_related(*photos, "session")
        rows = rows.prefetch_related("tiles__stimulus__item", "tiles__stimulus__level")
        by_token = {trial.token: trial for trial in rows.filter(token__in=tokens)}
        return tuple(
            Answer(trial=token, uuid=uuid4(), status=Status.ANSWERED, **self._choice(by_token[token]))
            for token in tokens
        )

    def _choice(self, trial: Trial) -> dict[str, Any]:
        """Return the button pressed, or the tiles of a grid that look like the target, and the time taken."""
        if self.design.asks.shows_pairs:
            return self._compared(trial)
        if trial.stimulus is not None:
            right, answers = conduct_of(self.design).right_places(trial)[0], len(trial.choice_order)
            photo = trial.stimulus.item.source_sha256
            response, rt = self.observer.respond(photo, seen_in(trial.stimulus), right, answers)
            if self.design.asks.answered_by == AnsweredBy.TEXT:
                return self._typed(trial.choice_order[response], rt)
            return {"response": response, "response_input": "key", "rt_ms": round(rt, 1)}
        return self._selected(trial)

    def _selected(self, trial: Trial) -> dict[str, Any]:
        order = trial.choice_order
        looks = [self._look(order, tile.stimulus) for tile in trial.tiles.all()]
        target = order.index(trial.target_id)
        selected = tuple(place for place, (seen, _) in enumerate(looks) if seen == target)
        return {
            "selected": selected,
            "response_input": "key",
            "rt_ms": round(GLANCE_SHARE * sum(rt for _, rt in looks), 1),
        }

    def _compared(self, trial: Trial) -> dict[str, Any]:
        """Return what two photos look like together, and the time taken.

        The photo that looks like the class asked for; where both do, or neither, one of them. Or whether both
        look alike. Each is taken for one of all classes: a robot that sees nothing guesses about either.
        """
        order = trial.session.choice_order
        looks = [self._look(order, photo) for photo in trial.photos]
        if trial.target_id is None:
            alike = looks[0][0] == looks[1][0]
            like = [trial.choice_order.index(SAME if alike else DIFFERENT)]
        else:
            target = order.index(trial.target_id)
            like = [place for place, (seen, _) in enumerate(looks) if seen == target] or [0, 1]
        taken = round(GLANCE_SHARE * sum(rt for _, rt in looks), 1)
        return {"response": self.observer.chance.choice(like), "response_input": "key", "rt_ms": taken}

    def _typed(self, category: int, rt: float) -> dict[str, Any]:
        """Return the name of a class as it is typed: now and then with a slip, letter after letter."""
        names = {choice.category: choice.name for choice in self._plan().choices}
        text = with_slip(names[category].replace("_", " "), self.observer.chance)
        typed = rt + MS_PER_LETTER * len(text)
        return {"text": text, "response_input": "key", "first_key_ms": round(rt, 1), "rt_ms": round(typed, 1)}

    def _look(self, order: list[int], stimulus: Stimulus) -> tuple[int, float]:
        """Return what a photo seems to show, as its place among classes, and how many ms that took."""
        right = order.index(stimulus.item.category_id)
        return self.observer.respond(stimulus.item.source_sha256, seen_in(stimulus), right, len(order))

    def _session(self) -> Session:
        return Session.of_any_stage.get(token=self.address.rstrip("/").rpartition("/")[2])
