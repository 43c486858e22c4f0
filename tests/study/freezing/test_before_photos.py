"""Device check, instructions, practice: what comes before the first photo that counts."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from study import sessions
from study.models import Session, StudyVersion, Trial
from tests.study.factories import DEVICE, newcomer, open_study_version, player
from tests.study.playing import (
    answer,
    deliver,
    fresh,
    open_block,
    play_block,
    right_answer,
    trials_of,
    wrong_answer,
)

pytestmark = pytest.mark.django_db
Status = Session.Status


def aborted(trial: Trial) -> dict[str, object]:
    return answer(trial, status="aborted", reason="interrupted", response=None, rt_ms=None)


class TestBeforeTheFirstPhoto:
    @pytest.mark.parametrize(
        ("flaw", "reason"),
        [
            ({"viewport_w": 300}, "viewport"),
            ({"photo_loaded": False}, "photos"),
            ({"storage_works": False}, "storage"),
        ],
    )
    def test_an_unfit_device_is_screened_out_before_any_work(
        self, version: StudyVersion, flaw: dict[str, object], reason: str
    ) -> None:
        session = newcomer(version)
        screened = sessions.device_checked(session.token, replace(DEVICE, **flaw))
        assert (screened.status, screened.status_reason) == (Status.SCREENED_OUT, reason)

    def test_a_slow_screen_matters_only_for_timed_photos(self) -> None:
        slow = replace(DEVICE, refresh_hz=20.0)
        untimed = newcomer(open_study_version())
        timed = newcomer(open_study_version(stimulus_ms=200))
        assert sessions.device_checked(untimed.token, slow).is_running()
        assert sessions.device_checked(timed.token, slow).status_reason == "refresh"

    def test_instructions_may_be_misunderstood_once(self, version: StudyVersion) -> None:
        session = newcomer(version)
        sessions.device_checked(session.token, DEVICE)
        assert sessions.instructions_read(session.token, understood=False).status == Status.CONSENTED
        assert sessions.instructions_read(session.token, understood=False).status_reason == "comprehension"

    def test_nobody_reaches_the_photos_without_device_check(self, version: StudyVersion) -> None:
        session = newcomer(version)
        assert sessions.instructions_read(session.token, understood=True).status == Status.CONSENTED

    @pytest.mark.thorough
    def test_a_study_without_practice_goes_straight_to_the_photos(self) -> None:
        version = open_study_version(practice_trials=0)
        assert player(version).status == Status.TRIALS


class TestPractice:
    def test_each_answer_is_told_right_or_wrong(self, session: Session) -> None:
        first, second = trials_of(open_block(session))
        recorded = deliver(session, right_answer(first), wrong_answer(second))
        places = [each.choice_order.index(each.stimulus.item.category_id) for each in (first, second)]
        lessons = {token: (lesson.right, lesson.places) for token, lesson in recorded.feedback.items()}
        assert lessons == {
            first.token: (True, (places[0],)),
            second.token: (False, (places[1],)),
        }

    @pytest.mark.thorough
    def test_meeting_the_criterion_leads_on(self, session: Session) -> None:
        play_block(session)
        assert fresh(session).status == Status.TRIALS

    @pytest.mark.thorough
    def test_missing_it_gives_one_repeat_with_other_photos_then_the_end(self, session: Session) -> None:
        shown = []
        for _ in range(2):
            trials = trials_of(open_block(session))
            shown.append({trial.stimulus_id for trial in trials})
            deliver(session, *map(wrong_answer, trials))
        assert shown[0].isdisjoint(shown[1])
        assert (fresh(session).status, fresh(session).status_reason) == (Status.SCREENED_OUT, "practice")

    @pytest.mark.thorough
    @pytest.mark.parametrize("rounds", [1, 3])
    def test_there_are_as_many_rounds_as_designed(self, rounds: int) -> None:
        session = player(open_study_version(practice_rounds=rounds))
        for _ in range(rounds):
            assert fresh(session).status == Status.PRACTICE
            deliver(session, *map(wrong_answer, trials_of(open_block(session))))
        assert (fresh(session).status, fresh(session).status_reason) == (Status.SCREENED_OUT, "practice")

    def test_an_interruption_is_no_mistake(self, session: Session) -> None:
        first, second = trials_of(open_block(session))
        deliver(session, aborted(first), right_answer(second))
        assert fresh(session).status == Status.TRIALS

    def test_who_saw_nothing_to_the_end_practises_once_more(self, session: Session) -> None:
        deliver(session, *map(aborted, trials_of(open_block(session))))
        assert (fresh(session).status, fresh(session).practice_round) == (Status.PRACTICE, 2)

    @pytest.mark.thorough
    def test_the_repeat_is_a_second_attempt_at_the_same_places(self, session: Session) -> None:
        deliver(session, *map(wrong_answer, trials_of(open_block(session))))
        repeat = trials_of(open_block(session))
        assert [(trial.trial_index, trial.attempt) for trial in repeat] == [(1, 2), (2, 2)]


class TestClock:
    """A clock that moves in large steps knows no response time, where a design asks for better."""

    @pytest.mark.sampled
    @pytest.mark.parametrize(
        ("grain", "allowed", "reason"),
        [
            *[(0.1, None, ""), (16.7, None, ""), (None, 1.0, "")],
            *[(1.0, 1.0, ""), (1.02, 1.0, ""), (16.7, 1.0, "clock")],
        ],
    )
    def test_it_is_stored_and_turned_away_only_where_that_is_asked_for(
        self, grain: float | None, allowed: float | None, reason: str
    ) -> None:
        session = newcomer(open_study_version(coarsest_clock_ms=allowed))
        device = replace(DEVICE, clock_grain_ms=grain, onset_known_by="worker_frame", forced_colours=True)
        checked = sessions.device_checked(session.token, device)
        assert checked.status_reason == reason
        stored = fresh(session)
        known = (stored.clock_grain_ms, stored.onset_known_by, stored.forced_colours)
        assert known == (grain, "worker_frame", True)
