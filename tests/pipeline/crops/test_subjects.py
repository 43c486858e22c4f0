"""Where the subject of a photo is: the best evidence that came with it, else its foreground."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from django.core.files.base import ContentFile
from PIL import Image
from pytest_django import Settings

import attacker
from attacker.attention import foreground
from attacker.errors import WeightsError
from attacker.photos.subject_boxes import Box
from attacker.progress import Progress
from attacker.subjects import detection
from attacker.subjects.persons import Person
from pipeline.actions.study_actions import add_least_level
from pipeline.crops.level_families import UNTOUCHED
from pipeline.crops.levels import add_levels, default_shares
from pipeline.crops.stimuli import render
from pipeline.crops.subjects import GRID, Subject, subjects_of
from pipeline.exports.study_rows import stimulus_row
from pipeline.loop.advance import LoopRefusedError
from pipeline.standing.offers import offered
from pipeline.standing.study_facts import facts_of
from study.models import Item, Study
from tests.pipeline.studies import imported_study
from tests.remembered import remembered

FIGURE = {  # a person in the left half
    "nose": [0.2, 0.2, 1.0],
    "left_shoulder": [0.25, 0.3, 1.0],
    "right_shoulder": [0.15, 0.3, 1.0],
    "left_hip": [0.23, 0.5, 1.0],
    "right_hip": [0.17, 0.5, 1.0],
    "left_knee": [0.23, 0.65, 1.0],
    "left_ankle": [0.23, 0.8, 1.0],
}


@remembered
def drawn_study(family: str) -> Study:
    study = imported_study(level_family="crop")
    Study.objects.filter(pk=study.pk).update(level_family=family)
    study.refresh_from_db()
    for photo in study.items.all()[:4]:
        render(photo, study.levels.get(number=0))
    return study


def subjects(study: Study) -> list[Subject]:
    by_item = subjects_of(study, SimpleNamespace(should_stop=None))
    return [by_item[item.pk] for item in study.items.all()[:4]]


def give(study: Study, number: int, **evidence: object) -> Item:
    item = study.items.all()[number]
    Item.objects.filter(pk=item.pk).update(**evidence)
    return item


@pytest.fixture
def foregrounds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Foregrounds that are .3 everywhere; a list of how many photos each call asked for."""
    asked_for: list[int] = []

    def subject_maps(_: str, photos: list[object], **__: object) -> np.ndarray:
        asked_for.append(len(photos))
        return np.full((len(photos), GRID, GRID), 0.3, np.float32)

    monkeypatch.setattr(attacker, "subject_maps", subject_maps)
    return asked_for


