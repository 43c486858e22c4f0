"""Decisions that the server cannot take, or refuses: they wait, and the page says so."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from pipeline.models import Loop
from study.models import Study
from tests.browser.reviewing.crops_page import expect_reviewed, expect_stored, reviews
from tests.browser.test_interruptions import NO_NETWORK

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REFUSED = "409 (Conflict)"


def test_what_could_not_be_stored_is_said_kept_and_stored_later(
    review: Page, study: Study, forgiven: list[str]
) -> None:
    forgiven.append(NO_NETWORK)
    review.context.set_offline(True)
    review.keyboard.press("a")
    review.keyboard.press("d")
    trouble = review.locator("#trouble")
    expect(trouble).to_contain_text("2 decisions are not stored yet. There is no connection to the server.")
    expect_reviewed(review, "2 of 6 reviewed: 1 approved, 1 discarded")
    review.get_by_role("button", name="Try again").click()
    expect(trouble).to_contain_text("2 decisions are not stored yet.")
    assert set(reviews(study)) == {"pending"}
    review.context.set_offline(False)  # the page hears of it, and needs no click
    expect_stored(review)
    expect(trouble).to_be_hidden()
    assert reviews(study) == ["approved", "discarded"] + ["pending"] * 4


def test_what_waits_outlives_the_page(review: Page, study: Study, forgiven: list[str]) -> None:
    forgiven.append(NO_NETWORK)
    address = review.url
    review.context.set_offline(True)
    review.keyboard.press("a")
    expect(review.locator("#trouble")).to_be_visible()
    review.close(run_before_unload=False)
    review.context.set_offline(False)
    again = review.context.new_page()
    again.goto(address)
    expect_stored(again)
    expect_reviewed(again, "1 of 6 reviewed: 1 approved, 0 discarded")
    assert reviews(study)[0] == "approved"


def test_a_refusal_is_said_and_the_crop_is_shown_as_it_is(
    review: Page, study: Study, forgiven: list[str]
) -> None:
    forgiven.append(REFUSED)
    Loop.objects.create(study=study, state=Loop.State.RUNNING)
    review.keyboard.press("r")
    review.keyboard.press("ArrowLeft")
    review.keyboard.press("Enter")
    expect(review.locator("#refusal")).to_contain_text("Stop it on the desk")
    expect(review.locator(".state")).to_have_text("not reviewed")
