"""Robots answer by the planted curve."""

from __future__ import annotations

import random

import pytest
from django.core.management import CommandError, call_command

from study.models import Level, Stimulus
from study.robots import Curve, Person
from tests.study.factories import draft_study

FLAT = Curve(person_sd=0.0, photo_sd=0.0)


class TestObserver:
    def test_the_curve_falls_from_the_lapse_to_chance(self) -> None:
        curve = Curve(mu=0.8, s=0.05, lapse=0.04)
        assert curve.probability(0.0, 3) == pytest.approx(0.96, abs=1e-4)
        assert curve.probability(1.0, 3) == pytest.approx(1 / 3, abs=0.02)
        assert curve.probability(0.8, 3) == pytest.approx((0.96 + 1 / 3) / 2)

    def test_a_robots_share_of_right_answers_is_the_planted_one(self) -> None:
        observer = Person(1, seed=7).observer(FLAT)
        right = sum(observer.respond(item, 0.93, 1, 3)[0] == 1 for item in range(4000))
        assert right / 4000 == pytest.approx(FLAT.probability(0.93, 3), abs=0.025)

    def test_wrong_answers_fall_on_all_other_buttons_alike(self) -> None:
        observer = Person(1, seed=7).observer(FLAT)
        wrong = [observer.respond(item, 1.0, 0, 3)[0] for item in range(4000)]
        assert wrong.count(1) / 4000 == pytest.approx(wrong.count(2) / 4000, abs=0.03)

    def test_hard_photos_are_hard_for_every_robot(self) -> None:
        curve = Curve(photo_sd=1.5, person_sd=0.0)
        shifts = [curve.photo_shift(item, seed=3) for item in range(300)]
        assert shifts == [curve.photo_shift(item, seed=3) for item in range(300)]
        assert pytest.approx(1.5, abs=0.25) == (sum(shift**2 for shift in shifts) / 300) ** 0.5

    def test_people_differ_and_each_is_reproducible(self) -> None:
        shifts = [Person(number, seed=5).observer(Curve()).shift for number in range(300)]
        assert pytest.approx(Curve().person_sd, abs=0.08) == (sum(s**2 for s in shifts) / 300) ** 0.5
        assert Person(4, seed=5).observer(Curve()).shift == shifts[4]

    def test_response_times_have_the_planted_mean_and_a_longer_tail_when_it_is_hard(self) -> None:
        observer = Person(1, seed=2).observer(FLAT)
        easy = [observer.respond(item, 0.0, 0, 3)[1] for item in range(3000)]
        hard = [observer.respond(item, 1.0, 0, 3)[1] for item in range(3000)]
        tail = FLAT.rt_tail_ms + FLAT.rt_difficulty_ms * FLAT.lapse
        assert sum(easy) / 3000 == pytest.approx(FLAT.rt_mean_ms + tail, rel=0.05)
        assert sum(hard) / 3000 > sum(easy) / 3000 + 150
        assert min(easy) >= 150

    def test_chance_is_each_robots_own(self) -> None:
        random.seed(1)
        first = [Person(1, 9).observer(FLAT).respond(item, 0.93, 0, 3) for item in range(20)]
        random.seed(2)
        assert first == [Person(1, 9).observer(FLAT).respond(item, 0.93, 0, 3) for item in range(20)]


@pytest.mark.django_db
def test_the_command_refuses_what_cannot_be_simulated() -> None:
    with pytest.raises(CommandError, match="no study"):
        call_command("simulate", "unknown")
    with pytest.raises(CommandError, match="Freeze"):
        call_command("simulate", draft_study().code)


@pytest.mark.django_db
@pytest.mark.parametrize(("subject_kept", "hidden"), [(0.5, 0.5), (None, 0.65)])
def test_at_levels_by_subject_a_photo_is_as_hard_as_its_subject_is_hidden(
    subject_kept: float | None, hidden: float
) -> None:
    """A small window of a small subject hides much of the photo and is no harder for that."""
    study = draft_study()
    Level.objects.filter(study=study, number=2).update(side=None, subject_share=0.35)
    stimulus = Stimulus.objects.filter(level__study=study, level__number=2).first()
    stimulus.subject_kept, stimulus.window_width, stimulus.window_height = subject_kept, 0.1, 0.1
    assert stimulus.subject_lost == pytest.approx(hidden)
    assert stimulus.crop_fraction == pytest.approx(0.99)
    assert stimulus.difficulty == stimulus.subject_lost
    by_photo = Stimulus.objects.filter(level__study=study, level__number=1).first()
    assert by_photo.difficulty == by_photo.crop_fraction == pytest.approx(0.64)
