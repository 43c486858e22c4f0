"""Two photos to choose between: one level, two classes, no photo twice, either side equally often."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from study.freezing.freeze import NotReadyError
from study.models import Session, StudyVersion, Trial
from study.models.people import Mode
from study.plan import plan_of
from study.sessions.errors import BadAnswerError, NotFoundError
from study.sessions.handed_photos import photos_of
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
MANY = {"task": "two_photos", "trials_per_person": 12, "block_size": 6, "test_photos": 12}
MANY |= {"catch_share": 0.2, "validation_photos": 12, "practice_trials": 4}


@pytest.fixture
def version() -> StudyVersion:
    return open_study_version(**MANY)


def pairs_of(session: Session) -> list[Trial]:
    rows = session.trials.filter(block_type="test")
    return list(rows.select_related("stimulus__item", "stimulus__level", "beside__item", "beside__level"))


class TestPlans:
    def test_nobody_sees_a_photo_twice_and_both_have_one_level(self, version: StudyVersion) -> None:
        for session in (newcomer(version) for _ in range(3)):
            tests = pairs_of(session)
            assert len(tests) == 12
            items = [photo.item_id for trial in tests for photo in trial.photos]
            assert len(set(items)) == len(items) == 24
            assert all(trial.stimulus.level == trial.beside.level for trial in tests)
            assert all(trial.stimulus.item.category_id != trial.beside.item.category_id for trial in tests)

    def test_what_is_asked_for_stands_on_either_side_equally_often_at_each_level(
        self, version: StudyVersion
    ) -> None:
        for session in (newcomer(version) for _ in range(4)):
            sides = Counter((trial.stimulus.level_id, trial.stimulus_place) for trial in pairs_of(session))
            assert sorted(sides.values()) == [2] * 6
            for kind in ("practice", "catch"):
                some = list(session.trials.filter(block_type=kind))
                assert abs(2 * sum(trial.stimulus_place for trial in some) - len(some)) <= 1

    @pytest.mark.thorough
    def test_over_people_either_photo_of_a_pair_is_asked_about(self, version: StudyVersion) -> None:
        pairs: dict[frozenset[int], set[int]] = {}
        for _ in range(2 * version.lists.count()):
            for trial in pairs_of(newcomer(version)):
                both = frozenset(photo.item_id for photo in trial.photos)
                pairs.setdefault(both, set()).add(trial.stimulus.item_id)
        frozen = {
            frozenset(photo.item for photo in pair)
            for groups in plan_of(version).pairs
            for group in groups
            for pair in group
        }
        assert pairs.keys() == frozen
        assert all(asked == pair for pair, asked in pairs.items())

    def test_too_few_photos_are_said_before_freezing(self) -> None:
        with pytest.raises(NotReadyError, match="Add photos or plan fewer trials"):
            open_study_version(**MANY | {"test_photos": 6})
        with pytest.raises(NotReadyError, match="more photos into the validation split"):
            open_study_version(**MANY | {"validation_photos": 4})
        with pytest.raises(NotReadyError, match="Adaptive levels need one photo"):
            open_study_version(**MANY, assignment="adaptive", sides=(1.0, 0.8, 0.6, 0.4))


class TestAnswering:
    @pytest.fixture
    def session(self, version: StudyVersion) -> Session:
        return at_the_trials(version)

    def test_a_block_tells_the_class_and_two_photos_but_not_which_shows_it(self, session: Session) -> None:
        block = open_block(session)
        for served, trial in zip(block.trials, trials_of(block), strict=True):
            assert served.target.text == trial.target.name
            assert block.order == (0, 1)
            shown = [photos_of(session.token, [token])[0][0] for token in served.photos]
            assert shown == list(trial.photos)
            assert trial.target_id == shown[trial.stimulus_place].item.category_id

    def test_photos_of_later_blocks_are_not_served(self, session: Session) -> None:
        open_block(session)
        later = session.trials.filter(served_at=None).last()
        for token in (later.token, later.beside_token):
            with pytest.raises(NotFoundError):
                photos_of(session.token, [token])

    def test_right_is_the_side_on_which_it_is(self, session: Session) -> None:
        trials = trials_of(open_block(session))
        deliver(session, *(right_answer(trial) for trial in trials[:3]))
        deliver(session, *(wrong_answer(trial) for trial in trials[3:]))
        for place, trial in enumerate(trials):
            trial.refresh_from_db()
            assert trial.correct is (place < 3)
            assert trial.response_id == (trial.stimulus if place < 3 else trial.beside).item.category_id

    def test_the_same_answer_again_changes_nothing_and_there_is_no_third_side(self, session: Session) -> None:
        first, second = trials_of(open_block(session))[:2]
        sent = right_answer(first)
        assert deliver(session, sent).closed == deliver(session, sent).closed
        with pytest.raises(BadAnswerError, match="one of the buttons"):
            deliver(session, answer(second, response=2))

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

    def test_practice_teaches_the_side(self, version: StudyVersion) -> None:
        session = player(version)
        trials = trials_of(open_block(session))
        lessons = deliver(session, *map(wrong_answer, trials)).feedback
        assert [lessons[trial.token].places for trial in trials] == [
            (trial.stimulus_place,) for trial in trials
        ]

    def test_a_second_round_of_practice_shows_other_photos(self, version: StudyVersion) -> None:
        session = player(version)
        deliver(session, *map(wrong_answer, trials_of(open_block(session))))
        rounds = [
            {
                photo.item_id
                for trial in session.trials.filter(block_type="practice", attempt=n)
                for photo in trial.photos
            }
            for n in (1, 2)
        ]
        assert len(rounds[1]) == 8
        assert not rounds[0] & rounds[1]

    def test_whoever_answers_rightly_comes_to_the_end(self, version: StudyVersion) -> None:
        session = play_to_the_end(player(version, mode=Mode.LIVE))
        assert fresh(session).status == Session.Status.COMPLETED
