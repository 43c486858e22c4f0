"""What robots read about a stimulus: visible joints in its window, else the subject kept, and its pixels."""

from __future__ import annotations

import pytest

from study.models import Item, Level, Stimulus
from study.robots.in_sight import InSight, in_sight, seen_in
from tests.study.factories import draft_study

PHOTO = (640, 480)
WHOLE = (0.0, 0.0, 1.0, 1.0)
LEFT_HALF = (0.0, 0.0, 0.5, 1.0)
RIGHT_QUARTER = (0.75, 0.0, 0.25, 1.0)
POSE = {
    "nose": (0.3, 0.2, 0.99),
    "left_wrist": (0.45, 0.3, 0.9),
    "left_hip": (0.4, 0.5, 0.9),
    "left_ankle": (0.6, 0.8, 0.9),
    "right_ankle": (0.9, 0.8, 0.1),  # hidden behind the other leg
    "right_knee": (1.2, 0.7, 0.9),  # outside the photo
}


@pytest.mark.parametrize(
    ("window", "share"), [(WHOLE, 1.0), (LEFT_HALF, 0.75), (RIGHT_QUARTER, 0.0), ((0.5, 0.6, 0.2, 0.4), 0.25)]
)
def test_of_the_joints_that_the_photo_shows_those_in_the_window_count(
    window: tuple[float, float, float, float], share: float
) -> None:
    assert in_sight(POSE, window, PHOTO, subject_kept=0.5).subject == share


@pytest.mark.parametrize("landmarks", [None, {}, {"nose": (0.5, 0.5, 0.1)}, {"nose": (1.5, 0.5, 0.9)}])
def test_where_no_joint_is_known_the_subject_kept_counts(
    landmarks: dict[str, tuple[float, float, float]] | None,
) -> None:
    assert in_sight(landmarks, LEFT_HALF, PHOTO, subject_kept=0.35).subject == 0.35


def test_where_nothing_is_known_a_window_shows_its_share_of_the_area() -> None:
    assert in_sight(None, LEFT_HALF, PHOTO, subject_kept=None).subject == 0.5


def test_the_shorter_side_counts_in_pixels_of_the_source_photo() -> None:
    assert in_sight(None, (0.1, 0.1, 0.1, 0.25), PHOTO, 1.0).side == 64
    assert in_sight(None, (0.1, 0.1, 0.2, 0.1), PHOTO, 1.0).side == 48


@pytest.mark.thorough
@pytest.mark.django_db
def test_what_a_stimulus_shows_is_read_from_its_window_and_never_from_its_level() -> None:
    study = draft_study()
    Item.objects.filter(study=study).update(landmarks=POSE, width=640, height=480)
    stimulus = Stimulus.objects.filter(level__study=study, level__number=2).first()
    stimulus.left, stimulus.window_width, stimulus.window_height = 0.0, 0.5, 1.0
    stimulus.subject_kept, stimulus.width, stimulus.height = 0.9, 320, 480
    assert seen_in(stimulus) == InSight(0.75, 320)
    Level.objects.filter(study=study, number=2).update(number=7, side=0.1)
    assert seen_in(stimulus) == InSight(0.75, 320)
    stimulus.width, stimulus.height = 64, 96
    assert seen_in(stimulus) == InSight(0.75, 64), "pixels that were taken away cannot be seen"


@pytest.mark.django_db
def test_grey_boxes_keep_the_whole_window_and_hide_joints_in_it() -> None:
    study = draft_study()
    Item.objects.filter(study=study).update(landmarks=POSE)
    stimulus = Stimulus.objects.filter(level__study=study, level__number=0).first()
    stimulus.covered, stimulus.subject_kept = "ff", 0.2
    assert seen_in(stimulus).subject == 0.2
