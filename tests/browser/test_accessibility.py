"""No page has a violation that axe finds, and none is wider than its screen, in every language.

Pages are reached by their address, with a session that stands where it must; the way from one to the next is
walked in test_whole_way.

The rules are axe-core's, from npm; where there is no npm these tests skip and say so. The researcher's pages
are looked at in test_researcher.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.translation import to_locale
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from study import sessions
from study.freezing.freeze import close_study
from study.languages.catalogues import read_catalogue
from study.languages.offered import offered
from study.models import Session, StudyVersion
from tests.browser.axe import violations
from tests.browser.chromium_window import ChromiumWindow
from tests.browser.visitor import Visitor
from tests.study.factories import DEVICE, GRIDS, newcomer, open_study_version, player, recruit
from tests.study.playing import (
    OTHER_TAB,
    at_the_trials,
    deliver,
    open_block,
    play_to_the_end,
    play_to_the_questions,
    trials_of,
    wrong_answer,
)
from tests.study.questions.test_own_form import FORM, WORDS
from tests.study.several_days import after_part_one, hours_later, in_parts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CONSENTED = WORDS | {"consent": "You may store my words."}
STATUS_IN_CONSOLE = "Failed to load resource"  # a page that is a refusal has a status of 400 and more
SHOW_EVERY_LESSON = """() => {
    document.querySelector("#trial").dataset.phase = "lesson";
    const words = document.querySelectorAll("#lesson, [data-lesson], #waiting, #stop-later, #ran-out");
    for (const word of words) word.hidden = false;
}"""
SHOW_SCREEN = """name => document.querySelectorAll("[data-screen]")
    .forEach((screen) => (screen.hidden = screen.id !== name))"""
SCREENS = ("loading", "ready", "break", "trial", "confidence", "saving", "elsewhere", "trouble", "no-storage")


MARK = re.compile(r"%\(\w+\)[sdg]|<[^>]+>")
LANGUAGES = [language.code for language in offered()]


def words_in(language: str, words: str) -> str:
    """The longest part of the translation of the text that holds these English words."""
    if language == "en":
        return words
    folder = f"study/locale/{to_locale(language)}/LC_MESSAGES/django.po"
    entries = read_catalogue(Path(settings.BASE_DIR, folder)).entries
    (text, *_) = [entry.translation[0] for entry in entries if words in entry.message[0]]
    return max((part.strip() for part in MARK.split(text)), key=len)


class Inspector:
    """Looks at a page in every language, and remembers what is wrong where."""

    def __init__(self, page: Page, source: str, site: str, languages: Sequence[str] = LANGUAGES) -> None:
        self.page, self.source, self.site = page, source, site
        self.languages = languages
        self.violations: list[str] = []

    def open(self, path: str, sign: str, do: Callable[[Page], None] | None = None) -> None:
        """Go to an address in each language, do something there, and look once the page shows its sign."""
        for language in self.languages:
            self.page.set_extra_http_headers({"Accept-Language": language})
            self.page.goto(f"{self.site}{path}")
            if do is not None:
                do(self.page)
            self.look(sign, language)

    def look(self, sign: str, language: str) -> None:
        """Look at the page as it stands; its sign is a selector, or words of it in English."""
        shown = sign.removeprefix("text=")
        wanted = sign if shown == sign else f"text={words_in(language, shown)}"
        self.page.locator(wanted).first.wait_for()
        spoken = self.page.evaluate("document.documentElement.lang")
        name = f"{sign} ({language})"
        self.violations += [] if spoken == language else [f"{name}: is in {spoken}"]
        self.violations += [f"{name}: {text}" for text in violations(self.page, self.source)]
        width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        if self.page.evaluate(width) > 0:
            self.violations.append(f"{name}: wider than the screen")


def submit(page: Page) -> None:
    """Send the form of a page as it is, without the browser's own checks."""
    with page.expect_navigation():
        page.evaluate("document.querySelector('form.card').submit()")


@pytest.fixture
def inspector(
    request: pytest.FixtureRequest, live_server: LiveServer, axe: str, forgiven: list[str]
) -> Inspector:
    forgiven.append(STATUS_IN_CONSOLE)
    inspector = Inspector(request.getfixturevalue(request.param), axe, str(live_server))
    yield inspector
    assert inspector.violations == []


on_each_device = pytest.mark.parametrize(
    "inspector", ["phone_page", pytest.param("page", marks=pytest.mark.slow)], indirect=True
)


def now() -> datetime:
    return timezone.now()


def path_of(session: Session) -> str:
    return f"/s/{session.token}/"


@on_each_device
def test_from_the_link_to_consent(inspector: Inspector) -> None:
    version = open_study_version()
    study = f"/s/{version.study.code}/"
    inspector.open(study, "text=Voluntary")
    inspector.open(f"{study}declined", "text=You are not taking part")
    inspector.open(f"{study}consent", "[name=agree]")
    inspector.open(f"{study}consent", "text=Tick the box", submit)
    recruit(version, platform="prolific")
    inspector.open(study, "text=does not say who you are")
    version.study.recruitments.update(platform="lab")
    inspector.open(study, "#typed-id")
    version.study.recruitments.update(platform="mturk")
    inspector.open(f"{study}?assignmentId=ASSIGNMENT_ID_NOT_AVAILABLE", "text=Accept the HIT first")


def agree(page: Page) -> None:
    page.get_by_role("checkbox").check()
    submit(page)


