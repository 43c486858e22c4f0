"""Answers: each once, in order, as they came."""

from __future__ import annotations

from datetime import timedelta

import pytest

from study.models import StudyVersion, Trial
from study.models.people import Mode
from study.sessions.errors import ChangedAnswerError, NotFoundError, OutOfOrderError
from tests.study.factories import NOW, new_uuid, player
from tests.study.playing import (
    A_MINUTE,
    answer,
    at_the_trials,
    deliver,
    open_block,
    right_answer,
    tokens_of,
    trials_of,
)

pytestmark = pytest.mark.django_db


class TestAnswers:
    @pytest.mark.thorough
    def test_an_answer_is_stored_as_it_came(self, version: StudyVersion) -> None:
        session = at_the_trials(version)
        trial = trials_of(open_block(session))[0]
        timing = {"stimulus_ms_achieved": 200.2, "frame_ms": 16.7, "dropped_frames": 1, "focus_lost": True}
        deliver(session, right_answer(trial, rt_ms=612.5, confidence=3, **timing))
        trial.refresh_from_db()
        assert (trial.response_status, trial.correct, trial.rt_ms) == ("answered", True, 612.5)
        assert (trial.confidence, trial.dropped_frames, trial.focus_lost) == (3, 1, True)
        assert trial.response_id == trial.stimulus.item.category_id

    @pytest.mark.thorough
    def test_a_timeout_is_wrong_and_an_interruption_says_nothing(self, version: StudyVersion) -> None:
        session = at_the_trials(version)
        first, second, *_ = trials_of(open_block(session))
        deliver(
            session,
            answer(first, status="timeout", response=None, rt_ms=None),
            answer(second, status="aborted", reason="preload_failed", response=None, rt_ms=None),
        )
        first.refresh_from_db(), second.refresh_from_db()
        assert (first.response_status, first.correct) == ("timeout", False)
        assert (second.response_status, second.correct) == ("aborted", None)
        assert second.status_reason == "preload_failed"

    @pytest.mark.thorough
    def test_the_same_delivery_again_changes_nothing(self, version: StudyVersion) -> None:
        session = at_the_trials(version)
        post = right_answer(trials_of(open_block(session))[0])
        first, again = deliver(session, post), deliver(session, post, now=NOW + 2 * A_MINUTE)
        assert first == again
        assert Trial.objects.get(token=post["trial"]).received_at == NOW + A_MINUTE

    @pytest.mark.sampled
    @pytest.mark.parametrize("change", [{"rt_ms": 501.0}, {"response": 1}, {"confidence": 1}, {"uuid": None}])
    def test_a_changed_answer_is_refused(self, version: StudyVersion, change: dict[str, object]) -> None:
        session = at_the_trials(version)
        post = answer(trials_of(open_block(session))[0])
        deliver(session, post)
        changed = post | {name: value if value is not None else new_uuid() for name, value in change.items()}
        with pytest.raises(ChangedAnswerError):
            deliver(session, changed)

    @pytest.mark.thorough
    def test_another_persons_trial_does_not_exist(self, version: StudyVersion) -> None:
        session, other = at_the_trials(version), at_the_trials(version)
        foreign = tokens_of(open_block(other))[0]
        open_block(session)
        with pytest.raises(NotFoundError):
            deliver(session, answer(foreign))

    def test_no_trial_can_be_skipped(self, version: StudyVersion) -> None:
        session = at_the_trials(version)
        second = tokens_of(open_block(session))[1]
        with pytest.raises(OutOfOrderError):
            deliver(session, answer(second))

    def test_a_block_that_was_not_handed_out_cannot_be_answered(self, version: StudyVersion) -> None:
        session = at_the_trials(version)
        here = trials_of(open_block(session))
        ahead = session.trials.open().exclude(block_id=here[0].block_id).first()
        with pytest.raises(OutOfOrderError):
            deliver(session, *map(answer, here), answer(ahead))
        assert not session.trials.filter(block_type="test").answered().exists(), "refused as a whole"

    def test_a_late_answer_is_stored_and_flagged(self, version: StudyVersion) -> None:
        session = at_the_trials(version)
        trial = trials_of(open_block(session))[0]
        deliver(session, answer(trial, rt_ms=10_400.0))
        trial.refresh_from_db()
        assert trial.late
        assert trial.response_status == "answered"

    @pytest.mark.thorough
    def test_the_servers_own_clock_finds_an_answer_late_too(self, version: StudyVersion) -> None:
        session = at_the_trials(version)
        trial = trials_of(open_block(session))[0]
        deliver(session, begun=trial.token, now=NOW)
        deliver(session, answer(trial), now=NOW + timedelta(minutes=20))
        trial.refresh_from_db()
        assert trial.late

    def test_ten_minutes_offline_do_not_make_an_honest_answer_late(self, version: StudyVersion) -> None:
        session = at_the_trials(version)
        trial = trials_of(open_block(session))[0]
        deliver(session, begun=trial.token, now=NOW)
        deliver(session, answer(trial), now=NOW + timedelta(minutes=10))
        trial.refresh_from_db()
        assert not trial.late
        assert trial.suspect == ""

    @pytest.mark.thorough
    def test_a_response_time_above_the_elapsed_time_is_flagged(self, version: StudyVersion) -> None:
        session = at_the_trials(version)
        first, second, *_ = trials_of(open_block(session))
        deliver(session, answer(first, rt_ms=900.0), now=NOW + timedelta(seconds=1))
        deliver(session, answer(second, rt_ms=9_000.0), now=NOW + timedelta(seconds=2))
        first.refresh_from_db(), second.refresh_from_db()
        assert (first.suspect, second.suspect) == ("", "rt_above_elapsed")

    @pytest.mark.parametrize(("age_ms", "suspect"), [(60_000, ""), (0, "rt_above_elapsed")])
    def test_news_that_an_outage_held_up_make_no_honest_answer_suspect(
        self, version: StudyVersion, age_ms: int, suspect: str
    ) -> None:
        session = at_the_trials(version)
        trial = trials_of(open_block(session))[0]
        deliver(session, begun=trial.token, begun_age_ms=age_ms, now=NOW + A_MINUTE)
        deliver(session, answer(trial, rt_ms=5_000.0), now=NOW + A_MINUTE)
        trial.refresh_from_db()
        assert (trial.suspect, trial.begun_at) == (suspect, NOW + A_MINUTE - timedelta(milliseconds=age_ms))

    @pytest.mark.thorough
    def test_no_trial_begins_before_its_photo_was_served(self, version: StudyVersion) -> None:
        session = at_the_trials(version)
        trial = trials_of(open_block(session))[0]
        deliver(session, begun=trial.token, begun_age_ms=3_000_000, now=NOW + A_MINUTE)
        trial.refresh_from_db()
        assert trial.begun_at == trial.served_at

    def test_robots_have_no_clock_to_be_suspected_of(self, version: StudyVersion) -> None:
        robot = player(version, mode=Mode.SIMULATED)
        trial = trials_of(open_block(robot))[0]
        deliver(robot, answer(trial, rt_ms=5_000.0), now=NOW)
        trial.refresh_from_db()
        assert trial.suspect == ""
