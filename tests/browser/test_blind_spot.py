"""The viewing distance by the blind spot: an eye is simulated that sees nothing from a known angle on.

It looks where square and dot really stand on the page, and presses real keys or touches the screen.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from msgspec.structs import replace
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from study import sessions
from study.models import Session
from study.sizing.blind_spot import ROUNDS, edge_at
from tests.browser.test_accessibility import STATUS_IN_CONSOLE, Inspector
from tests.study.factories import DEVICE, newcomer, open_study_version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LAPTOP_MM, PHONE_MM = 25.4 / 96, 0.0825  # of a pixel of the screen
SIDEWAYS = {"width": 750, "height": 320}
MIDDLES = """() => ["square", "dot"].map((id) => {
    const box = document.getElementById(id).getBoundingClientRect();
    return box.left + box.width / 2;
})"""
SURROUND = "getComputedStyle(document.documentElement).backgroundColor"
COLOUR = "id => getComputedStyle(document.getElementById(id)).backgroundColor"
SCROLLS = (
    "document.documentElement.scrollHeight > innerHeight || document.documentElement.scrollWidth > innerWidth"
)


def at_the_distance(page: Page, live_server: LiveServer, *, phone: bool = False) -> Session:
    """Where the distance is to be measured, on a screen whose size is known."""
    version = open_study_version(screen_calibration="offered", measure_distance=True)
    session = newcomer(version, timezone.now())
    width, height = (390, 664) if phone else (1280, 800)
    kind = "touch" if phone else "pointer"
    device = replace(DEVICE, input_device=kind, viewport_w=width, viewport_h=height)
    sessions.device_checked(session.token, device)
    mm_per_px = PHONE_MM if phone else LAPTOP_MM
    sessions.size_measured(session.token, sessions.ScreenSize(known_by="card", mm_per_px=mm_per_px))
    page.goto(f"{live_server}/s/{session.token}/")
    page.locator("#measure:not([hidden]), #narrow:not([hidden])").first.wait_for()
    return session


class Eye:
    """An eye that does not see the dot where its blind spot is."""

    def __init__(self, page: Page, distance_cm: float, mm_per_px: float) -> None:
        self.page = page
        self.edge = edge_at(distance_cm, mm_per_px) / page.evaluate("devicePixelRatio")

    def sees_it(self) -> bool:
        square, dot = self.page.evaluate(MIDDLES)
        return abs(square - dot) < self.edge

    def measure(self, press: Callable[[], None], wait: Callable[[], None] = lambda: None) -> None:
        """Press in each round once the dot is gone, and once it is back."""
        for _ in range(ROUNDS):
            for gone in (True, False):
                while self.sees_it() is gone:
                    wait()
                press()


def stored(session: Session, page: Page) -> Session:
    expect(page.get_by_text("What you will do").first).to_be_visible()
    session.refresh_from_db()
    return session


def words_of(session: Session) -> tuple[str, int]:
    return session.distance_known_by, session.distance_tries


@pytest.mark.parametrize("distance", [40.0, 66.0])
def test_by_the_space_bar_a_planted_distance_is_recovered(
    page: Page, live_server: LiveServer, distance: float
) -> None:
    session = at_the_distance(page, live_server)
    page.get_by_role("button", name="Start").press("Enter")
    expect(page.get_by_role("heading", name="Round 1 of 5")).to_be_visible()
    Eye(page, distance, LAPTOP_MM).measure(lambda: page.keyboard.press("Space"))
    measured = stored(session, page)
    assert words_of(measured) == ("blind_spot", 1)
    assert measured.viewing_distance_cm == pytest.approx(distance, rel=0.05)
    assert measured.distance_spread_cm is not None
    assert measured.distance_spread_cm < 0.1 * distance


def test_by_touch_on_a_phone_held_sideways_with_the_other_eye(
    phone_page: Page, live_server: LiveServer
) -> None:
    phone_page.set_viewport_size(SIDEWAYS)
    session = at_the_distance(phone_page, live_server, phone=True)
    phone_page.get_by_label("The right one; the left one is closed").tap()
    phone_page.get_by_role("button", name="Start").tap()
    square, dot = phone_page.evaluate(MIDDLES)
    assert square < dot, "towards the temple of the right eye"
    Eye(phone_page, 30.0, PHONE_MM).measure(lambda: phone_page.touchscreen.tap(375, 60))
    measured = stored(session, phone_page)
    assert words_of(measured) == ("blind_spot", 1)
    assert measured.viewing_distance_cm == pytest.approx(30.0, rel=0.05)


def test_who_asks_for_little_motion_moves_the_dot_in_steps_by_keys_alone(
    page: Page, live_server: LiveServer
) -> None:
    page.emulate_media(reduced_motion="reduce")
    session = at_the_distance(page, live_server)
    expect(page.get_by_text("Your device asks for little motion")).to_be_visible()
    expect(page.get_by_label("Move the dot in steps")).to_be_checked()
    page.get_by_role("button", name="Start").press("Enter")
    before = page.evaluate(MIDDLES)
    page.wait_for_timeout(400)
    assert page.evaluate(MIDDLES) == before
    Eye(page, 50.0, LAPTOP_MM).measure(
        lambda: page.keyboard.press("Space"), lambda: page.keyboard.press("ArrowLeft")
    )
    assert stored(session, page).viewing_distance_cm == pytest.approx(50.0, rel=0.03)


def test_in_steps_by_buttons(page: Page, live_server: LiveServer) -> None:
    session = at_the_distance(page, live_server)
    page.get_by_label("Move the dot in steps").check()
    page.get_by_role("button", name="Start").click()
    gone, back = (
        page.get_by_role("button", name=name) for name in ("The dot is gone", "I see the dot again")
    )
    step = page.get_by_role("button", name="Move the dot")
    eye = Eye(page, 50.0, LAPTOP_MM)
    for _ in range(ROUNDS):
        while eye.sees_it():
            step.click()
        gone.click()
        while not eye.sees_it():
            step.click()
        back.click()
    assert stored(session, page).viewing_distance_cm == pytest.approx(50.0, rel=0.03)


def test_presses_without_looking_are_asked_for_once_more_then_the_planned_distance_counts(
    page: Page, live_server: LiveServer
) -> None:
    session = at_the_distance(page, live_server)
    for _ in range(2):
        page.get_by_role("button", name="Start").click()
        for _ in range(ROUNDS):
            page.keyboard.press("Space")
            page.locator("#is-back:not([hidden])").wait_for()
            while page.locator("#is-back:not([hidden])").count():
                page.keyboard.press("Space")
        if session.distance_tries == 0:
            expect(page.get_by_text("Please try once more")).to_be_visible()
            session.refresh_from_db()
            assert words_of(session) == ("", 1)
    measured = stored(session, page)
    assert words_of(measured) == ("implausible", 2)
    assert measured.viewing_distance_cm == 57.0


class TestRoom:
    def test_an_upright_phone_is_too_narrow_and_says_so(
        self, phone_page: Page, live_server: LiveServer
    ) -> None:
        session = at_the_distance(phone_page, live_server, phone=True)
        expect(phone_page.get_by_text("there is too little room: at 32 cm")).to_be_visible()
        expect(phone_page.get_by_role("button", name="Start")).to_be_hidden()
        phone_page.get_by_role("button", name="Go on without measuring").tap()
        measured = stored(session, phone_page)
        assert words_of(measured) == ("too_narrow", 0)
        assert measured.viewing_distance_cm == 32.0

    def test_a_phone_that_is_turned_has_room_and_one_turned_back_begins_anew(
        self, phone_page: Page, live_server: LiveServer
    ) -> None:
        at_the_distance(phone_page, live_server, phone=True)
        upright = phone_page.viewport_size
        assert upright is not None
        phone_page.set_viewport_size(SIDEWAYS)
        phone_page.get_by_role("button", name="Start").tap()
        expect(phone_page.locator("#field")).to_be_visible()
        phone_page.set_viewport_size(upright)
        expect(phone_page.locator("#field")).to_be_hidden()
        expect(phone_page.locator("#narrow")).to_be_visible()

    @pytest.mark.parametrize("size", [SIDEWAYS, {"width": 1366, "height": 768}])
    def test_all_of_the_way_and_both_buttons_are_in_view_at_once(
        self, phone_page: Page, live_server: LiveServer, size: dict[str, int]
    ) -> None:
        phone_page.set_viewport_size(size)
        at_the_distance(phone_page, live_server, phone=True)
        phone_page.get_by_role("button", name="Start").tap()
        assert phone_page.evaluate(SCROLLS) is False

    def test_the_square_stands_so_that_the_spot_lies_before_the_middle_of_a_wide_window(
        self, page: Page, live_server: LiveServer
    ) -> None:
        """So somebody in front of the middle has the spot straight before them, and the formula is exact."""
        at_the_distance(page, live_server)
        page.get_by_role("button", name="Start").click()
        square, _dot = page.evaluate(MIDDLES)
        assert square - edge_at(57.0, LAPTOP_MM) == pytest.approx(640, abs=2)


def test_the_dot_that_nobody_stops_begins_anew_and_the_page_says_what_may_be_wrong(
    page: Page, live_server: LiveServer
) -> None:
    at_the_distance(page, live_server)
    page.get_by_label("Move the dot in steps").check()
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#missed")).to_be_hidden()
    for _ in range(60):
        page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("The dot came to its end")).to_be_visible()
    page.get_by_role("button", name="Read again how it works").click()
    expect(page.get_by_role("button", name="Start")).to_be_visible()


def test_with_a_tape(page: Page, live_server: LiveServer) -> None:
    session = at_the_distance(page, live_server)
    page.get_by_label("Distance from your eyes").fill("64.5")
    page.keyboard.press("Enter")
    assert stored(session, page).viewing_distance_cm == 64.5
    assert words_of(session) == ("tape", 0)


def test_without(page: Page, live_server: LiveServer) -> None:
    session = at_the_distance(page, live_server)
    page.get_by_role("button", name="Go on without measuring").press("Enter")
    assert words_of(stored(session, page)) == ("skipped", 0)


def test_from_right_to_left_the_temple_stays_where_it_is(page: Page, live_server: LiveServer) -> None:
    page.set_extra_http_headers({"Accept-Language": "ar"})
    at_the_distance(page, live_server)
    assert page.evaluate("document.documentElement.dir") == "rtl"
    page.locator("#start").click()
    square, dot = page.evaluate(MIDDLES)
    assert dot < square


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_where_colours_are_forced_square_and_dot_are_still_seen(
    page: Page, live_server: LiveServer, scheme: str
) -> None:
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    at_the_distance(page, live_server)
    page.locator("#start").click()
    for shape in ("square", "dot"):
        assert page.evaluate(COLOUR, shape) != page.evaluate(SURROUND)


def send_nothing(page: Page) -> None:
    with page.expect_navigation():
        page.evaluate("presses.submit()")


def miss_the_dot(page: Page) -> None:
    page.locator("#start").click()
    page.evaluate("missed.hidden = step.hidden = false")


def test_no_state_of_the_page_has_a_violation_in_any_language(
    phone_page: Page, live_server: LiveServer, axe: str, forgiven: list[str]
) -> None:
    forgiven.append(STATUS_IN_CONSOLE)
    session = at_the_distance(phone_page, live_server, phone=True)
    inspector, path = Inspector(phone_page, axe, str(live_server)), f"/s/{session.token}/"
    inspector.open(path, "text=there is too little room")
    phone_page.set_viewport_size(SIDEWAYS)
    inspector.open(path, "text=Which eye looks?")
    inspector.open(path, "text=Please measure again", send_nothing)
    inspector.open(path, "text=The dot came to its end", miss_the_dot)
    assert inspector.violations == []
