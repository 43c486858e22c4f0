"""Practice teaches: the right answer is named with the photo in view, for as long as the person wants."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from study.models import Session, Trial
from tests.browser.chromium_window import ChromiumWindow
from tests.browser.visitor import LEAST_LESSON_MS, Visitor
from tests.study.factories import GRIDS, open_study_version, player

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONGER_THAN_BEFORE_MS = 1500
IS_PAINTED = """() => {
    const canvas = document.querySelector("#stage, [data-tile] canvas");
    const shown = createImageBitmap(canvas);
    return shown.then((bitmap) => {
        const copy = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
        copy.drawImage(bitmap, 0, 0);
        const { data } = copy.getImageData(0, 0, bitmap.width, bitmap.height);
        return new Set(data.filter((_, place) => place % 4 === 0)).size > 3;
    });
}"""


def practising(page: Page, live_server: LiveServer, **design: object) -> Visitor:
    from django.utils import timezone

    session = player(open_study_version(**{"fixation_ms": 60, **design}), timezone.now())
    page.goto(f"{live_server}/s/{session.token}/")
    visitor = Visitor(ChromiumWindow(page), page.url)
    visitor.start_block()
    return visitor


def first(session: Session) -> tuple[Trial, int]:
    trial = session.trials.first()
    return trial, trial.choice_order.index(trial.stimulus.item.category_id)


@pytest.mark.parametrize("stimulus_ms", [None, 100])
def test_a_wrong_answer_is_told_the_right_one_with_the_photo_in_view_until_next_is_pressed(
    page: Page, live_server: LiveServer, stimulus_ms: int | None
) -> None:
    visitor = practising(page, live_server, stimulus_ms=stimulus_ms)
    trial, right = first(visitor.session)
    visitor.wait_for_photo(1)
    page.keyboard.press(str((right + 1) % 3 + 1))
    name = trial.stimulus.item.category.name
    expect(page.locator("[data-lesson=wrong]")).to_have_text(f"✗ Not quite: this is {name}.")
    page.wait_for_timeout(LONGER_THAN_BEFORE_MS)
    expect(page.locator("#lesson")).to_be_visible()
    assert page.evaluate(IS_PAINTED), "the photo is in view while its answer is named"
    expect(page.locator("#stage")).to_be_in_viewport(ratio=1)
    expect(page.locator("#next-photo")).to_be_focused()
    page.keyboard.press("Enter")
    visitor.wait_for_photo(2)


def test_a_second_press_for_the_photo_does_not_take_the_lesson_away(
    page: Page, live_server: LiveServer
) -> None:
    visitor = practising(page, live_server)
    _, right = first(visitor.session)
    visitor.wait_for_photo(1)
    page.keyboard.press(str(right + 1))
    expect(page.locator("[data-lesson=right]")).to_be_visible()
    page.keyboard.press(str(right + 1))
    page.keyboard.press("Enter")
    expect(page.locator("#lesson")).to_be_visible()
    page.wait_for_timeout(LEAST_LESSON_MS)
    page.keyboard.press(str(right + 1))
    visitor.wait_for_photo(2)


def test_running_out_of_time_is_told_in_practice_and_later(page: Page, live_server: LiveServer) -> None:
    visitor = practising(page, live_server, deadline_ms=400, practice_trials=1, practice_criterion=0.0)
    expect(page.locator("[data-lesson=timeout]")).to_be_visible()
    expect(page.locator("[data-lesson=timeout]")).to_have_text(re.compile(r"Time ran out\. This is \w+\."))
    page.wait_for_timeout(LEAST_LESSON_MS)
    visitor.press("Next photo")
    visitor.start_block()
    expect(page.locator("#ran-out")).to_be_visible()


def test_haste_gets_a_friendly_word(page: Page, live_server: LiveServer) -> None:
    visitor = practising(page, live_server, fast_rt_ms=5000)
    visitor.wait_for_photo(1)
    page.keyboard.press("1")
    expect(page.locator("[data-lesson=too-fast]")).to_be_visible()
    expect(page.locator("[data-lesson=too-fast]")).to_contain_text("look at the photo first")


def test_a_grid_marks_the_tiles_that_were_meant_beside_their_photos(
    page: Page, live_server: LiveServer
) -> None:
    visitor = practising(page, live_server, **GRIDS)
    visitor.wait_for_photo(1)
    page.keyboard.press("Enter")
    expect(page.locator("#lesson")).to_be_visible()
    trial = visitor.session.trials.first()
    meant = [tile.position for tile in trial.tiles.all() if tile.stimulus.item.category_id == trial.target_id]
    marked = page.evaluate("[...document.querySelectorAll('[data-tile]')].map((t) => 'right' in t.dataset)")
    assert [place for place, is_marked in enumerate(marked) if is_marked] == meant
    assert page.evaluate(IS_PAINTED)


@pytest.mark.parametrize("height", [800, 320])
def test_marks_of_a_grid_lie_beside_the_photos(page: Page, live_server: LiveServer, height: int) -> None:
    page.set_viewport_size({"width": 750, "height": height})
    visitor = practising(page, live_server, **GRIDS)
    visitor.wait_for_photo(1)
    for tile in page.locator("[data-tile]").all():
        mark, photo = tile.locator("input").bounding_box(), tile.locator("canvas").bounding_box()
        apart = (mark["y"] + mark["height"] - photo["y"], mark["x"] + mark["width"] - photo["x"])
        assert min(apart) <= 0.5, (mark, photo)


def test_the_next_photos_are_loaded_during_the_break_and_counted(page: Page, live_server: LiveServer) -> None:
    visitor = practising(page, live_server, practice_trials=0)
    asked: list[str] = []
    due = visitor.due()
    for place, trial in enumerate(due, start=1):
        if place == len(due):
            page.on("request", lambda request: "/photos/" in request.url and asked.append(request.url))
        visitor.answer(trial, place)
    expect(page.locator("#break")).to_be_visible(timeout=20_000)
    expect(page.locator("#next-loading [data-loaded]")).to_have_text("3", timeout=20_000)
    expect(page.locator("#next-loading")).to_contain_text("3 of 3 photos")
    expect(page.locator("#break")).to_be_visible()
    photos = [name for url in asked for name in url.rpartition("/")[2].split(",")]
    assert len(photos) == len(set(photos)) == 3, "all of the next block's, before anybody went on"
    visitor.press("Continue")
    visitor.wait_for_photo(1)
