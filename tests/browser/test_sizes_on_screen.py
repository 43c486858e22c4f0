"""The screen is measured by a card, by keys or by a ruler; photos are as large as the design wants them."""

from __future__ import annotations

import io

import numpy as np
import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from study.models import Session, StudyVersion, Trial
from study.sizing.visual_angle import degrees_of
from tests.browser.chromium_window import ChromiumWindow
from tests.browser.screens import in_view, is_whole
from tests.browser.visitor import Visitor
from tests.study.factories import newcomer, open_study_version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CARD_MM = {"across": 85.6, "upright": 53.98}


def at_the_card(page: Page, live_server: LiveServer, version: StudyVersion) -> Visitor:
    """Past the device check, where the screen is to be measured."""
    session = newcomer(version, timezone.now())
    page.goto(f"{live_server}/s/{session.token}/")
    visitor = Visitor(ChromiumWindow(page), page.url)
    visitor.pass_device_check()
    page.locator("#card[data-stands]").wait_for(state="attached")  # its script has begun to listen
    return visitor


def asking(**design: object) -> StudyVersion:
    return open_study_version(screen_calibration="offered", fixation_ms=60, practice_trials=0, **design)


def stored(visitor: Visitor) -> Session:
    expect(visitor.window.page.get_by_text("What you will do").first).to_be_visible()
    return visitor.session


class TestMeasuring:
    def test_by_mouse_the_box_follows_the_edge_that_is_drawn(
        self, page: Page, live_server: LiveServer
    ) -> None:
        visitor = at_the_card(page, live_server, asking())
        box = page.locator("#card").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 20)
        page.mouse.down()
        page.mouse.move(box["x"] + 430, box["y"] + 20)
        page.mouse.up()
        page.get_by_role("button", name="as wide as my card").click()
        session = stored(visitor)
        assert session.size_known_by == "card"
        assert session.screen_mm_per_px == pytest.approx(CARD_MM["across"] / 430, rel=0.01)

    def test_by_keys_alone(self, page: Page, live_server: LiveServer) -> None:
        visitor = at_the_card(page, live_server, asking())
        slider = page.get_by_role("slider", name="Width of the box")
        slider.focus()
        before = int(slider.input_value())
        for _ in range(25):
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert stored(visitor).screen_mm_per_px == pytest.approx(CARD_MM["across"] / (before + 25))

    def test_on_a_phone_the_card_stands_upright_and_pixels_are_the_screens_own(
        self, phone_page: Page, live_server: LiveServer
    ) -> None:
        visitor = at_the_card(phone_page, live_server, asking())
        expect(phone_page.locator("#card")).to_have_attribute("data-stands", "upright")
        phone_page.get_by_role("slider").fill("300")
        phone_page.get_by_role("button", name="as wide as my card").tap()
        session = stored(visitor)
        assert session.screen_mm_per_px == pytest.approx(CARD_MM["upright"] / (300 * 2))
        assert session.viewing_distance_cm == 32.0

    def test_by_a_ruler(self, page: Page, live_server: LiveServer) -> None:
        visitor = at_the_card(page, live_server, asking())
        line = page.locator("#line").bounding_box()
        assert line is not None
        page.get_by_label("Length of the line in millimetres").fill("72.5")
        page.keyboard.press("Enter")
        session = stored(visitor)
        assert session.size_known_by == "ruler"
        assert session.screen_mm_per_px == pytest.approx(72.5 / line["width"])

    def test_without_measuring(self, page: Page, live_server: LiveServer) -> None:
        visitor = at_the_card(page, live_server, asking())
        page.get_by_role("button", name="Go on without measuring").press("Enter")
        session = stored(visitor)
        assert (session.size_known_by, session.screen_mm_per_px) == ("not_measured", None)


def side_on_the_screen(page: Page) -> float:
    """The longer side of what stands on the stage, in pixels of the screenshot: those of the screen."""
    pixels = np.asarray(Image.open(io.BytesIO(page.locator("#stage").screenshot())).convert("RGB"), dtype=int)
    drawn = np.argwhere(np.abs(pixels - pixels[0, 0]).max(axis=2) > 12)
    return float((drawn.max(axis=0) - drawn.min(axis=0)).max() + 1) if len(drawn) else 0.0


def level_of(trial: Trial) -> int:
    assert trial.stimulus is not None
    return trial.stimulus.level.number


@pytest.mark.parametrize("where", ["laptop", "phone"])
@pytest.mark.parametrize("size", ["pixels", "degrees"])
def test_at_one_magnification_a_crop_is_as_small_as_its_window(
    page: Page, phone_page: Page, live_server: LiveServer, where: str, size: str
) -> None:
    screen = page if where == "laptop" else phone_page
    visitor = at_the_card(screen, live_server, asking(shown_size=size, source_px_per_degree=16.0))
    screen.get_by_role("slider").fill("300")
    visitor.press("The box is as wide as my card")
    visitor.pass_instructions()
    visitor.start_block()
    shares, ratio = {0: 1.0, 1: 0.6, 2: 0.3}, screen.evaluate("devicePixelRatio")
    drawn = {}
    for place, trial in enumerate(visitor.due(), start=1):
        visitor.wait_for_photo(place)
        seen = in_view(screen)
        assert is_whole(seen), seen
        drawn[trial.pk] = side_on_the_screen(screen)
        whole = drawn[trial.pk] / shares[level_of(trial)]
        if size == "pixels":
            assert whole == pytest.approx(seen["photo"] * ratio, rel=0.03)
        else:
            known = visitor.session
            angle = degrees_of(whole, known.screen_mm_per_px or 0.0, known.viewing_distance_cm or 0.0)
            assert angle == pytest.approx(64 / 16, rel=0.03)
        visitor.answer(trial, place)
    visitor.window.wait_for("#break")
    stored_px = dict(Trial.objects.filter(pk__in=drawn).values_list("pk", "shown_px"))
    assert stored_px == pytest.approx(drawn, abs=3)
