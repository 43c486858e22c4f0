"""A researcher reviews crops in Chromium: by keyboard, by mouse, without a network, and without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from pipeline.crops.level_families import window_of
from pipeline.crops.people_seen import PeopleSeen
from pipeline.crops.windows import Window
from pipeline.models import Loop
from study.models import Stimulus, Study
from tests.browser.axe import violations
from tests.browser.test_interruptions import NO_NETWORK
from tests.pipeline.looking import cut_levels, let_look, study_with_boxes, upper_half

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REFUSED = "409 (Conflict)"


@pytest.fixture
def study(monkeypatch: pytest.MonkeyPatch) -> Study:
    """Six test photos, cut at two levels, of which nothing is reviewed."""
    study = study_with_boxes()
    let_look(monkeypatch, upper_half)
    cut_levels(study, through=2)
    study.owner = get_user_model().objects.create_superuser("grace", password="compiler-1952")
    study.save()
    return study


def log_in(context: BrowserContext, live_server: LiveServer, study: Study) -> None:
    client = Client()
    client.force_login(study.owner)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    context.add_cookies([cookie])


@pytest.fixture
def review(page: Page, live_server: LiveServer, study: Study) -> Page:
    """The page of level 1, on a laptop."""
    log_in(page.context, live_server, study)
    page.goto(f"{live_server.url}/desk/{study.code}/crops/1/")
    return page


def shown(page: Page) -> int:
    """The crop that is large on the page."""
    return int(re.search(r"crop=(\d+)", page.url)[1])


def reviews(study: Study) -> list[str]:
    crops = Stimulus.objects.filter(level__study=study, level__number=1, item__split="test")
    return sorted(crops.values_list("review", flat=True))


def expect_reviewed(page: Page, words: str) -> None:
    expect(page.locator("#reviewed")).to_have_text(words)


def expect_stored(page: Page) -> None:
    expect(page.locator("#stored")).to_have_text("All stored")


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
