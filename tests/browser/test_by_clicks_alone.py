"""A whole study by clicks alone, in Chromium: from the first account to report, dataset and bundle.

TUTORIAL_PICTURES=docs/tutorial makes the pictures of docs/tutorial.md anew on the way.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import Locator, Page
from pypdf import PdfReader
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from pipeline.actions import new_study
from pipeline.actions.new_study import Preset
from pipeline.models import Loop
from study.models import Study
from tests.pipeline.quick_worker import let_networks_answer_at_once
from tests.pipeline.studies import draw_photos, work_off

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.long]
MOST_CLICKS = 25
PICTURES = os.environ.get("TUTORIAL_PICTURES")
ACCOUNT = {"Username": "grace", "Password": "compiler-1952", "Password confirmation": "compiler-1952"}
SMALL = {
    "seeds": 2,
    "attacker_preset": "quick",
    "device": "cpu",
    "max_rounds": 2,
    "level_family": "crop",
    "pilot": True,
    "pilot_people": 6,
    "pilot_trials": 8,
    "pilot_candidates": 1,
    "pilot_least_answers": 1,
    "pilot_certainty": 0.5,
    "pilot_floor": 0.2,
    "trials_per_person": 4,
    "block_size": 4,
    "practice_trials": 2,
    "catch_share": 0.0,
    "target_completes": 4,
}


class Clicks:
    """A page on which every click counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.number = page, 0

    def on(self, what: Locator) -> None:
        what.click()
        self.number += 1

    def button(self, name: str) -> None:
        self.on(self.page.get_by_role("button", name=name))

    def link(self, name: str) -> None:
        self.on(self.page.get_by_role("link", name=name).first)

    def picture(self, name: str) -> None:
        """Keep a picture of the page for the tutorial, if one is asked for."""
        if PICTURES:
            self.page.screenshot(path=Path(PICTURES) / f"{name}.png")

    def file(self, name: str) -> bytes:
        """Click on a link that downloads, and return what came."""
        with self.page.expect_download() as download:
            self.link(name)
        return Path(download.value.path()).read_bytes()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A zip file of two classes."""
    folder, archive = draw_photos(tmp_path / "photos", per_class=30), tmp_path / "photos.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for photo in sorted(folder.rglob("*.png")):
            packed.write(photo, photo.relative_to(folder))
    return archive


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    """Networks that answer at once, and the first preset made small enough for a test."""
    settings.SWEETSPOT_VAR = tmp_path / "var"
    let_networks_answer_at_once(monkeypatch)
    preset = new_study.PRESETS["published"]
    monkeypatch.setitem(new_study.PRESETS, "published", Preset(preset.label, preset.says, SMALL))


@pytest.mark.timeout(600)
def test_from_the_first_account_to_the_bundle(page: Page, live_server: LiveServer, photos: Path) -> None:
    page.set_viewport_size({"width": 1024, "height": 640})
    clicks = Clicks(page)
    address = live_server.url.replace("127.0.0.1", "localhost")
    _first_account(clicks, address)
    study = _study_with_photos(clicks, photos)
    _planned(clicks, study)
    _cut_and_piloted(clicks, study)
    _frozen(clicks, study)
    _robots_and_report(clicks, study)
    assert clicks.number <= MOST_CLICKS


def _first_account(clicks: Clicks, address: str) -> None:
    clicks.page.goto(address)
    for label, value in ACCOUNT.items():
        clicks.page.get_by_label(label, exact=True).fill(value)
    clicks.picture("account")
    clicks.button("Make the account")
    clicks.page.get_by_text("No study yet").first.wait_for()
    assert get_user_model().objects.get().is_superuser


def _study_with_photos(clicks: Clicks, photos: Path) -> Study:
    """The preset that is chosen already; the photos are looked at before they come in."""
    clicks.link("Begin a study")
    clicks.page.get_by_label("Name").fill("Shapes")
    clicks.picture("new-study")
    clicks.button("Create the study")
    study = Study.objects.get()
    clicks.link("Import photos")
    clicks.page.get_by_label("Zip file").set_input_files(photos)
    clicks.button("Read the photos")
    clicks.page.get_by_text("Photos are being read").first.wait_for()
    work_off(study)
    clicks.link("Look at the preview")
    clicks.page.get_by_text("60 photos of 2 classes").first.wait_for()
    clicks.picture("photos")
    clicks.button("Import these photos")
    clicks.page.get_by_text("Photos are being read").first.wait_for()
    work_off(study)
    assert study.items.count() == 60
    return study


def _planned(clicks: Clicks, study: Study) -> None:
    """The number of people comes from the power planner."""
    clicks.link("Power: how many people?")
    page = clicks.page
    page.get_by_label("Numbers of people to try").fill("20")
    page.get_by_label("Accuracy of people at each level").fill("0.98, 0.98, 0.5, 0.5")
    page.get_by_label("Accuracy of the machine at each level").fill("0.98, 0.2, 0.2, 0.2")
    page.get_by_label("Test photos").fill("200")
    page.get_by_label("Trials of each person").fill("100")
    page.get_by_label("Seeds of the attacker").fill("6")
    clicks.button("Simulate")
    page.get_by_text("The simulation is queued").first.wait_for()
    work_off(study)
    page.get_by_role("button", name="Plan with").scroll_into_view_if_needed()
    clicks.picture("power")
    clicks.on(page.get_by_role("button", name="Plan with"))
    page.get_by_text("complete sessions now").first.wait_for()


def _cut_and_piloted(clicks: Clicks, study: Study) -> None:
    """Robots choose the crops, a researcher looks at those of a level, and the loop goes on to its end."""
    clicks.button("Start the loop")
    clicks.page.get_by_text("The loop runs").first.wait_for()
    work_off(study)
    clicks.page.reload()
    clicks.picture("machine")
    clicks.button("Open the pilot")
    clicks.button("Let robots answer the pilot")
    clicks.page.get_by_text("Robots are queued").first.wait_for()
    work_off(study)
    clicks.page.reload()
    clicks.picture("pilot")
    clicks.button("Close the pilot and take the crops of simulated participants")
    clicks.page.get_by_text("The pilot is closed").first.wait_for()
    work_off(study)
    assert Loop.objects.get().state == Loop.State.FINISHED, Loop.objects.get().reason
    clicks.page.reload()
    clicks.link("Level 1")
    clicks.picture("crops")
    clicks.button("Approve")
    clicks.link("Shapes")


def _frozen(clicks: Clicks, study: Study) -> None:
    clicks.picture("freeze")
    clicks.button("Freeze the design")
    clicks.page.get_by_text("Frozen as version 1").first.wait_for()
    registered = json.loads(clicks.file("preregistration.json"))
    assert study.version().config_hash in json.dumps(registered)


def _robots_and_report(clicks: Clicks, study: Study) -> None:
    clicks.on(clicks.page.get_by_role("button", name="robots take part"))
    clicks.page.get_by_text("robots are queued").first.wait_for()
    work_off(study)
    clicks.page.reload()
    clicks.picture("people")
    clicks.button("Analyse simulated participants")
    clicks.page.get_by_text("its report says that they are robots").first.wait_for()
    work_off(study)
    clicks.page.reload()
    clicks.link(f"{study.analyses.get().created_at:%Y-%m-%d}")
    clicks.page.get_by_text("The people in this report are simulated").first.wait_for()
    clicks.picture("report")
    assert "SIMULATED" in PdfReader(io.BytesIO(clicks.file("PDF"))).pages[0].extract_text()
    dataset = zipfile.ZipFile(io.BytesIO(clicks.file("everything (zip)")))
    assert "dataset_description.json" in {Path(name).name for name in dataset.namelist()}
    bundle = zipfile.ZipFile(io.BytesIO(clicks.file("the whole study as a bundle")))
    assert bundle.testzip() is None
