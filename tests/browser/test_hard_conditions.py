"""Browsers that lack what the study needs, or change the page: it works, or words say what to do."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from study.models import Participant, Session
from tests.browser.chromium_window import ChromiumWindow
from tests.browser.conftest import LAPTOP
from tests.browser.test_interruptions import NO_NETWORK
from tests.browser.visitor import Visitor
from tests.study.factories import newcomer, open_study_version, player
from tests.study.playing import play_to_the_end, play_to_the_questions

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SILENT = "{ open: () => ({}) }"
FIVE_SECONDS = 5000
COARSE = """const fine = performance.now.bind(performance);
performance.now = () => Math.floor(fine() / 16) * 16;"""
FULL = """() => {
    IDBObjectStore.prototype.put = () => { throw new DOMException("no room", "QuotaExceededError"); };
}"""
THROWS = "{ open() { throw new DOMException('no', 'SecurityError'); } }"
TRANSLATE = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), texts = [];
    while (walker.nextNode()) {
        const node = walker.currentNode;
        if (node.data.trim() && !node.parentElement.closest("[translate=no]")) texts.push(node);
    }
    for (const text of texts) {
        const font = document.createElement("font");
        font.textContent = "translated";
        text.replaceWith(font);
    }
}"""


@pytest.mark.parametrize("storage", ["null", "undefined", SILENT, THROWS])
def test_a_storage_that_is_missing_or_silent_is_told_within_seconds(
    page: Page, live_server: LiveServer, storage: str
) -> None:
    from django.utils import timezone

    page.add_init_script(f"Object.defineProperty(window, 'indexedDB', {{ value: {storage} }})")
    session = newcomer(open_study_version(), timezone.now())
    page.goto(f"{live_server}/s/{session.token}/")
    expect(page.locator("#unfit")).to_be_visible(timeout=15_000)
    expect(page.locator("#check-storage")).to_have_attribute("data-state", "failed")
    expect(page.locator("#again")).to_be_focused()


def test_a_translation_by_the_browser_leaves_the_names_of_the_answers(
    page: Page, live_server: LiveServer
) -> None:
    from django.utils import timezone

    session = player(open_study_version(fixation_ms=60, practice_trials=0), timezone.now())
    page.goto(f"{live_server}/s/{session.token}/")
    visitor = Visitor(ChromiumWindow(page), page.url)
    visitor.start_block()
    visitor.wait_for_photo(1)
    names = page.locator("[data-choice] .name").all_inner_texts()
    page.evaluate(TRANSLATE)
    assert page.locator("[data-choice] .name").all_inner_texts() == names
    assert sorted(names) == ["dribble", "dunk", "shoot"]
    page.keyboard.press("1")
    visitor.wait_for_photo(2)


@pytest.mark.parametrize("storage", ["null", "undefined", SILENT, THROWS])
def test_a_browser_that_keeps_nothing_is_told_on_the_first_page_before_anything_is_taken(
    page: Page, live_server: LiveServer, storage: str
) -> None:
    page.add_init_script(f"Object.defineProperty(window, 'indexedDB', {{ value: {storage} }})")
    page.goto(f"{live_server}/s/{open_study_version().study.code}/")
    expect(page.locator("#no-storage")).to_be_visible(timeout=FIVE_SECONDS)
    expect(page.get_by_role("button", name="Start")).to_be_hidden()
    assert not Participant.objects.exists()


@pytest.mark.parametrize("storage", ["null", "undefined", SILENT, THROWS])
def test_a_storage_that_goes_missing_later_ends_in_a_sentence(
    page: Page, live_server: LiveServer, storage: str
) -> None:
    page.add_init_script(f"Object.defineProperty(window, 'indexedDB', {{ value: {storage} }})")
    address = ready_to_play(live_server)
    page.goto(address)
    expect(page.get_by_role("heading", name="keeps your answers no longer")).to_be_visible(
        timeout=FIVE_SECONDS
    )


def test_a_storage_that_fills_up_ends_in_a_sentence_and_what_was_sent_is_safe(
    page: Page, live_server: LiveServer
) -> None:
    visitor = at_a_photo(page, live_server)
    page.evaluate(FULL)
    page.keyboard.press("1")
    expect(page.get_by_role("heading", name="keeps your answers no longer")).to_be_visible(
        timeout=FIVE_SECONDS
    )
    page.get_by_role("button", name="Load again").click()
    page.get_by_role("button", name="Continue").click()
    visitor.wait_for_photo(1)


def test_without_javascript_the_first_page_says_so_and_takes_nothing(
    chromium: Browser, live_server: LiveServer
) -> None:
    context = chromium.new_context(viewport=LAPTOP, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server}/s/{open_study_version().study.code}/")
    expect(page.locator("noscript [role=alert]")).to_be_visible()
    expect(page.get_by_role("button", name="Start")).to_be_hidden()
    context.close()


def test_who_keeps_no_cookies_takes_part_all_the_same(page: Page, live_server: LiveServer) -> None:
    """Cookies are thrown away before every request, as a browser does that blocks them."""
    version = open_study_version(fixation_ms=60, practice_trials=0)
    visitor = Visitor(ChromiumWindow(page), f"{live_server}/s/{version.study.code}/")
    page.goto(visitor.address)
    for step in (
        lambda: visitor.press("Start"),
        lambda: (page.get_by_role("checkbox").check(), visitor.press("Continue")),
        visitor.pass_device_check,
        visitor.pass_instructions,
        visitor.play_block,
    ):
        page.context.clear_cookies()
        step()
    page.context.clear_cookies()
    visitor.play_block("Continue")
    visitor.finish()
    assert visitor.session.status == Session.Status.COMPLETED


