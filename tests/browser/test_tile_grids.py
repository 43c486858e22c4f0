"""The tile-grid task in a real browser: by keyboard on a laptop, by touch on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from study.models import Session, Tile
from tests.browser.chromium_window import ChromiumWindow
from tests.browser.visitor import LEAST_LESSON_MS, Visitor
from tests.study.factories import GRIDS, open_study_version, player

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_by_touch_on_a_phone_from_practice_to_the_code(phone_page: Page, live_server: LiveServer) -> None:
    from django.utils import timezone

    session = player(open_study_version(**GRIDS, fixation_ms=60), timezone.now())
    visitor = Visitor(ChromiumWindow(phone_page), f"{live_server}/s/{session.token}/", hand="touch")
    phone_page.goto(visitor.address)
    visitor.play_block()
    visitor.play_block()
    code = visitor.finish()
    assert visitor.session.completion_code == code
    grids = visitor.session.trials.values_list("response_status", "correct", "tile_accuracy", "suspect")
    assert list(grids) == [("answered", True, 1.0, "")] * 5
    assert not visitor.session.trials.filter(rt_ms=None).exists()
    assert not Tile.objects.filter(selected=None).exists()


@pytest.fixture
def at_a_grid(page: Page, live_server: LiveServer) -> Visitor:
    """In front of the first grid, with the tiles to be seen."""
    from django.utils import timezone

    session = player(open_study_version(**GRIDS, fixation_ms=60), timezone.now())
    visitor = Visitor(ChromiumWindow(page), f"{live_server}/s/{session.token}/")
    page.goto(visitor.address)
    visitor.start_block()
    visitor.wait_for_photo(1)
    return visitor


def selected(session: Session) -> list[int]:
    return list(Tile.objects.filter(trial__session=session, selected=True).values_list("position", flat=True))


def test_by_keyboard_numbers_arrows_and_the_space_bar_select_and_enter_submits(
    page: Page, at_a_grid: Visitor
) -> None:
    page.keyboard.press("1")
    page.keyboard.press("9")
    page.get_by_label("Photo 2").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.keyboard.press("9")  # and off again
    assert checked(page) == [0, 5]
    page.keyboard.press("Enter")
    expect(page.locator("#trial")).to_have_attribute("data-phase", "lesson")
    page.wait_for_timeout(LEAST_LESSON_MS)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Show the photos").wait_for()
    assert selected(at_a_grid.session) == [0, 5]


def checked(page: Page) -> list[int]:
    return page.evaluate(
        "[...document.querySelectorAll('[data-tile] input')].flatMap((b, i) => b.checked ? [i] : [])"
    )


def test_a_screen_reader_hears_what_to_look_for_and_a_named_box_for_every_photo(
    page: Page, at_a_grid: Visitor
) -> None:
    wanted = at_a_grid.due()[0].target.name
    expect(page.locator("#question")).to_be_focused()
    expect(page.get_by_role("heading", name=f"Select all photos of: {wanted}")).to_be_visible()
    group = page.get_by_role("group", name=f"Select all photos of: {wanted}")
    expect(group.get_by_role("checkbox")).to_have_count(9)
    expect(page.get_by_role("checkbox", name="Photo 9")).not_to_be_checked()


def test_nothing_is_carried_from_one_grid_to_the_next(page: Page, at_a_grid: Visitor) -> None:
    session = at_a_grid.session
    practice = at_a_grid.due()[0]
    at_a_grid.submit_grid(1, list(range(9)))  # everything is as good as nothing: neither passes practice
    at_a_grid.read_the_lesson(practice)
    at_a_grid.start_block()
    at_a_grid.submit_grid(1, [])
    at_a_grid.read_the_lesson(practice)
    page.get_by_role("heading", name="The study ends here").wait_for()
    for attempt, expected in ((1, 9), (2, 0)):
        grid = session.trials.get(attempt=attempt, block_type="practice")
        assert grid.tiles.filter(selected=True).count() == expected


def test_a_selection_before_the_photos_are_there_is_none(page: Page, live_server: LiveServer) -> None:
    from django.utils import timezone

    session = player(open_study_version(**GRIDS, fixation_ms=800), timezone.now())
    page.goto(f"{live_server}/s/{session.token}/")
    visitor = Visitor(ChromiumWindow(page), page.url)
    visitor.start_block()
    page.locator("#trial").wait_for()
    page.keyboard.press("1")
    page.get_by_role("checkbox", name="Photo 2").click()
    page.keyboard.press("Enter")
    assert checked(page) == []
    visitor.wait_for_photo(1)
    assert checked(page) == []
