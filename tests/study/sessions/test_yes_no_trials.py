"""Yes-no questions: half of what each person sees at each level shows what is asked about."""

from __future__ import annotations

from collections import Counter

import pytest

from study.counterbalancing import foils, halves
from study.models import Session, StudyVersion, Trial
from study.models.people import Mode
from study.plan import plan_of
from study.sessions.errors import BadAnswerError
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

MANY = {"task": "yes_no", "trials_per_person": 24, "block_size": 12, "test_photos": 12}
MANY |= {"catch_share": 0.2, "validation_photos": 8, "practice_trials": 4}


class TestPlans:
    def test_every_other_class_is_a_foil_equally_often(self) -> None:
        of_photos = foils([range(0, 6), range(6, 12), range(12, 18), range(18, 24)])
        pairs = Counter((photo // 6, foil) for photo, foil in of_photos.items())
        assert set(pairs.values()) == {2}
        assert all(own != foil for own, foil in pairs)

    @pytest.mark.parametrize("seed", range(6))
    def test_halves_differ_by_one_at_most_in_each_stratum_and_over_all(self, seed: int) -> None:
        strata = [range(0, 5), range(5, 8), range(8, 12)]
        chosen = halves(strata, seed)
        assert abs(2 * len(chosen) - 12) <= 1
        assert all(abs(2 * len(chosen & set(each)) - len(each)) <= 1 for each in strata)


@pytest.fixture
def version() -> StudyVersion:
    return open_study_version(**MANY)


def shows_it(trial: Trial) -> bool:
    return trial.stimulus.item.category_id == trial.target_id


@pytest.mark.django_db
class TestQuestions:
    @pytest.mark.thorough
    def test_half_of_the_photos_of_each_level_and_of_all_show_what_is_asked(
        self, version: StudyVersion
    ) -> None:
        for session in (newcomer(version) for _ in range(4)):
            tests = list(session.trials.filter(block_type="test").select_related("stimulus__item"))
            shown = Counter((trial.stimulus.level_id, shows_it(trial)) for trial in tests)
            assert sorted(shown.values()) == [4] * 6
            for kind in ("practice", "catch"):
                some = session.trials.filter(block_type=kind)
                assert abs(2 * sum(map(shows_it, some)) - some.count()) <= 1

    @pytest.mark.thorough
    def test_over_people_each_photo_is_asked_about_both_ways_with_one_foil(
        self, version: StudyVersion
    ) -> None:
        for _ in range(2 * version.lists.count()):
            newcomer(version)
        asked: dict[int, set[int]] = {}
        for trial in Trial.objects.filter(block_type="test").select_related("stimulus__item"):
            asked.setdefault(trial.stimulus.item_id, set()).add(trial.target_id)
        plan = plan_of(version)
        both = [targets for targets in asked.values() if len(targets) == 2]
        assert len(both) > 0.7 * len(asked)
        for item, targets in asked.items():  # its own class, and its foil
            assert len(targets - {plan.foils[item]}) <= 1

    @pytest.mark.thorough
    def test_yes_stands_first_for_about_half_of_the_people_and_stays_there(
        self, version: StudyVersion
    ) -> None:
        orders = [
            {tuple(order) for order in newcomer(version).trials.values_list("choice_order", flat=True)}
            for _ in range(24)
        ]
        assert all(len(of_person) == 1 for of_person in orders)
        first = Counter(next(iter(of_person))[0] for of_person in orders)
        assert set(first) == {"yes", "no"}

    @pytest.mark.thorough
    def test_with_another_order_in_each_block_both_orders_occur(self) -> None:
        version = open_study_version(**MANY, answer_order="block")
        blocks = newcomer(version).trials.filter(block_type="test").values_list("block_id", "choice_order")
        assert {tuple(order) for _, order in blocks} == {("yes", "no"), ("no", "yes")}


@pytest.mark.django_db
class TestAnswering:
    @pytest.fixture
    def session(self, version: StudyVersion) -> Session:
        return at_the_trials(version)

    @pytest.mark.thorough
    def test_a_block_names_the_class_asked_about_and_the_order_of_the_buttons(self, session: Session) -> None:
        block = open_block(session)
        trial = trials_of(block)[0]
        assert block.trials[0].target.text == trial.target.name
        assert [("yes", "no")[place] for place in block.order] == trial.choice_order

    @pytest.mark.thorough
    def test_right_is_yes_where_it_is_shown_and_no_where_it_is_not(self, session: Session) -> None:
        trials = trials_of(open_block(session))
        deliver(session, *(right_answer(trial) for trial in trials[:6]))
        deliver(session, *(wrong_answer(trial) for trial in trials[6:]))
        for place, trial in enumerate(trials):
            trial.refresh_from_db()
            assert trial.correct is (place < 6)
            assert trial.said_yes is (shows_it(trial) == (place < 6))
            assert trial.response is None

    @pytest.mark.thorough
    def test_the_same_answer_again_changes_nothing(self, session: Session) -> None:
        trial = trials_of(open_block(session))[0]
        sent = right_answer(trial)
        assert deliver(session, sent).closed == deliver(session, sent).closed

    @pytest.mark.thorough
    def test_a_timeout_is_wrong_and_says_neither(self, session: Session) -> None:
        trial = trials_of(open_block(session))[0]
        deliver(session, answer(trial, status="timeout", response=None, rt_ms=None))
        trial.refresh_from_db()
        assert (trial.correct, trial.said_yes) == (False, None)

    def test_there_is_no_third_button(self, session: Session) -> None:
        trial = trials_of(open_block(session))[0]
        with pytest.raises(BadAnswerError, match="one of the buttons"):
            deliver(session, answer(trial, response=2))

    @pytest.mark.thorough
    def test_practice_teaches_the_word_that_was_right(self, version: StudyVersion) -> None:
        session = player(version)
        trials = trials_of(open_block(session))
        lessons = deliver(session, *map(wrong_answer, trials)).feedback
        for trial in trials:
            (place,) = lessons[trial.token].places
            assert trial.choice_order[place] == ("yes" if shows_it(trial) else "no")

    @pytest.mark.thorough
    def test_whoever_answers_rightly_comes_to_the_end(self, version: StudyVersion) -> None:
        session = play_to_the_end(player(version, mode=Mode.LIVE))
        assert fresh(session).status == Session.Status.COMPLETED
