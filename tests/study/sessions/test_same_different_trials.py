"""Two photos to compare: half of each person's pairs, at each level, show the same class."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from study.freezing.freeze import NotReadyError
from study.models import Session, StudyVersion, Trial
from study.models.people import Mode
from tests.study.factories import newcomer, open_study_version, player
from tests.study.playing import (
    answer,
    at_the_trials,
    deliver,
    fresh,
    open_block,
    play_to_the_end,
    right_answer,
    trials_of,
    wrong_answer,
)

pytestmark = pytest.mark.django_db
MANY = {"task": "same_different", "trials_per_person": 12, "block_size": 6, "test_photos": 24}
MANY |= {"catch_share": 0.2, "validation_photos": 14, "practice_trials": 4}


@pytest.fixture
def version() -> StudyVersion:
    return open_study_version(**MANY)


def are_alike(trial: Trial) -> bool:
    return trial.stimulus.item.category_id == trial.beside.item.category_id


def pairs_of(session: Session, kind: str = "test") -> list[Trial]:
    rows = session.trials.filter(block_type=kind)
    return list(rows.select_related("stimulus__item", "stimulus__level", "beside__item", "beside__level"))


class TestPlans:
    @pytest.mark.thorough
    def test_half_of_the_pairs_of_each_level_show_the_same_and_no_photo_comes_twice(
        self, version: StudyVersion
    ) -> None:
        for session in (newcomer(version) for _ in range(4)):
            tests = pairs_of(session)
            items = [photo.item_id for trial in tests for photo in trial.photos]
            assert len(set(items)) == len(items) == 24
            assert all(trial.stimulus.level == trial.beside.level for trial in tests)
            kinds = Counter((trial.stimulus.level_id, are_alike(trial)) for trial in tests)
            assert sorted(kinds.values()) == [2] * 6
            practice = pairs_of(session, "practice")
            assert [len(practice), sum(map(are_alike, practice))] == [4, 2]

    @pytest.mark.thorough
    def test_the_answers_stand_in_one_order_for_each_person_and_in_both_over_people(
        self, version: StudyVersion
    ) -> None:
        orders = [
            {tuple(order) for order in newcomer(version).trials.values_list("choice_order", flat=True)}
            for _ in range(16)
        ]
        assert all(len(of_person) == 1 for of_person in orders)
        assert {order for of_person in orders for order in of_person} == {
            ("same", "different"),
            ("different", "same"),
        }

    def test_halves_need_an_even_number_and_enough_photos(self) -> None:
        with pytest.raises(NotReadyError, match="plan an even number"):
            open_study_version(**MANY | {"trials_per_person": 11})
        with pytest.raises(NotReadyError, match="Add photos or plan fewer trials"):
            open_study_version(**MANY | {"test_photos": 6})


class TestAnswering:
    @pytest.fixture
    def session(self, version: StudyVersion) -> Session:
        return at_the_trials(version)

    @pytest.mark.thorough
    def test_a_block_shows_two_photos_and_names_no_class(self, session: Session) -> None:
        block = open_block(session)
        trial = trials_of(block)[0]
        assert {len(served.photos) for served in block.trials} == {2}
        assert {served.target for served in block.trials} == {None}
        assert [("same", "different")[place] for place in block.order] == trial.choice_order

    @pytest.mark.thorough
    def test_right_is_the_same_where_it_is_the_same(self, session: Session) -> None:
        trials = trials_of(open_block(session))
        deliver(session, *(right_answer(trial) for trial in trials[:3]))
        deliver(session, *(wrong_answer(trial) for trial in trials[3:]))
        for place, trial in enumerate(trials):
            trial.refresh_from_db()
            assert trial.correct is (place < 3)
            assert trial.said_same is (are_alike(trial) == (place < 3))

    def test_a_timeout_is_wrong_and_says_neither(self, session: Session) -> None:
        trial = trials_of(open_block(session))[0]
        deliver(session, answer(trial, status="timeout", response=None, rt_ms=None))
        trial.refresh_from_db()
        assert (trial.correct, trial.said_same) == (False, None)

    @pytest.mark.thorough
    def test_an_answer_asks_the_database_no_more_than_one_about_a_single_photo(
        self, session: Session
    ) -> None:
        single = at_the_trials(open_study_version(**MANY | {"task": "single"}))
        counts = []
        for each in (session, single):
            first, second = map(right_answer, trials_of(open_block(each))[:2])
            deliver(each, first)  # SQL is written, the plan is read
            with CaptureQueriesContext(connection) as asked:
                deliver(each, second)
            counts.append(len(asked))
        assert counts[0] == counts[1]

    @pytest.mark.thorough
    def test_practice_teaches_the_word_that_was_right(self, version: StudyVersion) -> None:
        session = player(version)
        trials = trials_of(open_block(session))
        lessons = deliver(session, *map(wrong_answer, trials)).feedback
        for trial in trials:
            (place,) = lessons[trial.token].places
            assert trial.choice_order[place] == ("same" if are_alike(trial) else "different")

    @pytest.mark.thorough
    def test_whoever_answers_rightly_comes_to_the_end(self, version: StudyVersion) -> None:
        session = play_to_the_end(player(version, mode=Mode.LIVE))
        assert fresh(session).status == Session.Status.COMPLETED
