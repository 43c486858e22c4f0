"""Takes part as a person would: reads, presses, waits for what the page shows."""

from __future__ import annotations

from study.choosing.answer_keys import keys_of
from study.models import Session, Trial
from tests.browser.window import Hand, Window
from tests.study.playing import place_of_right_answer, targets_of

DEVICE_CHECKS = 5
LEAST_LESSON_MS = 700  # a press before is taken for a second one for the photo
LEAST_REACTION_MS = 200  # the page takes no answer for one to a photo that has not reached the screen yet


class Visitor:
    """One person in front of one window, who does everything by the same hand."""

    def __init__(self, window: Window, address: str, *, hand: Hand = "key") -> None:
        self.window = window
        self.address = address
        self.hand: Hand = hand

    def press(self, name: str) -> None:
        self.window.press(name, self.hand)

    def choose(self, selector: str) -> None:
        self.window.choose(selector, self.hand)

    def consent(self) -> None:
        self.window.open(self.address)
        self.press("Start")
        self.choose("[name=agree]")
        self.press("Continue")

    def pass_device_check(self) -> None:
        self.be_found_fit()
        self.press("Continue")

    def be_found_fit(self) -> None:
        """A computer with much else to do can fail once; then people press the button to check again."""
        for _ in range(DEVICE_CHECKS):
            self.window.wait_for("#fit, #unfit")
            if self.window.sees("#fit"):
                return
            failed = self.window.text_of("[data-state=failed]")
            self.press("Check again")
        raise AssertionError(f"the device check failed {DEVICE_CHECKS} times, last at: {failed}")

    def pass_instructions(self) -> None:
        """The right answers, whichever task they are about."""
        self.choose("[name=task][value=action]")
        self.choose("[name=unsure][value=guess]")
        self.press("Continue")

    def begin(self) -> None:
        """As far as the first screen of practice."""
        self.consent()
        self.pass_device_check()
        self.pass_instructions()

    def go_the_whole_way(self) -> tuple[Session, str]:
        """Practice, one block, a break and another block; returns the completion code as well."""
        self.begin()
        self.play_block()
        self.play_block()
        self.play_block("Continue")
        code = self.finish()
        return self.session, code

    @property
    def session(self) -> Session:
        return Session.objects.get(token=self.window.address.rstrip("/").rpartition("/")[2])

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
        self.press(button)

    def answer(self, trial: Trial, place: int, *, right: bool = True) -> None:
        """Wait for the photo, then choose; the truth comes from the database, never from the page."""
        if trial.stimulus is None:
            self.submit_grid(place, targets_of(trial))
            self.read_the_lesson(trial)
            return
        if trial.session.participant.version.design.task == "naming":
            self.type_name(place, trial.stimulus.item.category.name)
            self.read_the_lesson(trial)
            return
        if self.session.answers_by == "search":
            name = trial.stimulus.item.category.name.replace("_", " ")
            self.search_for(place, name, place_of_right_answer(trial))
            self.read_the_lesson(trial)
            return
        choices = trial.choice_order
        choice = place_of_right_answer(trial)
        if not right:
            choice = (choice + 1) % len(choices)
        self.wait_for_photo(place)
        if self.hand == "key":
            self.press_key_of(choice, len(choices))
        else:
            self.choose(f"[data-choice='{choice}']")
        self.read_the_lesson(trial)

    def type_name(self, place: int, name: str) -> None:
        """Type what is seen; submit by Enter, or by the button."""
        self.wait_for_photo(place)
        for letter in name:
            self.window.type_key(letter)
        if self.hand == "key":
            self.window.type_key("Enter")
        else:
            self.press("Submit")

    def search_for(self, place: int, name: str, choice: int) -> None:
        """Type letters of a name until the answer is there; take it by Enter, or by the hand."""
        self.wait_for_photo(place)
        for letter in name:
            self.window.type_key("Space" if letter == " " else letter)
        if self.hand == "key":
            self.window.type_key("Enter")
        else:
            self.choose(f"[data-choice='{choice}']")

    def read_the_lesson(self, trial: Trial) -> None:
        """After a practice photo, go on once its lesson is read."""
        if trial.block_type == Trial.BlockType.PRACTICE:
            self.window.wait_for("#lesson")
            self.window.rest(LEAST_LESSON_MS)
            self.press("Next photo")

    def press_key_of(self, choice: int, answers: int) -> None:
        """Press the key of an answer; a number of two digits is typed."""
        scheme = self.session.participant.version.design.keys
        key = keys_of(scheme, answers)[choice]
        for press in key if key.isdigit() else [key]:
            self.window.type_key(press)

    def submit_grid(self, place: int, wanted: list[int]) -> None:
        """Select tiles, by finger or by number; then submit."""
        self.wait_for_photo(place)
        for tile in wanted:
            if self.hand == "key":
                self.window.type_key(str(tile + 1))
            else:
                self.choose(f"[data-tile]:nth-child({tile + 1})")
        if self.hand == "key":
            self.window.type_key("Enter")
        else:
            self.press("Submit")

    def wait_for_photo(self, place: int) -> None:
        """See the photo, which takes a person a moment more than it takes a program."""
        self.window.wait_for(f"#trial[data-place='{place}'][data-phase='answering']")
        self.window.rest(LEAST_REACTION_MS)

    def finish(self) -> str:
        """Answer the questionnaire; returns the completion code on the last page."""
        self.choose("[name=problems][value=no]")
        self.choose("[name=seriously][value=yes]")
        self.press("Finish")
        return self.window.text_of("#completion-code")