@on_each_device
def test_who_cannot_take_part(inspector: Inspector) -> None:
    someone = sessions.Identity("prolific", "p1", "study", "visit-1")
    version = open_study_version(target_completes=1)
    newcomer(version, now(), identity=someone)
    study = f"/s/{version.study.code}/"
    inspector.open(f"/s/{'0' * 32}/", "text=This page does not exist")
    inspector.open(f"{study}?PROLIFIC_PID=%3C%3E", "text=not complete or was changed")
    for query, sign in (
        ("", "text=All places are taken"),
        ("?PROLIFIC_PID=p1", "text=begun this study before"),
    ):
        inspector.open(f"{study}consent{query}", sign, agree)
    close_study(version.study)
    inspector.open(study, "text=The study is over")


def fail_the_check(page: Page) -> None:
    page.locator("#fit:not([hidden])").wait_for()
    page.evaluate("fit.hidden = true; unfit.hidden = false")


@on_each_device
def test_before_the_first_photo(inspector: Inspector) -> None:
    session = newcomer(open_study_version(screen_calibration="offered"), now())
    inspector.open(path_of(session), "text=Everything is fine.")
    inspector.open(path_of(session), "text=Something is not right yet", fail_the_check)
    sessions.device_checked(session.token, DEVICE)
    inspector.open(path_of(session), "#card >> visible=true")
    inspector.open(path_of(session), "text=Please measure again", submit)
    sessions.size_measured(session.token, sessions.ScreenSize(known_by="not_measured"))
    inspector.open(path_of(session), "text=What you will do")
    inspector.open(path_of(session), ".errorlist, [id$=error]", submit)
    sessions.instructions_read(session.token, understood=False)
    inspector.open(path_of(session), "text=there is one more try")


@on_each_device
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "task",
    [
        {},
        {"search_answers": "always"},
        GRIDS,
        {"task": "yes_no"},
        {"task": "two_photos"},
        {"task": "same_different"},
        {"task": "naming"},
    ],
    ids=["single", "search", "grid", "yes_no", "two_photos", "same_different", "naming"],
)
def test_every_screen_of_the_player(inspector: Inspector, task: dict[str, object], language: str) -> None:
    page = inspector.page
    session = player(open_study_version(**task, fixation_ms=60, ask_confidence=True), now())
    sessions.choose_language(session.token, language)
    page.goto(f"{inspector.site}{path_of(session)}")
    page.locator("#start").click()
    inspector.look("#trial[data-phase='answering']", language)
    page.evaluate(SHOW_EVERY_LESSON)
    inspector.look("#lesson", language)
    for screen in () if task else SCREENS:
        page.evaluate(SHOW_SCREEN, screen)
        inspector.look(f"#{screen}", language)


@on_each_device
def test_the_second_tab_leaves_a_page_that_says_so(inspector: Inspector) -> None:
    session = at_the_trials(open_study_version(fixation_ms=60), now())
    visitor = Visitor(ChromiumWindow(inspector.page), f"{inspector.site}{path_of(session)}")
    inspector.page.goto(visitor.address)
    visitor.start_block()
    visitor.wait_for_photo(1)
    sessions.claim(session.token, OTHER_TAB, now())
    inspector.page.keyboard.press("1")
    inspector.look("#elsewhere:visible", "en")


@on_each_device
def test_the_end_whichever_it_is(inspector: Inspector) -> None:
    version = open_study_version()
    recruit(version, platform="prolific", require_id=False, code_completed="C1ABCDEF")
    session = player(version, now())
    play_to_the_questions(session, now())
    inspector.open(path_of(session), "text=Last questions")
    inspector.open(path_of(session), ".errorlist, [id$=error]", submit)
    play_to_the_end(session, now())
    inspector.open(path_of(session), "#completion-code")
    inspector.open(f"{path_of(session)}withdraw", "text=Withdraw from the study?")
    sessions.withdraw(session.token, now())
    inspector.open(path_of(session), "text=Your answers are erased")
    for screened in (unfit(version), failed_practice(version), given_away(version)):
        inspector.open(path_of(screened), "text=The study ends here")
    assert len(set(Session.objects.values_list("status_reason", flat=True)) - {""}) == 3


@on_each_device
def test_between_the_parts_of_several_days(inspector: Inspector) -> None:
    version = in_parts(part_codes=True)
    inspector.open(f"/s/{version.study.code}/", "text=parts on different days")
    early = after_part_one(version, now())
    inspector.open(path_of(early), "#completion-code")
    ready = hours_later(after_part_one(version, now()), 13)
    inspector.open(path_of(ready), "text=is ready for you")
    sessions.begin_part(ready.token, now())
    sessions.device_checked(ready.token, DEVICE)
    inspector.open(path_of(ready), "text=Once more, what you will do")
    Session.objects.filter(pk=early.pk).update(status_reason="viewport")
    inspector.open(path_of(early), "text=Open your link on the device")
    late = hours_later(after_part_one(version, now()), 200)
    inspector.open(path_of(late), "text=The time for the next part is over")


def too_young(page: Page) -> None:
    page.locator("[name=own_age]").fill("7")
    submit(page)


@on_each_device
def test_the_researchers_own_questionnaire(inspector: Inspector) -> None:
    session = player(open_study_version(own_form=[*FORM[:-1], CONSENTED]), now())
    play_to_the_questions(session, now())
    inspector.open(path_of(session), "#id_own_age, [name=own_age]")
    inspector.open(path_of(session), ".errorlist, [id$=error]", too_young)


def unfit(version: StudyVersion) -> Session:
    from msgspec.structs import replace

    session = newcomer(version, now())
    sessions.device_checked(session.token, replace(DEVICE, storage_works=False))
    return session


def failed_practice(version: StudyVersion) -> Session:
    session = player(version, now())
    for _ in range(2):
        deliver(session, *map(wrong_answer, trials_of(open_block(session, now()))), now=now())
    return session


def given_away(version: StudyVersion) -> Session:
    session = newcomer(version, now())
    Session.objects.filter(pk=session.pk).update(status="screened_out", status_reason="place_given_away")
    return session
