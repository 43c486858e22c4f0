"""Cutting by hand and picking the subject, from a shell and by a script: the same crops as by the page."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command

from study.models import Item, Stimulus, Study
from tests.pipeline.api.scripts import Script, staff
from tests.pipeline.looking import study_cut_by_looks
from tests.pipeline.studies import work_off

pytestmark = pytest.mark.django_db
PLACES = ("shell", "script")
CORNER = (0.7, 0.7, 0.95, 0.95)


@pytest.fixture
def study(monkeypatch: pytest.MonkeyPatch) -> Study:
    return study_cut_by_looks(monkeypatch)


def heavy_crop(study: Study) -> Stimulus:
    return Stimulus.objects.filter(level__study=study, level__number=2, item__split=Item.Split.TEST).first()


def command(*words: object) -> str:
    out = io.StringIO()
    call_command("study", *map(str, words), stdout=out)
    return out.getvalue().strip()


def cut(place: str, crop: Stimulus, left: float, top: float, width: float) -> str:
    study = crop.level.study
    if place == "shell":
        return command("cut-crop", study.code, crop.pk, left, top, f"--width={width}")
    window = {"left": left, "top": top, "width": width}
    answer = Script(staff(study)).send("POST", f"studies/{study.code}/crops/{crop.pk}/window/", window)
    return answer.json()["message"]


def pick(place: str, crop: Stimulus, box: tuple[float, ...]) -> str:
    study = crop.level.study
    if place == "shell":
        return command("pick-subject", study.code, crop.pk, "--box", *box)
    answer = Script(staff(study)).send("POST", f"studies/{study.code}/crops/{crop.pk}/subject/", {"box": box})
    return answer.json()["message"]


def undo(place: str, study: Study) -> str:
    if place == "shell":
        return command("undo-crop", study.code)
    return Script(staff(study)).post(f"studies/{study.code}/crops/undo/")["message"]


@pytest.mark.parametrize("place", PLACES)
def test_a_crop_is_cut_at_another_window_and_back(study: Study, place: str) -> None:
    before = heavy_crop(study)
    cut(place, before, 0.1, 0.2, before.window_width)
    after = before.item.stimuli.get(level__number=2)
    assert (after.by_hand, after.review) == (True, "approved")
    assert (after.left, after.top) == pytest.approx((0.1, 0.2), abs=1 / before.item.width)
    assert after.sha256 != before.sha256
    assert "Undone" in undo(place, study)
    assert before.item.stimuli.get(level__number=2).sha256 == before.sha256


@pytest.mark.parametrize("place", PLACES)
def test_the_subject_is_picked_by_a_box_and_every_level_is_cut_around_it(study: Study, place: str) -> None:
    item = heavy_crop(study).item
    pick(place, heavy_crop(study), CORNER)
    work_off(study)
    item.refresh_from_db()
    assert tuple(item.picked) == CORNER
    crop = item.stimuli.get(level__number=2)
    assert (crop.subject_source, crop.left > 0.5, crop.top > 0.5) == ("drawn", True, True)
