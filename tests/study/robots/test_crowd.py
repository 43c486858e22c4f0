"""Robots answer by the planted curve."""

from __future__ import annotations

import random

import pytest
from django.core.management import CommandError, call_command

from study.robots import Curve, InSight, Person
from tests.study.factories import draft_study

FLAT = Curve(person_sd=0.0, photo_sd=0.0)
WHOLE, HALF_WAY, NOTHING = (InSight(subject, side=4000.0) for subject in (1.0, FLAT.threshold, 0.0))


class TestObserver:
    def test_the_curve_rises_from_chance_to_the_lapse_with_the_share_of_the_subject(self) -> None:
        curve = Curve(threshold=0.2, slope=8.0, lapse=0.04)
        assert curve.probability(WHOLE, 3) == pytest.approx(0.96, abs=1e-4)
        assert curve.probability(InSight(0.2, 4000), 3) == pytest.approx((0.96 + 1 / 3) / 2)
        assert curve.probability(InSight(0.05, 4000), 3) == pytest.approx(1 / 3, abs=0.01)

    @pytest.mark.parametrize("shift", [-3.0, 0.0, 3.0])
    def test_where_nothing_is_in_sight_the_ablest_guesses_at_the_easiest_photo(self, shift: float) -> None:
        assert Curve().probability(NOTHING, 3, shift) == 1 / 3

    def test_a_picture_of_few_pixels_is_hard_to_name_though_it_shows_all_of_the_subject(self) -> None:
        curve = Curve(lapse=0.0, side_threshold=40.0)
        large, small, tiny = (curve.probability(InSight(1.0, side), 3) for side in (200, 40, 10))
        assert large > 0.99
        assert small == pytest.approx((1 + 1 / 3) / 2, abs=0.01)
        assert tiny == pytest.approx(1 / 3, abs=0.01)

    def test_a_robots_share_of_right_answers_is_the_planted_one(self) -> None:
        observer = Person(1, seed=7).observer(FLAT)
        right = sum(observer.respond(str(item), HALF_WAY, 1, 3)[0] == 1 for item in range(4000))
        assert right / 4000 == pytest.approx(FLAT.probability(HALF_WAY, 3), abs=0.025)

    def test_wrong_answers_fall_on_all_other_buttons_alike(self) -> None:
        observer = Person(1, seed=7).observer(FLAT)
        wrong = [observer.respond(str(item), NOTHING, 0, 3)[0] for item in range(4000)]
        assert wrong.count(1) / 4000 == pytest.approx(wrong.count(2) / 4000, abs=0.03)

    def test_hard_photos_are_hard_for_every_robot(self) -> None:
        curve = Curve(photo_sd=1.5, person_sd=0.0)
        shifts = [curve.photo_shift(str(item), seed=3) for item in range(300)]
        assert shifts == [curve.photo_shift(str(item), seed=3) for item in range(300)]
        assert pytest.approx(1.5, abs=0.25) == (sum(shift**2 for shift in shifts) / 300) ** 0.5

    def test_people_differ_and_each_is_reproducible(self) -> None:
        shifts = [Person(number, seed=5).observer(Curve()).shift for number in range(300)]
        assert pytest.approx(Curve().person_sd, abs=0.08) == (sum(s**2 for s in shifts) / 300) ** 0.5
        assert Person(4, seed=5).observer(Curve()).shift == shifts[4]

    @pytest.mark.thorough
    def test_response_times_have_the_planted_mean_and_a_longer_tail_when_it_is_hard(self) -> None:
        observer = Person(1, seed=2).observer(FLAT)
        easy = [observer.respond(str(item), WHOLE, 0, 3)[1] for item in range(3000)]
        hard = [observer.respond(str(item), NOTHING, 0, 3)[1] for item in range(3000)]
        tail = FLAT.rt_tail_ms + FLAT.rt_difficulty_ms * FLAT.lapse
        assert sum(easy) / 3000 == pytest.approx(FLAT.rt_mean_ms + tail, rel=0.05)
        assert sum(hard) / 3000 > sum(easy) / 3000 + 150
        assert min(easy) >= 150

    def test_chance_is_each_robots_own(self) -> None:
        random.seed(1)
        first = [Person(1, 9).observer(FLAT).respond(str(item), HALF_WAY, 0, 3) for item in range(20)]
        random.seed(2)
        assert first == [Person(1, 9).observer(FLAT).respond(str(item), HALF_WAY, 0, 3) for item in range(20)]


@pytest.mark.django_db
def test_the_command_refuses_what_cannot_be_simulated() -> None:
    with pytest.raises(CommandError, match="no study"):
        call_command("simulate", "unknown")
    with pytest.raises(CommandError, match="Freeze"):
        call_command("simulate", draft_study().code)
