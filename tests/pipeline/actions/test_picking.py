"""People of a photo, kept apart: a researcher picks one, or draws a box, and the photo is cut again."""

from __future__ import annotations

import numpy as np
import pytest

import attacker
from attacker.photos.subject_boxes import Box
from attacker.subjects import detection
from attacker.subjects.persons import Person
from pipeline.actions.hand_cutting import StudyBusyError, redraw
from pipeline.actions.hand_windows import HandWindow
from pipeline.actions.picking import NoSuchSubjectError, PickedSubject, pick_subject
from pipeline.actions.undoing import undo_last
from pipeline.crops.people_seen import PeopleSeen, people_in
from pipeline.crops.subjects import GRID
from pipeline.models import CropMaps, Loop
from pipeline.models.crop_changes import CropState
from study.models import Item, Stimulus, Study
from tests.pipeline.looking import cut_levels, let_look, study_with_boxes, upper_half
from tests.pipeline.studies import work_off

pytestmark = pytest.mark.django_db


def person(left: float, right: float, area: float) -> Person:
    columns = (np.arange(GRID) + 0.5) / GRID
    body = np.tile((columns > left) & (columns < right), (GRID, 1)).astype(float)
    body[: GRID // 4] = body[-GRID // 4 :] = 0
    return Person(Box(left, 0.25, right, 0.75), 0.9, area, body)


LARGE, SMALL = person(0.05, 0.4, 0.175), person(0.7, 0.9, 0.1)


@pytest.fixture
def study(monkeypatch: pytest.MonkeyPatch) -> Study:
    """A study whose detector sees a large person at the left of every photo, and a small one at the right."""
    study = study_with_boxes(person_detector="maskrcnn_resnet50_fpn_v2")
    study.items.update(box=None)
    monkeypatch.setattr(detection, "find_people", lambda photos, *_, **__: [[LARGE, SMALL] for _ in photos])
    let_look(monkeypatch, upper_half)
    cut_levels(study, through=2)
    return study


def photo_of(study: Study) -> Item:
    return study.items.filter(split=Item.Split.TEST).first()


def middles(item: Item) -> list[float]:
    crops = item.stimuli.filter(level__number__gt=0).order_by("level__number")
    return [crop.left + crop.window_width / 2 for crop in crops]


def states(item: Item) -> set[CropState]:
    return {CropState.of(crop) for crop in Stimulus.of_any_kind.filter(item=item)}


@pytest.mark.thorough
def test_everybody_who_was_seen_is_stored_and_who_was_taken(study: Study) -> None:
    boxes = ((0.05, 0.25, 0.4, 0.75), (0.7, 0.25, 0.9, 0.75))
    assert {people_in(item) for item in study.items.all()} == {PeopleSeen(boxes, taken=0)}
    assert max(middles(photo_of(study))) < 0.5, "the larger one"


@pytest.mark.thorough
def test_the_person_picked_counts_more_than_the_rules_and_every_level_is_cut_from_it(study: Study) -> None:
    item = photo_of(study)
    pick_subject(study.owner, item, PickedSubject(person=2))
    work_off(study)
    assert min(middles(item)) > 0.5
    for crop in item.stimuli.filter(level__number__gt=0):
        assert (crop.subject_source, crop.subject_people, crop.people_alike) == ("picked", 2, False)
        assert crop.subject_detail == "maskrcnn_resnet50_fpn_v2, person 2 of 2"
        assert crop.subject_kept >= crop.level.subject_share - 1e-9
    others = study.items.filter(split=Item.Split.TEST).exclude(pk=item.pk)
    assert max(max(middles(other)) for other in others) < 0.5


@pytest.mark.thorough
def test_a_drawn_box_counts_most_also_where_a_mask_or_box_came_with_the_photo(study: Study) -> None:
    item = photo_of(study)
    Item.objects.filter(pk=item.pk).update(box=[0.0, 0.0, 0.5, 1.0])
    pick_subject(study.owner, item, PickedSubject(box=(0.7, 0.7, 0.95, 0.95)))
    work_off(study)
    crop = item.stimuli.get(level__number=2)
    assert (crop.subject_source, crop.top > 0.5, crop.left > 0.5) == ("drawn", True, True)


@pytest.mark.thorough
def test_levels_that_are_cut_later_obey_the_choice(study: Study) -> None:
    item = photo_of(study)
    Stimulus.objects.filter(level__study=study, level__number=2).delete()
    CropMaps.objects.filter(level__number=2).delete()
    pick_subject(study.owner, item, PickedSubject(person=2))
    work_off(study)
    study.jobs.filter(key="crop:l2").delete()
    cut_levels(study, through=2)
    assert min(middles(item)) > 0.5
    assert len(middles(item)) == 2


@pytest.mark.thorough
def test_windows_that_were_drawn_around_somebody_else_are_cut_again(study: Study) -> None:
    item = photo_of(study)
    redraw(study.owner, item.stimuli.get(level__number=1), HandWindow(0.0, 0.0, 0.5))
    pick_subject(study.owner, item, PickedSubject(person=2))
    work_off(study)
    assert not item.stimuli.filter(by_hand=True).exists()
    assert min(middles(item)) > 0.5


def test_a_choice_is_undone_with_all_that_followed(study: Study) -> None:
    item = photo_of(study)
    before = states(item)
    pick_subject(study.owner, item, PickedSubject(person=2))
    work_off(study)
    undo_last(study.owner, study)
    item.refresh_from_db()
    assert (item.picked, item.picked_person, item.outdated_from) == (None, False, None)
    assert states(item) == before


@pytest.mark.thorough
def test_who_is_not_there_cannot_be_picked(study: Study) -> None:
    for picked in (PickedSubject(person=3), PickedSubject(box=(0.5, 0.5, 0.5, 0.9)), PickedSubject()):
        with pytest.raises(NoSuchSubjectError):
            pick_subject(study.owner, photo_of(study), picked)


@pytest.mark.thorough
def test_under_a_running_loop_nobody_is_picked(study: Study) -> None:
    Loop.objects.create(study=study, state=Loop.State.RUNNING)
    with pytest.raises(StudyBusyError, match="Stop it on the desk"):
        pick_subject(study.owner, photo_of(study), PickedSubject(person=2))
    assert photo_of(study).picked is None


def two_bodies(_: str, photos: list[object], **__: object) -> np.ndarray:
    """Foregrounds of a large body at the left and another at the right."""
    return np.stack([LARGE.map + SMALL.map for _photo in photos]).astype(np.float32)


@pytest.mark.thorough
def test_where_nothing_knows_people_parts_that_stand_out_alike_are_asked_about(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = study_with_boxes()
    study.items.update(box=None)
    monkeypatch.setattr(attacker, "subject_maps", two_bodies)
    let_look(monkeypatch, upper_half)
    cut_levels(study, through=2)
    item = photo_of(study)
    assert (len(people_in(item).boxes), people_in(item).are_parts) == (2, True)
    assert all(crop.people_alike for crop in item.stimuli.filter(level__number__gt=0))
    pick_subject(study.owner, item, PickedSubject(person=2))
    work_off(study)
    assert min(middles(item)) > 0.5
    picked = item.stimuli.filter(level__number__gt=0)
    assert {(crop.subject_source, crop.people_alike) for crop in picked} == {("picked", False)}
