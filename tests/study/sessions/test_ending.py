"""The code at the end, and the erasure of everything."""

from __future__ import annotations

import pytest

from study import sessions
from study.exclusions import exclusions_of
from study.models import ExternalIdentity, Participant, Session, StudyVersion, Trial
from study.sessions.completion import way_back
from study.sessions.errors import NotNowError
from tests.study.factories import NOW, newcomer, open_study_version, player, recruit
from tests.study.playing import (
    QUESTIONNAIRE,
    answer,
    at_the_trials,
    deliver,
    fresh,
    open_block,
    play_to_the_end,
    play_to_the_questions,
)

pytestmark = pytest.mark.django_db
Status = Session.Status


class TestCompletion:
    def test_there_is_no_code_before_all_answers_have_arrived(self, version: StudyVersion) -> None:
        session = at_the_trials(version)
        with pytest.raises(NotNowError):
            sessions.complete(session.token, QUESTIONNAIRE, NOW)
        assert fresh(session).completion_code == ""

    @pytest.mark.thorough
    def test_the_last_answer_leads_to_the_questions_and_they_to_the_code(self, version: StudyVersion) -> None:
        session = at_the_trials(version)
        play_to_the_questions(session)
        assert fresh(session).status == Status.QUESTIONS
        done = sessions.complete(session.token, QUESTIONNAIRE, NOW)
        assert (done.status, len(done.completion_code)) == (Status.COMPLETED, 12)

    def test_completing_twice_keeps_the_first_code(self, session: Session) -> None:
        code = play_to_the_end(session).completion_code
        assert sessions.complete(session.token, QUESTIONNAIRE, NOW).completion_code == code

    @pytest.mark.thorough
    def test_nothing_can_be_answered_after_the_end(self, session: Session) -> None:
        play_to_the_end(session)
        assert open_block(session).trials == ()
        trial = session.trials.last()
        with pytest.raises(NotNowError):
            deliver(session, answer(trial))


class TestWithdrawal:
    def test_it_erases_answers_and_identity_and_leaves_a_tombstone(self, version: StudyVersion) -> None:
        someone = sessions.Identity("prolific", "p1", "s", "v")
        session = newcomer(version, identity=someone)
        sessions.withdraw(session.token, NOW)
        assert not Trial.objects.filter(session=session).exists()
        assert not ExternalIdentity.objects.exists()
        participant = Participant.objects.get(pk=session.participant_id)
        assert participant.withdrawn_at == NOW

    @pytest.mark.thorough
    def test_nothing_about_device_or_questionnaire_remains(self, session: Session) -> None:
        play_to_the_end(session)
        sessions.withdraw(session.token, NOW)
        left = fresh(session)
        assert (left.answers, left.choice_order, left.browser, left.viewport_w) == ({}, [], "", None)

    @pytest.mark.thorough
    def test_the_code_stays_valid_for_who_had_earned_it(self, session: Session) -> None:
        code = play_to_the_end(session).completion_code
        assert sessions.withdraw(session.token, NOW).completion_code == code

    def test_the_way_back_still_names_who_is_to_be_paid(self) -> None:
        version = open_study_version()
        recruit(version, link_completed="https://x.example/?code={code}&survey={person}")
        session = player(version, identity=sessions.Identity("sona", "77"))
        code = play_to_the_end(session).completion_code
        left = sessions.withdraw(session.token, NOW)
        assert way_back(left).link == f"https://x.example/?code={code}&survey=77"

    def test_who_had_not_finished_leaves_no_name_behind(self) -> None:
        version = open_study_version()
        recruit(version, link_completed="https://x.example/?survey={person}")
        session = newcomer(version, identity=sessions.Identity("sona", "77"))
        assert sessions.withdraw(session.token, NOW).return_link == ""

    def test_the_place_is_free_again(self) -> None:
        version = open_study_version(target_completes=1)
        sessions.withdraw(newcomer(version).token, NOW)
        assert newcomer(version).assignment.number == 0


class TestStopping:
    def test_what_was_answered_stays_and_the_place_is_free_again(self) -> None:
        version = open_study_version(target_completes=1)
        session = at_the_trials(version)
        stopped = sessions.stop(session.token)
        assert stopped.status == Status.STOPPED
        assert session.trials.filter(response_status="answered").count() == 2
        assert newcomer(version).assignment.number == 0

    def test_nothing_can_be_answered_afterwards_and_the_person_is_no_complete(
        self, version: StudyVersion
    ) -> None:
        session = at_the_trials(version)
        sessions.stop(session.token)
        assert open_block(session).trials == ()
        stored = fresh(session)
        exclusions = exclusions_of(stored, stored.trials.all(), version.design)
        assert exclusions.participant == "incomplete"

    @pytest.mark.thorough
    def test_who_has_finished_cannot_stop_any_more(self, session: Session) -> None:
        play_to_the_end(session)
        assert sessions.stop(session.token).status == Status.COMPLETED
