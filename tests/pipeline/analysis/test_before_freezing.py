"""What is known before people are paid is said before: gate 0, photos of each class, planned answers."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pipeline.analysis.before_freezing import known_before_freezing
from pipeline.models import Loop
from study.freezing.freeze import NotReadyError, freeze
from study.models import Stimulus, Study
from tests.pipeline.acting import do
from tests.pipeline.answered import add_run
from tests.study.factories import draft_study

pytestmark = pytest.mark.django_db


def study_with_machine(skill: float | None, **design: object) -> Study:
    """Twelve test photos of each of three classes, and two seeds that recognise this share of them."""
    study = draft_study(test_photos=12, **design)
    for seed in range(2 if skill is not None else 0):
        add_run(study, 0, seed, skill or 0.0)
    return study


@pytest.mark.parametrize(
    ("skill", "sentence"),
    [
        (1.0, "Gate 0 is passed: the machine's lower bound .9"),
        (0.5, "Gate 0 is not passed: the machine's lower bound .3"),
        (None, "Gate 0: no attacker is trained. Frozen now, the version never gets one"),
    ],
)
def test_gate_0_is_told_as_the_analysis_will_test_it(skill: float | None, sentence: str) -> None:
    assert known_before_freezing(study_with_machine(skill))[0].startswith(sentence)


def test_classes_with_few_photos_are_named() -> None:
    sentence = known_before_freezing(study_with_machine(1.0))[1]
    assert "dribble 12, dunk 12, shoot 12" in sentence
    assert "Fewer than 20 of a class leave its interval wide" in sentence


@pytest.mark.parametrize(("people", "answers", "advice"), [(36, "2.0", True), (180, "10.0", False)])
def test_planned_answers_to_a_photo_at_a_level_are_counted(people: int, answers: str, advice: bool) -> None:
    """Six trials of each person, spread over 36 photos at three levels."""
    sentence = known_before_freezing(study_with_machine(1.0, target_completes=people))[2]
    assert f"give each photo {answers} answers at each level" in sentence
    assert ("Plan more people" in sentence) == advice


def test_what_the_freeze_would_refuse_is_said_first_and_no_answers_are_promised() -> None:
    """Sixty trials of each person, but only 36 photos, of which nobody sees any twice."""
    study = study_with_machine(1.0, trials_per_person=60, target_completes=36)
    sentences = known_before_freezing(study)
    with pytest.raises(NotReadyError) as refusal:
        freeze(study, timezone.now())
    first = sentences[0].removeprefix("It cannot be frozen yet: ")
    assert "dribble has 12 test photos" in first
    assert first in str(refusal.value)
    assert not any("answers at each level" in sentence for sentence in sentences)


def test_without_a_planned_number_of_people_it_is_said_that_this_is_open() -> None:
    assert "No number of complete sessions is planned" in known_before_freezing(study_with_machine(1.0))[2]


def test_photos_in_which_it_is_guessed_who_is_meant_are_counted_until_somebody_has_said() -> None:
    study = study_with_machine(1.0)
    assert len(known_before_freezing(study)) == 3
    crops = Stimulus.objects.filter(item__in=study.items.filter(split="test")[:2], level__number__gt=0)
    crops.update(people_alike=True)
    assert "in 2 of the test photos, and nobody has said which is meant" in known_before_freezing(study)[3]
    crops.filter(item=study.items.filter(split="test")[0]).update(people_alike=False)
    assert "in 1 of the test photos" in known_before_freezing(study)[3]


@pytest.mark.thorough
def test_the_desk_tells_it_before_freezing_and_the_freeze_again(admin_client: Client) -> None:
    study = study_with_machine(0.5)
    page = reverse("pipeline:desk", args=[study.code])
    assert "Gate 0" not in admin_client.get(page).content.decode(), "the loop still has to run"
    Loop.objects.create(study=study, state=Loop.State.FINISHED)
    assert "Gate 0 is not passed" in admin_client.get(page).content.decode()
    assert "Gate 0 is not passed" in do(admin_client, study, "freeze")
    assert "What it would be frozen with" not in admin_client.get(page).content.decode()
