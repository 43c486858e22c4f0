"""A researcher says who or what the subject of a photo is: by clicks and by keys."""

from __future__ import annotations

import msgspec
import pytest
from playwright.sync_api import Page, expect

from pipeline.crops.people_seen import PeopleSeen
from study.models import Stimulus, Study
from tests.browser.reviewing.crops_page import shown

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def with_people(review: Page, study: Study) -> Page:
    """The same page, with two people seen in every photo."""
    boxes = ((0.05, 0.2, 0.35, 0.9), (0.6, 0.2, 0.95, 0.9))
    study.items.update(people=msgspec.to_builtins(PeopleSeen(boxes, 0)))
    review.reload()
    return review


def picked(study: Study, page: Page) -> tuple[list[float] | None, bool]:
    item = Stimulus.objects.get(pk=shown(page)).item
    return item.picked, item.picked_person


def test_a_click_on_a_person_picks_them_and_a_key_another(with_people: Page, study: Study) -> None:
    photo = with_people.locator(".photo .pixels").bounding_box()
    with_people.mouse.click(photo["x"] + 0.9 * photo["width"], photo["y"] + 0.3 * photo["height"])
    expect(with_people.get_by_role("button", name="Person 2")).to_have_attribute("aria-pressed", "true")
    expect(with_people.locator(".state")).to_contain_text("being cut again")
    assert picked(study, with_people) == ([0.6, 0.2, 0.95, 0.9], True)
    with_people.keyboard.press("1")
    expect(with_people.get_by_role("button", name="Person 1")).to_have_attribute("aria-pressed", "true")
    with_people.keyboard.press("z")
    with_people.keyboard.press("z")
    expect(with_people.locator(".state")).to_have_text("not reviewed")
    assert picked(study, with_people) == (None, False)


def test_parts_that_stand_out_alike_are_asked_about_as_parts(review: Page, study: Study) -> None:
    parts = ((0.05, 0.2, 0.35, 0.9), (0.6, 0.2, 0.95, 0.9))
    study.items.update(people=msgspec.to_builtins(PeopleSeen(parts, are_parts=True)))
    Stimulus.objects.filter(item__study=study).update(people_alike=True)
    review.reload()
    expect(review.locator(".figures")).to_contain_text(
        "2 parts of the photo stand out alike: which is the subject?"
    )
    review.get_by_role("button", name="Part 2").click()
    expect(review.locator(".state")).to_contain_text("being cut again")
    assert picked(study, review) == ([0.6, 0.2, 0.95, 0.9], True)


def test_where_nobody_was_seen_a_box_is_drawn_by_keys(review: Page, study: Study) -> None:
    assert review.locator("#people button").count() == 0
    review.keyboard.press("b")
    for key in ("ArrowRight", "Shift+ArrowLeft", "Enter"):
        review.keyboard.press(key)
    expect(review.locator(".state")).to_contain_text("being cut again")
    box, is_person = picked(study, review)
    assert (box, is_person) == (pytest.approx([0.32, 0.2, 0.7, 0.8]), False)
