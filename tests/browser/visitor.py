"""Takes part as a person would: reads, presses, waits for what the page shows."""

from __future__ import annotations

from playwright.sync_api import Page

from study.choosing.answer_keys import keys_of
from study.models import Session, Trial
from tests.study.playing import targets_of

LEAST_LESSON_MS = 700  # a press before is taken for a second one for the photo


class Visitor:
    """One person in front of one page; `by_touch` taps where others press keys."""

    def __init__(self, page: Page, address: str, *, by_touch: bool = False) -> None:
        self.page = page
        self.address = address
        self.by_touch = by_touch

    def press(self, name: str) -> None:
        button = self.page.get_by_role("button", name=name)
        if self.by_touch:
            button.tap()
        else:
            button.focus()
            self.page.keyboard.press("Enter")

    def consent(self) -> None:
        self.page.goto(self.address)
        self.press("Start")
        self.page.get_by_role("checkbox").check()
        self.press("Continue")

    def pass_device_check(self) -> None:
        self.page.get_by_text("Everything is fine.").wait_for()
        self.press("Continue")

    def pass_instructions(self) -> None:
        """The right answers, whichever task they are about."""
        self.page.locator("[name=task][value=action]").check()
        self.page.locator("[name=unsure][value=guess]").check()
        self.press("Continue")

    def begin(self) -> None:
        """As far as the first screen of practice."""
        self.consent()
        self.pass_device_check()
        self.pass_instructions()

    @property
    def session(self) -> Session:
        return Session.objects.get(token=self.page.url.rstrip("/").rpartition("/")[2])

    def due(self) -> list[Trial]:
        """The trials of the block on the screen."""
        opened = self.session.trials.open()
        first = opened.first()
        assert first is not None, "no trial is open"
        return list(opened.filter(block_id=first.block_id, attempt=first.attempt))

    def play_block(self, button: str = "Show the photos") -> None:
        self.start_block(button)
        for place, trial in enumerate(self.due(), start=1):
            self.answer(trial, place)

    def start_block(self, button: str = "Show the photos") -> None:
        self.page.get_by_role("button", name=button).wait_for()
        self.press(button)

    def answer(self, trial: Trial, place: int, *, right: bool = True) -> None:
        """Wait for the photo, then choose; the truth comes from the database, never from the page."""
        if trial.stimulus is None:
            self.submit_grid(place, targets_of(trial))
            self.read_the_lesson(trial)
            return
        choices = trial.choice_order
        choice = choices.index(trial.stimulus.item.category_id)
        if not right:
            choice = (choice + 1) % len(choices)
        self.wait_for_photo(place)
        if self.by_touch:
            self.page.locator(f"[data-choice='{choice}']").tap()
        else:
            self.press_key_of(choice, len(choices))
        self.read_the_lesson(trial)

    def read_the_lesson(self, trial: Trial) -> None:
        """After a practice photo, go on once its lesson is read."""
        if trial.block_type == Trial.BlockType.PRACTICE:
            self.page.locator("#lesson:visible").wait_for()
            self.page.wait_for_timeout(LEAST_LESSON_MS)
            self.press("Next photo")

    def press_key_of(self, choice: int, answers: int) -> None:
        """Press the key of an answer; a number of two digits is typed."""
        scheme = self.session.participant.version.design.answer_keys
        key = keys_of(scheme, answers)[choice]
        for press in key if key.isdigit() else [key]:
            self.page.keyboard.press(press)

    def submit_grid(self, place: int, wanted: list[int]) -> None:
        """Select tiles: by finger, or by number; then submit."""
        self.wait_for_photo(place)
        for tile in wanted:
            if self.by_touch:
                self.page.locator("[data-tile]").nth(tile).tap()
            else:
                self.page.keyboard.press(str(tile + 1))
        if self.by_touch:
            self.page.get_by_role("button", name="Submit").tap()
        else:
            self.page.keyboard.press("Enter")

    def wait_for_photo(self, place: int) -> None:
        self.page.locator(f"#trial[data-place='{place}'][data-phase='answering']").wait_for()

    def finish(self) -> str:
        """Answer the questionnaire; returns the completion code on the last page."""
        self.page.get_by_role("group", name="technical problems").get_by_label("No").check()
        self.page.get_by_label("Yes, I answered seriously").check()
        self.press("Finish")
        return self.page.locator("#completion-code").inner_text()
