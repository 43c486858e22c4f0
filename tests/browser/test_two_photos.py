"""Two photos to choose between in a real browser: side by side on a laptop, stacked on a phone."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.chromium_window import ChromiumWindow
from tests.browser.visitor import Visitor
from tests.browser.window import Hand
from tests.study.factories import open_study_version, player

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GROUND = 40  # of 255: how much a photo differs from the page at least


def visitor_of(page: Page, live_server: LiveServer, hand: Hand = "key", **design: object) -> Visitor:
    photos = {"test_photos": 6, "validation_photos": 8}
    version = open_study_version(task="two_photos", fixation_ms=60, **photos, **design)
    session = player(version, timezone.now())
    visitor = Visitor(ChromiumWindow(page), f"{live_server}/s/{session.token}/", hand=hand)
    page.goto(visitor.address)
    return visitor


@pytest.mark.parametrize("hand", ["key", "touch"])
def test_from_practice_to_the_code(page: Page, phone_page: Page, live_server: LiveServer, hand: Hand) -> None:
    visitor = visitor_of(page if hand == "key" else phone_page, live_server, hand)
    visitor.play_block()
    visitor.play_block()
    visitor.play_block("Continue")
    code = visitor.finish()
    assert visitor.session.completion_code == code
    trials = visitor.session.trials.all()
    assert {(trial.response_status, trial.correct, trial.suspect) for trial in trials} == {
        ("answered", True, "")
    }
    assert {trial.stimulus_place for trial in trials} == {0, 1}


def photos_on(page: Page) -> tuple[Image.Image, Image.Image, str]:
    """What is seen of the left or upper and of the right or lower photo, and how they stand."""
    seen = Image.open(BytesIO(page.locator("#stage").screenshot())).convert("RGB")
    width, height = seen.size
    side = min(width, height)
    first = seen.crop((0, 0, side, side))
    return (
        first,
        seen.crop((width - side, height - side, width, height)),
        "abreast" if width > height else "stacked",
    )


@pytest.mark.parametrize(
    ("width", "height", "stands"),
    [(1366, 768, "abreast"), (390, 664, "stacked"), (320, 568, "stacked"), (750, 320, "abreast")],
)
def test_both_photos_and_both_buttons_are_in_view_and_each_button_is_under_its_photo(
    page: Page, live_server: LiveServer, width: int, height: int, stands: str
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    visitor = visitor_of(page, live_server)
    visitor.start_block()
    trial = visitor.due()[0]
    visitor.wait_for_photo(1)
    name = trial.target.name.replace("_", " ")
    expect(page.get_by_role("heading", name=f"Which photo shows: {name}?")).to_be_focused()
    for part in (page.locator("#stage"), *page.locator("[data-choice]").all()):
        expect(part).to_be_in_viewport(ratio=1)
    *photos, arrangement = photos_on(page)
    assert arrangement == stands
    ground = Image.open(BytesIO(page.screenshot())).convert("RGB").getpixel((2, height - 2))
    for photo in photos:
        middle = photo.getpixel((photo.width // 2, photo.height // 2))
        assert max(abs(a - b) for a, b in zip(middle, ground, strict=True)) > GROUND
    words = ["On the left", "On the right"] if stands == "abreast" else ["Above", "Below"]
    assert [place.inner_text() for place in page.locator(".place").all()] == words
    first, second = (button.bounding_box() for button in page.locator("[data-choice]").all())
    assert first["x"] + first["width"] <= second["x"]


def test_practice_says_on_which_side_it_was(page: Page, live_server: LiveServer) -> None:
    visitor = visitor_of(page, live_server)
    visitor.start_block()
    trial = visitor.due()[0]
    visitor.wait_for_photo(1)
    page.keyboard.press("ArrowLeft" if trial.stimulus_place else "ArrowRight")
    side = "On the right" if trial.stimulus_place else "On the left"
    expect(page.locator("[data-lesson=wrong]")).to_contain_text(f"The right answer: {side}")
    expect(page.locator("#stage")).to_be_visible()
