"""Free naming: what is typed is stored as it was typed, and nothing here says what it is worth."""

from __future__ import annotations

import pytest

from study.models import Session, StudyVersion, Trial
from study.sessions.errors import BadAnswerError
from study.sessions.wire import Answer, parse_delivery
from tests.study.factories import new_uuid, open_study_version, player
from tests.study.playing import (
    answer,
    at_the_trials,
    body,
    deliver,
    fresh,
    open_block,
    trials_of,
    typed,
)


def sent(**changes: object) -> Answer:
    message = typed("token", "a dunk") | changes
    return parse_delivery(body(message)).answers[0]


class TestWire:
    def test_a_typed_answer_has_its_words_and_when_they_began(self) -> None:
        given = sent()
        assert (given.text, given.first_key_ms, given.response) == ("a dunk", 900.0, None)

    @pytest.mark.parametrize("text", ["", "   ", "two\nlines", "x" * 201])
    def test_what_nobody_can_have_typed_is_refused(self, text: str) -> None:
        with pytest.raises(BadAnswerError, match=r"text|length"):
            sent(text=text)

    def test_what_stood_there_when_time_ran_out_is_kept_but_of_a_broken_trial_nothing(self) -> None:
        assert sent(status="timeout", rt_ms=None).text == "a dunk"
        assert sent(status="aborted", reason="interrupted").text is None


@pytest.fixture
def session() -> Session:
    return at_the_trials(open_study_version(task="naming"))


@pytest.fixture
def trial(session: Session) -> Trial:
    return trials_of(open_block(session))[0]


@pytest.mark.django_db
class TestAnswering:
    @pytest.mark.sampled
    @pytest.mark.parametrize("text", ["Dnuk!", "スラムダンク", "=1+1", "jump, maybe"])
    def test_every_letter_is_stored_and_no_score(self, trial: Trial, text: str) -> None:
        deliver(trial.session, typed(trial, text))
        trial.refresh_from_db()
        assert (trial.response_text, trial.first_key_ms) == (text, 900.0)
        assert (trial.correct, trial.response) == (None, None)

    @pytest.mark.thorough
    def test_the_same_answer_again_is_one_and_another_is_refused(self, trial: Trial) -> None:
        message = typed(trial, "dunk")
        assert deliver(trial.session, message).closed == deliver(trial.session, message).closed

    def test_running_out_of_time_is_wrong_and_keeps_what_was_typed(self, trial: Trial) -> None:
        deliver(trial.session, typed(trial, "dun", status="timeout", rt_ms=None))
        trial.refresh_from_db()
        assert (trial.response_status, trial.response_text, trial.correct) == ("timeout", "dun", False)

    @pytest.mark.thorough
    def test_who_cannot_tell_says_so(self, trial: Trial) -> None:
        deliver(trial.session, answer(trial, status="cant_tell", response=None, rt_ms=800.0))
        trial.refresh_from_db()
        assert (trial.response_status, trial.response_text, trial.correct) == ("cant_tell", "", False)

    def test_a_button_answers_nothing_here(self, trial: Trial) -> None:
        with pytest.raises(BadAnswerError, match="as it was typed"):
            deliver(trial.session, answer(trial))


@pytest.mark.django_db
class TestPractice:
    @pytest.fixture
    def version(self) -> StudyVersion:
        return open_study_version(task="naming", practice_rounds=1)

    @pytest.mark.thorough
    def test_it_names_what_is_shown_and_turns_nobody_away_who_types(self, version: StudyVersion) -> None:
        session = player(version)
        trials = trials_of(open_block(session))
        lessons = deliver(session, *(typed(trial, "nothing that I know") for trial in trials)).feedback
        for trial in trials:
            (place,) = lessons[trial.token].places
            assert trial.choice_order[place] == trial.stimulus.item.category_id
        assert fresh(session).status == Session.Status.TRIALS

    def test_who_types_nothing_is_turned_away(self, version: StudyVersion) -> None:
        session = player(version)
        for trial in trials_of(open_block(session)):
            nothing = {"uuid": new_uuid(), "status": "timeout", "response": None, "rt_ms": None}
            deliver(session, answer(trial, **nothing))
        assert fresh(session).status == Session.Status.SCREENED_OUT
