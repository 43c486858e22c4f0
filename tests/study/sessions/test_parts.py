"""A session on several days: parts end, people come back in time, too early or too late, or never."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from study import sessions
from study.models import Session
from study.models.people import Mode
from study.sessions.assignment import places_held
from study.sessions.errors import NotNowError, OutOfOrderError, StudyFullError
from tests.study.factories import DEVICE, NOW, newcomer, open_study_version, player
from tests.study.playing import (
    A_MINUTE,
    QUESTIONNAIRE,
    at_the_trials,
    deliver,
    fresh,
    open_block,
    play_block,
    right_answer,
    trials_of,
)
from tests.study.several_days import after_part_one, in_parts

pytestmark = pytest.mark.django_db

Status = Session.Status
HOUR = timedelta(hours=1)
IN_TIME, TOO_EARLY, TOO_LATE = NOW + 13 * HOUR, NOW + 11 * HOUR, NOW + 169 * HOUR
PHONE = {"browser": "Safari", "os": "iOS", "input_device": "touch", "viewport_w": 390, "viewport_h": 664}


def come_back(session: Session, now: datetime = IN_TIME, device: sessions.Device = DEVICE) -> Session:
    """Begin the next part, up to its first photo or its practice."""
    sessions.begin_part(session.token, now)
    sessions.device_checked(session.token, device)
    return sessions.instructions_read(session.token, understood=False)


def phone(**changes: object) -> sessions.Device:
    rest = {name: getattr(DEVICE, name) for name in DEVICE.__struct_fields__}
    return sessions.Device(**rest | PHONE | changes)


class TestEndOfAPart:
    @pytest.mark.thorough
    def test_the_session_waits_with_half_of_its_photos_still_open(self) -> None:
        session = after_part_one()
        assert session.status == Status.BETWEEN
        assert session.trials.open().count() == 3
        assert open_block(session).trials == ()

    @pytest.mark.thorough
    def test_the_next_part_opens_and_closes_as_designed_from_the_last_answer_on(self) -> None:
        session = after_part_one(in_parts(part_least_hours=2, part_most_hours=30))
        assert session.return_window.opens == NOW + A_MINUTE + 2 * HOUR
        assert session.return_window.closes == NOW + A_MINUTE + 30 * HOUR

    @pytest.mark.thorough
    def test_the_place_is_kept_until_the_next_part_closes(self) -> None:
        version = in_parts(target_completes=1)
        session = after_part_one(version)
        assert session.lease_until == session.closes_at
        with pytest.raises(StudyFullError):
            newcomer(version, TOO_LATE - 2 * HOUR)
        assert newcomer(version, TOO_LATE).assignment == session.assignment

    def test_an_answer_to_a_photo_of_the_next_part_is_refused(self) -> None:
        session = after_part_one()
        ahead = session.trials.open().first()
        with pytest.raises(NotNowError):
            deliver(session, right_answer(ahead))

    @pytest.mark.thorough
    def test_a_photo_of_the_next_part_cannot_be_answered_within_the_first(self) -> None:
        session = at_the_trials(in_parts())
        open_block(session)
        ahead = session.trials.filter(block_id=2).first()
        with pytest.raises(OutOfOrderError):
            deliver(session, right_answer(ahead))

    @pytest.mark.thorough
    def test_the_last_answers_sent_once_more_change_nothing(self) -> None:
        session = at_the_trials(in_parts())
        answers = list(map(right_answer, trials_of(open_block(session))))
        assert deliver(session, *answers).status == Status.BETWEEN
        again = deliver(session, *answers, now=NOW + HOUR)
        assert (again.status, again.closed) == (Status.BETWEEN, 5)
        assert fresh(session).opens_at == NOW + A_MINUTE + 12 * HOUR

    def test_a_part_ends_also_where_its_last_photo_was_interrupted(self) -> None:
        session = at_the_trials(in_parts())
        *answered, last = trials_of(open_block(session))
        deliver(session, *map(right_answer, answered), begun=last.token)
        assert open_block(session, NOW + HOUR).trials == ()
        assert fresh(session).status == Status.BETWEEN

    @pytest.mark.thorough
    def test_progress_is_counted_within_the_part(self) -> None:
        session = at_the_trials(in_parts())
        assert (open_block(session).closed, open_block(session).total) == (0, 3)
        session = after_part_one(in_parts())
        come_back(session)
        second = open_block(session, IN_TIME)
        assert (second.closed, second.total, second.number) == (0, 3, 2)


class TestComingBack:
    @pytest.mark.thorough
    def test_too_early_nothing_changes(self) -> None:
        session = after_part_one()
        assert sessions.begin_part(session.token, TOO_EARLY).status == Status.BETWEEN
        assert sessions.resume(session.token, TOO_EARLY).status == Status.BETWEEN
        assert fresh(session).lease_until == session.lease_until

    @pytest.mark.thorough
    def test_in_time_it_begins_with_a_check_of_the_device(self) -> None:
        session = sessions.begin_part(after_part_one().token, IN_TIME)
        assert (session.status, session.part, session.viewport_w) == (Status.CONSENTED, 2, None)

    @pytest.mark.thorough
    def test_it_goes_on_with_the_photos_without_questions_about_the_instructions(self) -> None:
        session = come_back(after_part_one())
        assert session.status == Status.TRIALS
        assert {trial.block_id for trial in trials_of(open_block(session, IN_TIME))} == {2}

    @pytest.mark.thorough
    def test_nobody_sees_a_photo_twice_over_all_parts(self) -> None:
        session = after_part_one()
        come_back(session)
        play_block(session, IN_TIME)
        shown = session.trials.filter(block_type="test").values_list("stimulus__item", flat=True)
        assert len(shown) == len(set(shown)) == 6

    @pytest.mark.thorough
    def test_after_the_last_part_come_the_questions_and_the_end(self) -> None:
        session = after_part_one()
        come_back(session)
        play_block(session, IN_TIME)
        assert fresh(session).status == Status.QUESTIONS
        done = sessions.complete(session.token, QUESTIONNAIRE, IN_TIME)
        assert done.status == Status.COMPLETED
        parts = list(session.parts.values_list("number", "began_at", "ended_at"))
        assert parts == [(1, NOW, NOW + A_MINUTE), (2, IN_TIME, IN_TIME + A_MINUTE)]

    @pytest.mark.thorough
    def test_a_second_tab_that_begins_it_too_changes_nothing(self) -> None:
        session = after_part_one()
        come_back(session)
        open_block(session, IN_TIME)
        again = sessions.begin_part(session.token, IN_TIME + HOUR)
        assert (again.status, again.part) == (Status.TRIALS, 2)
        assert session.parts.count() == 2

    @pytest.mark.thorough
    def test_a_place_begun_in_time_is_kept_until_the_part_would_have_closed(self) -> None:
        session = come_back(after_part_one())
        open_block(session, IN_TIME)
        assert fresh(session).lease_until == session.closes_at

    def test_too_late_it_ends_and_the_answers_stay(self) -> None:
        session = after_part_one()
        ended = sessions.begin_part(session.token, TOO_LATE)
        assert (ended.status, ended.status_reason) == (Status.STOPPED, Session.NOT_RETURNED)
        assert session.trials.answered().count() == 5

    @pytest.mark.thorough
    def test_too_late_the_page_alone_ends_it(self) -> None:
        session = after_part_one()
        sessions.resume(session.token, TOO_LATE)
        assert fresh(session).status == Status.STOPPED
        assert fresh(session).has_not_returned(TOO_LATE)

    @pytest.mark.thorough
    def test_who_never_opens_the_page_again_has_not_returned_either(self) -> None:
        session = after_part_one()
        assert not session.has_not_returned(IN_TIME)
        assert session.has_not_returned(TOO_LATE)
        assert sum(places_held(session.participant.version, Mode.LIVE, TOO_LATE).values()) == 0

    @pytest.mark.sampled
    @pytest.mark.parametrize("mode", [Mode.SIMULATED, Mode.PREVIEW])
    def test_robots_and_previews_need_not_wait(self, mode: Mode) -> None:
        session = after_part_one(mode=mode)
        assert sessions.begin_part(session.token, TOO_EARLY).part == 2

    @pytest.mark.thorough
    def test_three_parts_have_two_waits(self) -> None:
        session = after_part_one(in_parts(parts=3, block_size=2))
        come_back(session)
        play_block(session, IN_TIME)
        assert (fresh(session).status, fresh(session).part) == (Status.BETWEEN, 2)
        assert fresh(session).opens_at == IN_TIME + A_MINUTE + 12 * HOUR
        come_back(session, IN_TIME + 13 * HOUR)
        play_block(session, IN_TIME + 13 * HOUR)
        assert fresh(session).status == Status.QUESTIONS


class TestPracticeAgain:
    def test_a_later_part_begins_with_a_round_of_practice_if_designed(self) -> None:
        session = come_back(after_part_one(in_parts(part_practice=True)))
        assert session.status == Status.PRACTICE
        block = open_block(session, IN_TIME)
        assert block.practice
        assert len(block.trials) == 2

    @pytest.mark.thorough
    def test_nobody_is_turned_away_by_it(self) -> None:
        session = come_back(after_part_one(in_parts(part_practice=True, practice_rounds=1)))
        wrong = [
            right_answer(trial) | {"response": None, "status": "timeout"}
            for trial in trials_of(open_block(session, IN_TIME))
        ]
        assert deliver(session, *wrong, now=IN_TIME).status == Status.TRIALS

    @pytest.mark.thorough
    def test_a_design_without_practice_has_none_to_repeat(self) -> None:
        version = in_parts(part_practice=True, practice_trials=0)
        session = player(version)
        play_block(session)
        assert come_back(session).status == Status.TRIALS


class TestAnotherDevice:
    def test_each_part_keeps_the_device_at_which_it_was_done(self) -> None:
        session = come_back(after_part_one(), device=phone())
        assert session.browser == "Safari"
        assert session.parts.get(number=1).done_at.browser == "Chrome"

    @pytest.mark.thorough
    def test_a_device_that_cannot_show_the_photos_may_be_changed_for_another(self) -> None:
        session = come_back(after_part_one(), device=phone(viewport_w=200))
        assert (session.status, session.part, session.status_reason) == (Status.BETWEEN, 1, "viewport")
        assert come_back(session, IN_TIME + HOUR).status == Status.TRIALS
        assert fresh(session).status_reason == ""
        assert session.parts.get(number=2).began_at == IN_TIME + HOUR


class TestStopping:
    def test_between_parts_people_may_stop_and_keep_what_they_gave(self) -> None:
        session = after_part_one()
        assert sessions.stop(session.token).status == Status.STOPPED
        assert not fresh(session).has_not_returned(TOO_LATE)
        assert sessions.begin_part(session.token, IN_TIME).status == Status.STOPPED

    @pytest.mark.thorough
    def test_between_parts_people_may_have_everything_erased(self) -> None:
        session = after_part_one(in_parts(part_codes=True))
        code = session.parts.get().completion_code
        sessions.withdraw(session.token, NOW + HOUR)
        assert session.trials.count() == 0
        assert session.parts.get().device == {}
        assert session.parts.get().completion_code == code  # they are still paid for the part


class TestOneGo:
    @pytest.mark.thorough
    def test_a_session_in_one_go_has_no_parts(self) -> None:
        session = at_the_trials(open_study_version())
        while play_block(session).trials:
            pass
        assert fresh(session).status == Status.QUESTIONS
        assert not session.parts.exists()

    @pytest.mark.thorough
    def test_an_answer_costs_no_query_more_for_them(self) -> None:
        assert queries_of_an_answer(parts=1) == queries_of_an_answer(parts=2)

    @pytest.mark.thorough
    def test_an_answer_asks_for_no_part(self) -> None:
        assert not any("sessionpart" in sql for sql in statements_of_an_answer(parts=1))


def queries_of_an_answer(parts: int) -> int:
    return len(statements_of_an_answer(parts))


def statements_of_an_answer(parts: int) -> list[str]:
    session = at_the_trials(open_study_version(parts=parts, catch_share=0.0))
    first, second, *_ = trials_of(open_block(session))
    deliver(session, right_answer(first))
    answer = right_answer(second)
    with CaptureQueriesContext(connection) as asked:
        deliver(session, answer)
    return [query["sql"] for query in asked]
