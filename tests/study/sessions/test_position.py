"""The server knows where a session stands, whichever tab asks."""

from __future__ import annotations

import pytest

from study import sessions
from study.models import StudyVersion, Trial
from study.sessions.errors import NotFoundError, OpenElsewhereError
from tests.study.factories import NOW
from tests.study.playing import OTHER_TAB, answer, at_the_trials, deliver, open_block, play_block, tokens_of

pytestmark = pytest.mark.django_db


class TestPosition:
    def test_an_unknown_session_does_not_exist(self) -> None:
        with pytest.raises(NotFoundError):
            sessions.find("0" * 32)

    def test_opening_the_page_again_hands_out_the_same_trials(self, version: StudyVersion) -> None:
        session = at_the_trials(version)
        assert open_block(session).trials == open_block(session, tab=OTHER_TAB).trials

    def test_an_interrupted_trial_is_logged_and_not_shown_again(self, version: StudyVersion) -> None:
        session = at_the_trials(version)
        first, second, *_ = tokens_of(open_block(session))
        deliver(session, begun=first)
        assert tokens_of(open_block(session, tab=OTHER_TAB))[0] == second
        interrupted = Trial.objects.get(token=first)
        assert (interrupted.response_status, interrupted.status_reason) == ("aborted", "interrupted")

    def test_the_browsers_own_note_of_an_interruption_agrees_with_the_servers(
        self, version: StudyVersion
    ) -> None:
        session = at_the_trials(version)
        first = tokens_of(open_block(session))[0]
        deliver(session, begun=first)
        open_block(session, tab=OTHER_TAB)
        note = answer(first, status="aborted", reason="interrupted", response=None, rt_ms=None)
        assert deliver(session, note, tab=OTHER_TAB).rows == (3,)

    def test_an_older_tab_may_not_answer_any_more(self, version: StudyVersion) -> None:
        session = at_the_trials(version)
        first = tokens_of(open_block(session))[0]
        open_block(session, tab=OTHER_TAB)
        with pytest.raises(OpenElsewhereError):
            deliver(session, answer(first))

    def test_an_older_tab_hears_so_even_if_its_trial_was_closed_meanwhile(
        self, version: StudyVersion
    ) -> None:
        session = at_the_trials(version)
        first = tokens_of(open_block(session))[0]
        deliver(session, begun=first)
        open_block(session, tab=OTHER_TAB)
        with pytest.raises(OpenElsewhereError):
            deliver(session, answer(first))

    def test_a_new_tab_can_send_what_an_old_one_left_before_it_opens_a_block(
        self, version: StudyVersion
    ) -> None:
        session = at_the_trials(version)
        first, second, *_ = tokens_of(open_block(session))
        deliver(session, begun=first)
        sessions.claim(session.token, OTHER_TAB, NOW)
        deliver(session, answer(first), tab=OTHER_TAB)
        assert Trial.objects.get(token=first).response_status == "answered"
        assert tokens_of(open_block(session, tab=OTHER_TAB))[0] == second

    def test_photos_exist_only_while_their_block_is_open(self, version: StudyVersion) -> None:
        session = at_the_trials(version)
        ahead = session.trials.open().last().token
        first = tokens_of(open_block(session))[0]
        assert sessions.photos_of(session.token, [first])[0][0] == Trial.objects.get(token=first).stimulus
        for hidden in (ahead, "0" * 32):
            with pytest.raises(NotFoundError):
                sessions.photos_of(session.token, [hidden])
        with pytest.raises(NotFoundError):
            sessions.photos_of(at_the_trials(version).token, [first])
        deliver(session, answer(first))
        with pytest.raises(NotFoundError):
            sessions.photos_of(session.token, [first])

    def test_progress_counts_the_photos_of_this_step(self, version: StudyVersion) -> None:
        session = at_the_trials(version)
        block = open_block(session)
        assert (block.closed, block.total, block.number, block.blocks) == (0, 7, 1, 2)
        play_block(session)
        assert open_block(session).closed == 4