def test_a_connection_that_is_lost_in_the_break_is_told_and_comes_back(
    page: Page, live_server: LiveServer, forgiven: list[str]
) -> None:
    forgiven.append(NO_NETWORK)
    visitor = at_a_photo(page, live_server)
    due = visitor.due()
    for place, trial in enumerate(due[:-1], start=1):
        visitor.answer(trial, place)
    visitor.wait_for_photo(len(due))
    page.context.set_offline(True)
    visitor.answer(due[-1], len(due))
    expect(page.locator("#waiting")).to_be_visible(timeout=FIVE_SECONDS)
    page.context.set_offline(False)
    visitor.start_block("Continue")
    visitor.wait_for_photo(1)


def test_a_server_that_restarts_is_waited_for(
    page: Page, live_server: LiveServer, forgiven: list[str]
) -> None:
    forgiven.append("502")
    visitor = at_a_photo(page, live_server)
    down = [True] * 3

    def restarting(route: Route) -> None:
        if down:
            down.pop()
            return route.fulfill(status=502, body="restarting")
        return route.continue_()

    page.route("**/answers", restarting)
    page.route("**/block", restarting)
    for place, trial in enumerate(visitor.due(), start=1):
        visitor.answer(trial, place)
    visitor.start_block("Continue")
    visitor.wait_for_photo(1)
    assert down == []
    assert visitor.session.trials.filter(response_status="answered").count() == 4


@pytest.mark.parametrize("wish", [{"forced_colors": "active"}, {"reduced_motion": "reduce"}])
def test_forced_colours_and_reduced_motion_work(
    chromium: Browser, live_server: LiveServer, wish: dict[str, str]
) -> None:
    context = chromium.new_context(viewport=LAPTOP, **wish)
    page = context.new_page()
    visitor = at_a_photo(page, live_server)
    style = "(node) => { const s = getComputedStyle(node); return [s.transitionDuration, s.borderTopWidth]; }"
    moves, border = page.locator("[data-choice='0']").evaluate(style)
    assert border == "2px", "a button is seen by its border where colours are the system's"
    if "reduced_motion" in wish:
        assert moves == "0s"
    visitor.answer(visitor.due()[0], 1)
    visitor.wait_for_photo(2)
    context.close()


def test_narrow_windows_and_large_letters_scroll_in_one_direction_only(
    chromium: Browser, live_server: LiveServer
) -> None:
    context = chromium.new_context(viewport={"width": 320, "height": 568})
    page = context.new_page()
    for address in pages_to_read(str(live_server)):
        page.goto(address)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 320, (address, wide)
    context.close()


def pages_to_read(site: str) -> list[str]:
    """Every page of text that somebody meets, by its address."""
    from django.utils import timezone

    now, version = timezone.now(), open_study_version(institution="Universitätsklinikum", pay="3.00 £")
    code = f"{site}/s/{version.study.code}/"
    sessions = [newcomer(version, now), player(version, now), player(version, now), player(version, now)]
    play_to_the_questions(sessions[2], now)
    play_to_the_end(sessions[3], now)
    steps = [f"{site}/s/{session.token}/" for session in sessions]
    return [code, f"{code}consent", f"{code}declined", *steps, f"{steps[1]}withdraw"]


def ready_to_play(live_server: LiveServer) -> str:
    from django.utils import timezone

    version = open_study_version(fixation_ms=60, practice_trials=0)
    return f"{live_server}/s/{player(version, timezone.now()).token}/"


def at_a_photo(page: Page, live_server: LiveServer) -> Visitor:
    page.goto(ready_to_play(live_server))
    visitor = Visitor(ChromiumWindow(page), page.url)
    visitor.start_block()
    visitor.wait_for_photo(1)
    return visitor


@pytest.mark.parametrize(("colours", "are_forced"), [("active", True), ("none", False)])
def test_clock_and_onset_are_stored_and_whether_colours_are_forced(
    chromium: Browser, live_server: LiveServer, colours: str, are_forced: bool
) -> None:
    context = chromium.new_context(viewport=LAPTOP, forced_colors=colours)
    page = context.new_page()
    version = open_study_version(coarsest_clock_ms=1.0)
    visitor = Visitor(ChromiumWindow(page), f"{live_server}/s/{version.study.code}/")
    visitor.consent()
    visitor.pass_device_check()
    page.get_by_role("heading", name="What you will do").wait_for()
    session = visitor.session
    assert session.clock_grain_ms is not None
    assert 0.0 < session.clock_grain_ms <= 1.0
    assert session.onset_known_by == "presentation"
    assert session.presentation_lag_ms is not None
    assert 0.0 < session.presentation_lag_ms < 100.0
    assert session.forced_colours == are_forced
    assert session.surround == ("rgb(255, 255, 255)" if are_forced else "rgb(220, 220, 220)")
    context.close()


def test_a_clock_that_is_too_coarse_is_said_by_the_device_check(page: Page, live_server: LiveServer) -> None:
    page.add_init_script(COARSE)
    version = open_study_version(coarsest_clock_ms=1.0)
    visitor = Visitor(ChromiumWindow(page), f"{live_server}/s/{version.study.code}/")
    visitor.consent()
    expect(page.locator("#check-clock")).to_have_attribute("data-state", "failed", timeout=FIVE_SECONDS)
    page.get_by_role("button", name="End the study here").click()
    expect(page.get_by_text("clock is too coarse")).to_be_visible()
