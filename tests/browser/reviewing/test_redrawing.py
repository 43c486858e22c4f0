"""A researcher draws a crop's window by hand: by keyboard and by mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from pipeline.crops.level_families import window_of
from study.models import Stimulus, Study
from tests.browser.reviewing.crops_page import shown

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_window_is_redrawn_by_keys_and_undone(review: Page, study: Study) -> None:
    crop = Stimulus.objects.get(pk=shown(review))
    before = window_of(crop)
    review.keyboard.press("r")
    for key in ("ArrowLeft", "ArrowUp", "ArrowUp", "Shift+ArrowRight"):
        review.keyboard.press(key)
    expect(review.locator(".figures")).to_contain_text("pixels of the photo")
    review.keyboard.press("Enter")
    expect(review.locator(".state")).to_have_text("approved, drawn by hand")
    crop.refresh_from_db()
    side = round((before.width + 0.02) * 160) / 160
    assert window_of(crop).width == pytest.approx(side)
    assert crop.left == pytest.approx(before.left - 0.03, abs=1e-6)
    assert crop.top == pytest.approx(before.top - 0.05, abs=1e-6)
    expect(review.locator("#following")).to_contain_text("Heavier crops of 1 photo are being cut again")
    review.keyboard.press("z")
    expect(review.locator(".state")).to_have_text("not reviewed")
    crop.refresh_from_db()
    assert window_of(crop) == before
    expect(review.locator("#following")).to_have_text("")


def test_a_window_is_redrawn_with_the_mouse(review: Page, study: Study) -> None:
    crop = Stimulus.objects.get(pk=shown(review))
    review.get_by_role("link", name="Redraw").click()
    photo = review.locator(".photo .pixels").bounding_box()
    side = photo["width"]

    def at(x: float, y: float) -> tuple[float, float]:
        return photo["x"] + x * side, photo["y"] + y * side

    middle = crop.left + crop.window_width / 2, crop.top + crop.window_height / 2
    review.mouse.move(*at(*middle))
    review.mouse.down()
    review.mouse.move(*at(0.5, 0.5), steps=4)
    review.mouse.up()
    half = crop.window_width / 2
    review.mouse.move(*at(0.5 + half, 0.5 + half))
    review.mouse.down()
    review.mouse.move(*at(0.4 + half, 0.4 + half), steps=4)
    review.mouse.up()
    review.get_by_role("button", name="Cut here").click()
    expect(review.locator(".state")).to_have_text("approved, drawn by hand")
    drawn = window_of(Stimulus.objects.get(pk=crop.pk))
    assert drawn.width == pytest.approx(crop.window_width - 0.1, abs=0.02)
    assert (drawn.left, drawn.top) == pytest.approx((0.5 - half, 0.5 - half), abs=0.02)


def test_a_window_that_is_left_changes_nothing(review: Page, study: Study) -> None:
    crop = Stimulus.objects.get(pk=shown(review))
    review.keyboard.press("r")
    review.keyboard.press("ArrowLeft")
    review.keyboard.press("Escape")
    expect(review.get_by_role("button", name="Approve", exact=False).first).to_be_visible()
    assert window_of(Stimulus.objects.get(pk=crop.pk)) == window_of(crop)
