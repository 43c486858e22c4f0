"""A researcher reviews crops in Chromium: by keys, by a finger, and without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from pipeline.crops.level_families import window_of
from pipeline.crops.windows import Window
from study.models import Stimulus, Study
from tests.browser.axe import violations
from tests.browser.reviewing.crops_page import expect_reviewed, expect_stored, log_in, reviews, shown

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_six_crops_are_reviewed_by_keyboard_and_the_server_has_them_all(review: Page, study: Study) -> None:
    expect_reviewed(review, "0 of 6 reviewed: 0 approved, 0 discarded")
    for key in "aadaad":
        review.keyboard.press(key)
    expect_reviewed(review, "6 of 6 reviewed: 4 approved, 2 discarded")
    expect_stored(review)
    review.reload()
    expect_reviewed(review, "6 of 6 reviewed: 4 approved, 2 discarded")
    assert reviews(study) == ["approved"] * 4 + ["discarded"] * 2


def test_every_decision_is_undone_one_after_the_other(review: Page, study: Study) -> None:
    first = shown(review)
    review.keyboard.press("a")
    review.keyboard.press("d")
    review.keyboard.press("z")
    expect_reviewed(review, "1 of 6 reviewed: 1 approved, 0 discarded")
    expect_stored(review)
    review.reload()
    review.get_by_role("button", name="Undo").click()
    expect_reviewed(review, "0 of 6 reviewed: 0 approved, 0 discarded")
    assert shown(review) == first
    assert set(reviews(study)) == {"pending"}
    review.keyboard.press("z")
    expect(review.locator("#said")).to_have_text("There is nothing of yours to undo.")


def test_overlays_are_switched_by_a_key_and_drawn(review: Page) -> None:
    button = review.get_by_role("button", name="Subject")
    expect(button).to_have_attribute("aria-pressed", "false")
    review.keyboard.press("s")
    expect(button).to_have_attribute("aria-pressed", "true")
    overlay = review.locator(".photo .overlay.subject")
    expect(overlay).to_have_attribute("visibility", "visible")
    width = review.evaluate(
        """async (address) => { const image = new Image(); image.src = address; await image.decode();
        return image.naturalWidth; }""",
        overlay.get_attribute("href"),
    )
    assert width == 28


def test_single_keys_can_be_switched_off(review: Page) -> None:
    review.get_by_text("Keys, and approving the rest").click()
    review.get_by_label("Single keys act on this page").uncheck()
    review.keyboard.press("a")
    expect_reviewed(review, "0 of 6 reviewed: 0 approved, 0 discarded")


def test_nothing_is_wrong_with_the_page_for_a_screen_reader(review: Page, axe: str) -> None:
    assert violations(review, axe) == []
    review.keyboard.press("r")
    assert violations(review, axe) == []


def test_on_a_phone_a_finger_decides_and_everything_fits(
    phone_page: Page, live_server: LiveServer, study: Study
) -> None:
    log_in(phone_page.context, live_server, study)
    phone_page.goto(f"{live_server.url}/desk/{study.code}/crops/1/")
    phone_page.get_by_role("button", name="Approve", exact=False).first.tap()
    expect_reviewed(phone_page, "1 of 6 reviewed: 1 approved, 0 discarded")
    assert phone_page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.fixture
def scriptless(chromium: Browser, live_server: LiveServer, study: Study) -> Iterator[Page]:
    context = chromium.new_context(java_script_enabled=False)
    log_in(context, live_server, study)
    page = context.new_page()
    page.goto(f"{live_server.url}/desk/{study.code}/crops/1/")
    yield page
    context.close()


def test_plain_forms_do_the_same_without_scripts(scriptless: Page, study: Study) -> None:
    scriptless.get_by_role("button", name="Approve", exact=False).first.click()
    scriptless.get_by_role("button", name="Discard").click()
    expect_reviewed(scriptless, "2 of 6 reviewed: 1 approved, 1 discarded")
    scriptless.get_by_role("button", name="Undo").click()
    expect_reviewed(scriptless, "1 of 6 reviewed: 1 approved, 0 discarded")
    scriptless.get_by_role("link", name="Redraw").click()
    for name, value in {"Left": "0.25", "Top": "0.25", "Width": "0.5"}.items():
        scriptless.get_by_label(name, exact=True).fill(value)
    scriptless.get_by_role("button", name="Cut here").click()
    expect(scriptless.locator(".state")).to_have_text("approved, drawn by hand")
    assert window_of(Stimulus.objects.get(pk=shown(scriptless))) == Window(0.25, 0.25, 0.5, 0.5)
