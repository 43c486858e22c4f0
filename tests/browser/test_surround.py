"""The ground of the photos never differs from what is around it, in any frame that the browser shows."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.chromium_window import ChromiumWindow
from tests.browser.visitor import Visitor
from tests.study.factories import open_study_version, player

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WINDOW = {"width": 780, "height": 540}  # all of it is on the screen of a browser without a window
PHOTOS = range(40, 215)  # the grey levels of the photos of tests
Pixel = tuple[int, ...]


@pytest.mark.parametrize(("colours", "surround"), [("none", (220, 220, 220)), ("active", (255, 255, 255))])
def test_no_frame_of_a_trial_has_another_ground(
    chromium: Browser, live_server: LiveServer, colours: Any, surround: Pixel
) -> None:
    context = chromium.new_context(viewport=WINDOW, forced_colors=colours)
    page = context.new_page()
    session = player(open_study_version(fixation_ms=300, practice_trials=0), timezone.now())
    page.goto(f"{live_server}/s/{session.token}/")
    page.locator("#start").wait_for()
    frames = film_of(page)
    visitor = Visitor(ChromiumWindow(page), page.url)
    visitor.start_block()
    visitor.wait_for_photo(1)
    box = page.locator("#stage").bounding_box()
    for place, trial in enumerate(visitor.due(), start=1):
        visitor.answer(trial, place)
    page.get_by_role("button", name="Continue").wait_for()
    context.close()
    assert box is not None
    seen = [pixel for frame in frames for pixel in lower_corners(frame, box)]
    photos = [pixel for pixel in seen if all(value in PHOTOS for value in pixel)]
    assert len(frames) > 10
    assert photos, "the photos were filmed as well"
    assert {pixel for pixel in seen if pixel not in photos} == {surround}


def film_of(page: Page) -> list[bytes]:
    """Return the frames that the browser shows from now on."""
    frames: list[bytes] = []
    browser = page.context.new_cdp_session(page)

    def add(frame: dict[str, Any]) -> None:
        frames.append(base64.b64decode(frame["data"]))
        browser.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})

    browser.on("Page.screencastFrame", add)
    browser.send("Page.startScreencast", {"format": "png", "everyNthFrame": 1})
    return frames


def lower_corners(frame: bytes, box: dict[str, float]) -> list[Pixel]:
    """Return what both lower corners of the canvas show; nothing else of the page is ever there."""
    image = Image.open(io.BytesIO(frame)).convert("RGB")
    below = int(box["y"] + box["height"]) - 4
    return [image.getpixel((int(x), below)) for x in (box["x"] + 4, box["x"] + box["width"] - 4)]