@pytest.mark.django_db
def test_a_box_counts_more_than_landmarks_and_these_more_than_the_foreground(foregrounds: list[int]) -> None:
    study = drawn_study("subject")
    give(study, 0, box=[0.25, 0.0, 1.0, 0.5], landmarks=FIGURE)
    give(study, 1, landmarks=FIGURE)
    give(study, 2, landmarks={"nose": [0.2, 0.2, 1.0]})
    known = subjects(study)
    assert [subject.source for subject in known] == ["box", "landmarks", "foreground", "foreground"]
    assert known[0].map.sum() == pytest.approx(0.375 * GRID**2)
    assert known[1].map[:, GRID // 2 :].sum() == 0
    assert known[1].map[int(0.4 * GRID), int(0.2 * GRID)] == 1, "the chest"
    assert known[2].map.max() == pytest.approx(0.3), "a nose alone does not say how large a person is"
    assert foregrounds == [2]


@pytest.mark.django_db
def test_a_mask_counts_more_than_a_box_and_a_programs_landmarks_less_than_a_persons(
    foregrounds: list[int],
) -> None:
    study = drawn_study("subject")
    item = give(study, 0, box=[0.25, 0.0, 1.0, 0.5], landmarks=FIGURE)
    stored, mask = io.BytesIO(), Image.new("L", (160, 160))
    mask.paste(255, (0, 0, 40, 160))
    mask.save(stored, "PNG")
    item.mask.save("mask.png", ContentFile(stored.getvalue()))
    give(study, 1, landmarks=FIGURE, landmarks_by="MediaPipe Pose 0.10")
    give(study, 2, landmarks=FIGURE)
    known = subjects(study)
    assert [subject.source for subject in known] == ["mask", "pose", "landmarks", "foreground"]
    assert (known[0].map[:, : GRID // 4].min(), known[0].map[:, GRID // 4 :].max()) == pytest.approx((1, 0))
    assert known[1].detail == "MediaPipe Pose 0.10, 7 joints"
    assert (known[1].map == known[2].map).all()


@pytest.mark.thorough
@pytest.mark.django_db
def test_studies_by_photo_know_boxes_and_foregrounds_as_before(foregrounds: list[int]) -> None:
    study = drawn_study("crop")
    give(study, 0, box=[0.25, 0.0, 1.0, 0.5])
    give(study, 1, landmarks=FIGURE)
    assert [subject.source for subject in subjects(study)] == ["box"] + ["foreground"] * 3
    assert foregrounds == [3]


BEHIND = Person(Box(0.0, 0.0, 0.5, 1.0), 0.9, 0.35, np.tile(np.arange(GRID) < 10, (GRID, 1)).astype(float))
MIDDLE = Person(Box(0.4, 0.2, 0.6, 0.8), 0.8, 0.25, np.tile(np.arange(GRID) == 14, (GRID, 1)).astype(float))


@pytest.fixture
def detector(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A detector that sees two people in all photos but the last; how many photos each call asked for."""
    asked_for: list[int] = []

    def find_people(photos: list[object], name: str, **options: object) -> list[list[Person]]:
        asked_for.append(len(photos))
        options["on_progress"](Progress("features", len(photos), len(photos), 1.0))
        return [[MIDDLE, BEHIND]] * (len(photos) - 1) + [[]]

    monkeypatch.setattr(detection, "find_people", find_people)
    return asked_for


@pytest.mark.django_db
@pytest.mark.parametrize(("rule", "taken"), [("largest", BEHIND), ("central", MIDDLE)])
def test_a_detector_is_asked_about_photos_that_come_with_nothing_and_says_how_many_it_saw(
    rule: str, taken: Person, foregrounds: list[int], detector: list[int]
) -> None:
    study = drawn_study("subject")
    Study.objects.filter(pk=study.pk).update(person_detector="maskrcnn_resnet50_fpn_v2", person_rule=rule)
    study.refresh_from_db()
    give(study, 0, box=[0.25, 0.0, 1.0, 0.5])
    give(study, 3, landmarks=FIGURE, landmarks_by="MediaPipe")
    seen: list[tuple[int, int]] = []
    by_item = subjects_of(study, SimpleNamespace(should_stop=None), lambda *counts: seen.append(counts))
    known = [by_item[item.pk] for item in study.items.all()[:4]]
    assert [(subject.source, subject.people) for subject in known] == [
        ("box", None), ("detector", 2), ("detector", 2), ("pose", 0),
    ]  # fmt: skip
    assert (known[1].map == taken.map).all()
    assert known[1].detail == f"maskrcnn_resnet50_fpn_v2, the {rule} of 2"
    assert known[1].alike, ".25 of the photo beside .35: either may be the one who is meant"
    assert (detector, foregrounds, seen) == ([3], [], [(3, 3)])
    crop = render(study.items.all()[1], study.levels.get(number=1), UNTOUCHED, known[1])
    row = stimulus_row(crop)
    assert (row["subject_source"], row["subject_people"], row["people_alike"]) == ("detector", 2, True)


@pytest.mark.django_db
def test_a_detector_without_its_weights_is_not_replaced_by_other_evidence(
    tmp_path: Path, foregrounds: list[int], settings: Settings
) -> None:
    study = drawn_study("subject")
    Study.objects.filter(pk=study.pk).update(person_detector="keypointrcnn_resnet50_fpn")
    study.refresh_from_db()
    settings.SWEETSPOT_DETECTOR_WEIGHTS = str(tmp_path)
    with pytest.raises(WeightsError, match=r"keypointrcnn_resnet50_fpn_coco-\w+\.pth: no such weights file"):
        subjects(study)
    assert foregrounds == []


@pytest.mark.django_db
def test_the_heaviest_level_is_a_default_only_where_the_subject_is_located() -> None:
    study = drawn_study("subject")
    assert default_shares(study) == (1.0, 0.8, 0.5, 0.35)
    study.items.update(box=[0.0, 0.0, 0.5, 0.5])
    assert default_shares(study) == (1.0, 0.8, 0.5, 0.35, 0.2)
    Item.objects.filter(pk=study.items.all()[0].pk).update(box=None)
    assert default_shares(study)[-1] == 0.35
    study.person_detector = "maskrcnn_resnet50_fpn_v2"
    assert default_shares(study)[-1] == 0.2


@pytest.mark.django_db
def test_a_study_made_before_its_photos_is_offered_the_heaviest_level_once_they_tell_of_the_subject() -> None:
    study = drawn_study("subject")
    study.levels.all().delete()
    add_levels(study)
    with pytest.raises(LoopRefusedError, match="before the loop has started"):
        add_least_level(study)
    study.items.update(box=[0.0, 0.0, 0.5, 0.5])
    assert "add-least-level" in offered(facts_of(study))
    assert add_least_level(study) == "Added level 4, which keeps 20 % of the subject."
    assert "add-least-level" not in offered(facts_of(study))


@pytest.mark.django_db
def test_foregrounds_are_kept_until_their_recipe_changes(
    foregrounds: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    study = drawn_study("subject")
    for size in (320, 320, 384):
        monkeypatch.setattr(foreground, "IMAGE_SIZE", size)
        assert len(subjects(study)) == 4
    assert foregrounds == [4, 4]
