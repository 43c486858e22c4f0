"""The design's page shows a participant's screen as the form stands, before anything is saved or frozen."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from playwright.sync_api import FrameLocator, Page, expect
from pytest_django.live_server_helper import LiveServer

from study.models import Participant, Session, Study, StudyVersion, Trial
from tests.browser.screens import in_view, is_whole
from tests.pipeline.studies import make_study
from tests.study.factories import draft_study, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
INK = """() => {
    const canvas = document.createElement('canvas');
    const stage = document.getElementById('stage');
    canvas.width = canvas.height = 64;
    canvas.getContext('2d').drawImage(stage, 0, 0, 64, 64);
    return new Set(canvas.getContext('2d').getImageData(0, 0, 64, 64).data).size;
}"""


def study_with_photos() -> Study:
    study = draft_study()
    for number, item in enumerate(study.items.all()):
        item.photo.save(item.source_name, ContentFile(picture(seed=number)))
    return study


def open_design(page: Page, live_server: LiveServer, study: Study, width: int = 1440) -> None:
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("grace"))
    secret = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": secret, "url": live_server.url}])
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(live_server.url + reverse("admin:study_study_change", args=[study.pk]))


def frame(page: Page, device: str) -> FrameLocator:
    return page.frame_locator(f"iframe[data-device={device}]")


def shown(page: Page, device: str) -> None:
    """Wait until a frame shows its photo."""
    expect(frame(page, device).locator("html[data-state=still] #trial")).to_be_visible(timeout=20_000)


def answers(page: Page, device: str) -> list[str]:
    shown(page, device)
    return frame(page, device).locator("[data-choice] .name").all_inner_texts()


def rows() -> list[int]:
    managers = (StudyVersion.of_any_stage, Participant.of_any_stage, Session.of_any_stage, Trial.objects)
    return [manager.count() for manager in managers]


@pytest.mark.parametrize("width", [1024, 1440])
def test_photo_and_answers_are_seen_on_both_devices_with_the_studys_own_photos(
    page: Page, live_server: LiveServer, width: int
) -> None:
    before = rows()
    open_design(page, live_server, study_with_photos(), width)
    for device in ("phone", "laptop"):
        assert sorted(answers(page, device)) == ["dribble", "dunk", "shoot"]
        inner = next(each for each in page.frames if f"device={device}" in each.url)
        seen = in_view(inner)  # type: ignore[arg-type]
        assert is_whole(seen), seen
        assert inner.evaluate(INK) > 20, "the photo is on its canvas"
    assert frame(page, "laptop").locator("kbd").first.is_visible()
    assert not frame(page, "phone").locator("#answers kbd").count()
    assert rows() == before


def test_it_follows_the_form_without_saving(page: Page, live_server: LiveServer) -> None:
    study = study_with_photos()
    open_design(page, live_server, study)
    assert answers(page, "phone")
    page.evaluate("document.querySelectorAll('form details').forEach((each) => (each.open = true))")
    page.locator("#id_task").select_option("yes_no")
    expect(frame(page, "phone").locator("#question .name").first).to_have_text("dribble", timeout=20_000)
    assert sorted(answers(page, "phone")) == ["No", "Yes"]
    page.locator("#id_task").select_option("grid")
    expect(frame(page, "laptop").locator("[data-tile]")).to_have_count(9, timeout=20_000)
    page.locator("#id_grid_columns").fill("2")
    expect(frame(page, "laptop").locator("[data-tile]")).to_have_count(6, timeout=20_000)
    study.refresh_from_db()
    assert (study.task, study.grid_columns) == ("single", 3)


def test_labels_of_the_classes_stand_on_the_buttons_as_they_are_typed(
    page: Page, live_server: LiveServer
) -> None:
    open_design(page, live_server, study_with_photos())
    assert answers(page, "laptop")
    page.locator("#id_categories-0-labels").fill('{"en": "Bouncing the ball"}')
    button = frame(page, "laptop").get_by_role("button", name="Bouncing the ball")
    expect(button).to_be_visible(timeout=20_000)
    page.locator("#id_categories-0-labels").fill('{"en": ')
    expect(frame(page, "phone").get_by_role("status")).to_contain_text("Labels of a class", timeout=20_000)


def test_what_cannot_be_shown_is_said_by_the_forms_own_words(page: Page, live_server: LiveServer) -> None:
    open_design(page, live_server, study_with_photos())
    assert answers(page, "phone")
    page.locator("#id_deadline_ms").fill("")
    expect(frame(page, "phone").get_by_role("status")).to_contain_text("Time to answer (ms)", timeout=20_000)


def test_a_study_without_photos_shows_drawn_ones_and_a_trial_can_be_played(
    page: Page, live_server: LiveServer
) -> None:
    open_design(page, live_server, make_study(stimulus_ms=None, fixation_ms=100))
    assert sorted(answers(page, "laptop")) == ["dribble", "dunk", "shoot"]
    shown(page, "phone")
    page.get_by_role("button", name="Play one trial").click()
    playing = frame(page, "laptop").locator("html[data-state=playing] #trial[data-phase=answering]")
    expect(playing).to_be_visible(timeout=20_000)
    frame(page, "laptop").locator("[data-choice]").first.click()
    shown(page, "laptop")
    assert not Session._base_manager.exists()


def test_typing_keeps_the_focus(page: Page, live_server: LiveServer) -> None:
    open_design(page, live_server, study_with_photos())
    assert answers(page, "phone")
    page.locator("#id_deadline_ms").fill("9000")
    expect(page.locator("iframe[data-device=phone][data-shows*='deadline_ms=9000']")).to_be_attached()
    inner = page.locator("iframe[data-device=phone]").element_handle().content_frame()
    assert inner is not None
    inner.wait_for_url("**deadline_ms=9000**")
    shown(page, "phone")
    assert page.evaluate("document.activeElement.id") == "id_deadline_ms"


def test_crops_of_a_level_are_shown_in_place_of_whole_photos(page: Page, live_server: LiveServer) -> None:
    study = study_with_photos()
    open_design(page, live_server, study)
    assert answers(page, "phone")
    with page.expect_request("**/desk/stimuli/*.png"):
        page.locator("#preview-level").select_option("1")
    shown(page, "phone")
