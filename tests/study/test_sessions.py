"""A session, from consent to its code: what the server promises."""

from collections import Counter
from datetime import timedelta

import pytest

from study import sessions
from study.models import ExternalIdentity, Participant, Session, Stimulus, Trial
from study.models.people import Mode
from study.sessions.assignment import places_held
from study.sessions.errors import (
    AlreadyTakenPart,
    ChangedAnswer,
    NotFound,
    NotNow,
    OpenElsewhere,
    OutOfOrder,
    StimulusChanged,
    StudyFull,
)
from tests.study.factories import CONSENT, DEVICE, NOW, newcomer, open_study_version, player
from tests.study.playing import (
    A_MINUTE,
    OTHER_TAB,
    QUESTIONNAIRE,
    answer,
    deliver,
    open_block,
    play_block,
    play_to_the_end,
    play_to_the_questions,
    right_answer,
    trials_of,
    wrong_answer,
)

pytestmark = pytest.mark.django_db
Status = Session.Status


@pytest.fixture
def version():
    return open_study_version()


@pytest.fixture
def session(version):
    return player(version)


def fresh(session: Session) -> Session:
    return Session.objects.get(pk=session.pk)


def at_the_trials(version, now=NOW) -> Session:
    """Somebody who has passed practice."""
    session = player(version, now)
    play_block(session, now)
    return session


class TestStarting:
    def test_consent_is_stored_with_text_version_hash_and_time(self, version):
        participant = newcomer(version).participant
        assert participant.consent_text == CONSENT.text
        assert participant.consent_sha256 == CONSENT.sha256
        assert (participant.version, participant.consented_at) == (version, NOW)

    def test_a_person_sees_each_photo_once_and_at_one_level(self, version):
        session = newcomer(version)
        items = list(session.trials.values_list("stimulus__item", flat=True))
        assert len(items) == len(set(items))

    def test_the_first_lists_together_show_every_photo_at_every_level(self, version):
        for _ in range(version.lists.count()):
            newcomer(version)
        shown = Counter(
            Trial.objects.filter(block_type="test").values_list("stimulus__item", "stimulus__level__number")
        )
        assert len(shown) == 12 * 3
        assert set(shown.values()) == {1}

    def test_classes_and_levels_are_in_balance_for_each_person(self, version):
        tests = newcomer(version).trials.filter(block_type="test")
        assert set(Counter(tests.values_list("stimulus__item__category")).values()) == {2}
        assert set(Counter(tests.values_list("stimulus__level")).values()) == {2}

    def test_catch_trials_are_whole_validation_photos_in_the_test_blocks(self, version):
        catches = newcomer(version).trials.filter(block_type="catch")
        assert catches.count() == 1
        stimulus = catches.get().stimulus
        assert (stimulus.level.number, stimulus.item.split) == (0, "validation")

    def test_orders_and_buttons_differ_between_people(self, version):
        people = [newcomer(version) for _ in range(12)]
        assert len({tuple(person.choice_order) for person in people}) > 1

    def test_a_platforms_person_takes_part_once(self, version):
        someone = sessions.Identity("prolific", "5f0000000000000000000001", "study", "visit-1")
        first = newcomer(version, identity=someone)
        with pytest.raises(AlreadyTakenPart):
            newcomer(version, identity=someone)
        assert sessions.earlier_session(version, someone) == first

    def test_only_the_same_visit_may_be_taken_up_elsewhere(self, version):
        visit = sessions.Identity("prolific", "p1", "study", "visit-1")
        session = newcomer(version, identity=visit)
        assert sessions.of_same_visit(session, visit)
        assert not sessions.of_same_visit(session, sessions.Identity("prolific", "p1", "study", "visit-2"))
        assert not sessions.of_same_visit(session, sessions.Identity("prolific", "p1"))

    def test_a_photo_that_changed_after_freezing_is_never_shown(self, version):
        Stimulus.objects.update(sha256="0" * 64)
        with pytest.raises(StimulusChanged, match="Freeze the study again"):
            newcomer(version)
        assert not Participant.objects.exists()


class TestAssignment:
    def test_lists_fill_evenly(self, version):
        for _ in range(2 * version.lists.count()):
            newcomer(version)
        assert set(places_held(version, Mode.LIVE, NOW).values()) == {2}

    def test_a_lease_that_ran_out_gives_its_place_back(self, version):
        lost = newcomer(version, NOW - A_MINUTE)
        for _ in range(version.lists.count() - 1):
            newcomer(version)
        assert newcomer(version, NOW + timedelta(minutes=59, seconds=30)).assignment == lost.assignment

    def test_robots_and_previews_never_take_a_persons_place(self, version):
        for mode in (Mode.SIMULATED, Mode.PREVIEW, Mode.LIVE):
            assert newcomer(version, mode=mode).assignment.number == 0

    def test_a_full_study_takes_nobody_until_a_place_is_free(self):
        version = open_study_version(target_completes=2)
        newcomer(version), newcomer(version)
        with pytest.raises(StudyFull):
            newcomer(version)
        assert newcomer(version, NOW + timedelta(minutes=61)).assignment.number == 0

    def test_completes_hold_their_place_for_good(self):
        version = open_study_version(target_completes=1)
        play_to_the_end(player(version))
        with pytest.raises(StudyFull):
            newcomer(version, NOW + timedelta(days=30))

    def test_who_comes_back_after_their_place_was_taken_is_told(self):
        version = open_study_version(target_completes=1)
        away = newcomer(version)
        later = NOW + timedelta(minutes=61)
        newcomer(version, later)
        assert sessions.resume(away.token, later).status_reason == "place_given_away"

    def test_who_comes_back_while_there_is_room_goes_on(self, session):
        later = NOW + timedelta(minutes=61)
        resumed = sessions.resume(session.token, later)
        assert resumed.is_running()
        assert not resumed.lease_has_run_out(later)


class TestBeforeTheFirstPhoto:
    @pytest.mark.parametrize(
        ("flaw", "reason"),
        [
            ({"viewport_w": 300}, "viewport"),
            ({"photo_loaded": False}, "photos"),
            ({"storage_works": False}, "storage"),
        ],
    )
    def test_an_unfit_device_is_screened_out_before_any_work(self, version, flaw, reason):
        from dataclasses import replace

        session = newcomer(version)
        screened = sessions.device_checked(session.token, replace(DEVICE, **flaw))
        assert (screened.status, screened.status_reason) == (Status.SCREENED_OUT, reason)

    def test_a_slow_screen_matters_only_for_timed_photos(self):
        from dataclasses import replace

        slow = replace(DEVICE, refresh_hz=20.0)
        untimed = newcomer(open_study_version())
        timed = newcomer(open_study_version(stimulus_ms=200))
        assert sessions.device_checked(untimed.token, slow).is_running()
        assert sessions.device_checked(timed.token, slow).status_reason == "refresh"

    def test_instructions_may_be_misunderstood_once(self, version):
        session = newcomer(version)
        sessions.device_checked(session.token, DEVICE)
        assert sessions.instructions_read(session.token, understood=False).status == Status.CONSENTED
        assert sessions.instructions_read(session.token, understood=False).status_reason == "comprehension"

    def test_nobody_reaches_the_photos_without_device_check(self, version):
        session = newcomer(version)
        assert sessions.instructions_read(session.token, understood=True).status == Status.CONSENTED

    def test_a_study_without_practice_goes_straight_to_the_photos(self):
        version = open_study_version(practice_trials=0)
        assert player(version).status == Status.TRIALS


class TestPractice:
    def test_each_answer_is_told_right_or_wrong(self, session):
        first, second = trials_of(open_block(session))
        recorded = deliver(session, right_answer(first), wrong_answer(second))
        assert recorded.feedback == {first.token: True, second.token: False}

    def test_meeting_the_criterion_leads_on(self, session):
        play_block(session)
        assert fresh(session).status == Status.TRIALS

    def test_missing_it_gives_one_repeat_with_other_photos_then_the_end(self, session):
        shown = []
        for _ in range(2):
            trials = trials_of(open_block(session))
            shown.append({trial.stimulus_id for trial in trials})
            deliver(session, *map(wrong_answer, trials))
        assert shown[0].isdisjoint(shown[1])
        assert (fresh(session).status, fresh(session).status_reason) == (Status.SCREENED_OUT, "practice")

    def test_the_repeat_is_a_second_attempt_at_the_same_places(self, session):
        deliver(session, *map(wrong_answer, trials_of(open_block(session))))
        repeat = trials_of(open_block(session))
        assert [(trial.trial_index, trial.attempt) for trial in repeat] == [(1, 2), (2, 2)]


class TestAnswers:
    def test_an_answer_is_stored_as_it_came(self, version):
        session = at_the_trials(version)
        trial = trials_of(open_block(session))[0]
        timing = {"stimulus_ms_achieved": 200.2, "frame_ms": 16.7, "dropped_frames": 1, "focus_lost": True}
        deliver(session, right_answer(trial, rt_ms=612.5, confidence=3, **timing))
        trial.refresh_from_db()
        assert (trial.response_status, trial.correct, trial.rt_ms) == ("answered", True, 612.5)
        assert (trial.confidence, trial.dropped_frames, trial.focus_lost) == (3, 1, True)
        assert trial.response_id == trial.stimulus.item.category_id

    def test_a_timeout_is_wrong_and_an_interruption_says_nothing(self, version):
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

    def test_the_same_delivery_again_changes_nothing(self, version):
        session = at_the_trials(version)
        post = right_answer(trials_of(open_block(session))[0])
        first, again = deliver(session, post), deliver(session, post, now=NOW + 2 * A_MINUTE)
        assert first == again
        assert Trial.objects.get(token=post["trial"]).received_at == NOW + A_MINUTE

    @pytest.mark.parametrize("change", [{"rt_ms": 501.0}, {"response": 1}, {"confidence": 1}, {"uuid": None}])
    def test_a_changed_answer_is_refused(self, version, change):
        from tests.study.factories import new_uuid

        session = at_the_trials(version)
        post = answer(trials_of(open_block(session))[0])
        deliver(session, post)
        changed = post | {name: value if value is not None else new_uuid() for name, value in change.items()}
        with pytest.raises(ChangedAnswer):
            deliver(session, changed)

    def test_another_persons_trial_does_not_exist(self, version):
        session, other = at_the_trials(version), at_the_trials(version)
        foreign = open_block(other).trials[0]
        open_block(session)
        with pytest.raises(NotFound):
            deliver(session, answer(foreign))

    def test_no_trial_can_be_skipped(self, version):
        session = at_the_trials(version)
        second = open_block(session).trials[1]
        with pytest.raises(OutOfOrder):
            deliver(session, answer(second))

    def test_a_block_that_was_not_handed_out_cannot_be_answered(self, version):
        session = at_the_trials(version)
        here = trials_of(open_block(session))
        ahead = session.trials.open().exclude(block_id=here[0].block_id).first()
        with pytest.raises(OutOfOrder):
            deliver(session, *map(answer, here), answer(ahead))
        assert not session.trials.filter(block_type="test").answered().exists(), "refused as a whole"

    def test_a_late_answer_is_stored_and_flagged(self, version):
        session = at_the_trials(version)
        trial = trials_of(open_block(session))[0]
        deliver(session, answer(trial, rt_ms=10_400.0))
        trial.refresh_from_db()
        assert trial.late
        assert trial.response_status == "answered"

    def test_the_servers_own_clock_finds_an_answer_late_too(self, version):
        session = at_the_trials(version)
        trial = trials_of(open_block(session))[0]
        deliver(session, begun=trial.token, now=NOW)
        deliver(session, answer(trial), now=NOW + timedelta(minutes=20))
        trial.refresh_from_db()
        assert trial.late

    def test_ten_minutes_offline_do_not_make_an_honest_answer_late(self, version):
        session = at_the_trials(version)
        trial = trials_of(open_block(session))[0]
        deliver(session, begun=trial.token, now=NOW)
        deliver(session, answer(trial), now=NOW + timedelta(minutes=10))
        trial.refresh_from_db()
        assert not trial.late
        assert trial.suspect == ""

    def test_a_response_time_above_the_elapsed_time_is_flagged(self, version):
        session = at_the_trials(version)
        first, second, *_ = trials_of(open_block(session))
        deliver(session, answer(first, rt_ms=900.0), now=NOW + timedelta(seconds=1))
        deliver(session, answer(second, rt_ms=9_000.0), now=NOW + timedelta(seconds=2))
        first.refresh_from_db(), second.refresh_from_db()
        assert (first.suspect, second.suspect) == ("", "rt_above_elapsed")

    def test_robots_have_no_clock_to_be_suspected_of(self, version):
        robot = player(version, mode=Mode.SIMULATED)
        trial = trials_of(open_block(robot))[0]
        deliver(robot, answer(trial, rt_ms=5_000.0), now=NOW)
        trial.refresh_from_db()
        assert trial.suspect == ""


class TestPosition:
    def test_an_unknown_session_does_not_exist(self):
        with pytest.raises(NotFound):
            sessions.find("0" * 32)

    def test_opening_the_page_again_hands_out_the_same_trials(self, version):
        session = at_the_trials(version)
        assert open_block(session).trials == open_block(session, tab=OTHER_TAB).trials

    def test_an_interrupted_trial_is_logged_and_not_shown_again(self, version):
        session = at_the_trials(version)
        first, second, *_ = open_block(session).trials
        deliver(session, begun=first)
        assert open_block(session, tab=OTHER_TAB).trials[0] == second
        interrupted = Trial.objects.get(token=first)
        assert (interrupted.response_status, interrupted.status_reason) == ("aborted", "interrupted")

    def test_the_browsers_own_note_of_an_interruption_agrees_with_the_servers(self, version):
        session = at_the_trials(version)
        first = open_block(session).trials[0]
        deliver(session, begun=first)
        open_block(session, tab=OTHER_TAB)
        note = answer(first, status="aborted", reason="interrupted", response=None, rt_ms=None)
        assert deliver(session, note, tab=OTHER_TAB).rows == (3,)

    def test_an_older_tab_may_not_answer_any_more(self, version):
        session = at_the_trials(version)
        first = open_block(session).trials[0]
        open_block(session, tab=OTHER_TAB)
        with pytest.raises(OpenElsewhere):
            deliver(session, answer(first))

    def test_an_older_tab_hears_so_even_if_its_trial_was_closed_meanwhile(self, version):
        session = at_the_trials(version)
        first = open_block(session).trials[0]
        deliver(session, begun=first)
        open_block(session, tab=OTHER_TAB)
        with pytest.raises(OpenElsewhere):
            deliver(session, answer(first))

    def test_a_new_tab_can_send_what_an_old_one_left_before_it_opens_a_block(self, version):
        session = at_the_trials(version)
        first, second, *_ = open_block(session).trials
        deliver(session, begun=first)
        sessions.claim(session.token, OTHER_TAB, NOW)
        deliver(session, answer(first), tab=OTHER_TAB)
        assert Trial.objects.get(token=first).response_status == "answered"
        assert open_block(session, tab=OTHER_TAB).trials[0] == second

    def test_photos_exist_only_while_their_block_is_open(self, version):
        session = at_the_trials(version)
        ahead = session.trials.open().last().token
        first = open_block(session).trials[0]
        assert sessions.photo_of(session.token, first)[0] == Trial.objects.get(token=first).stimulus
        for hidden in (ahead, "0" * 32):
            with pytest.raises(NotFound):
                sessions.photo_of(session.token, hidden)
        with pytest.raises(NotFound):
            sessions.photo_of(at_the_trials(version).token, first)
        deliver(session, answer(first))
        with pytest.raises(NotFound):
            sessions.photo_of(session.token, first)

    def test_progress_counts_the_photos_of_this_step(self, version):
        session = at_the_trials(version)
        block = open_block(session)
        assert (block.closed, block.total, block.number, block.blocks) == (0, 7, 1, 2)
        play_block(session)
        assert open_block(session).closed == 4


class TestCompletion:
    def test_there_is_no_code_before_all_answers_have_arrived(self, version):
        session = at_the_trials(version)
        with pytest.raises(NotNow):
            sessions.complete(session.token, QUESTIONNAIRE, NOW)
        assert fresh(session).completion_code == ""

    def test_the_last_answer_leads_to_the_questions_and_they_to_the_code(self, version):
        session = at_the_trials(version)
        play_to_the_questions(session)
        assert fresh(session).status == Status.QUESTIONS
        done = sessions.complete(session.token, QUESTIONNAIRE, NOW)
        assert (done.status, len(done.completion_code)) == (Status.COMPLETED, 12)

    def test_completing_twice_keeps_the_first_code(self, session):
        code = play_to_the_end(session).completion_code
        assert sessions.complete(session.token, QUESTIONNAIRE, NOW).completion_code == code

    def test_nothing_can_be_answered_after_the_end(self, session):
        play_to_the_end(session)
        assert open_block(session).trials == ()
        trial = session.trials.last()
        with pytest.raises(NotNow):
            deliver(session, answer(trial))


class TestWithdrawal:
    def test_it_erases_answers_and_identity_and_leaves_a_tombstone(self, version):
        someone = sessions.Identity("prolific", "p1", "s", "v")
        session = newcomer(version, identity=someone)
        sessions.withdraw(session.token, NOW)
        assert not Trial.objects.filter(session=session).exists()
        assert not ExternalIdentity.objects.exists()
        participant = Participant.objects.get(pk=session.participant_id)
        assert participant.withdrawn_at == NOW

    def test_nothing_about_device_or_questionnaire_remains(self, session):
        play_to_the_end(session)
        sessions.withdraw(session.token, NOW)
        left = fresh(session)
        assert (left.answers, left.choice_order, left.browser, left.viewport_w) == ({}, [], "", None)

    def test_the_code_stays_valid_for_who_had_earned_it(self, session):
        code = play_to_the_end(session).completion_code
        assert sessions.withdraw(session.token, NOW).completion_code == code

    def test_the_place_is_free_again(self):
        version = open_study_version(target_completes=1)
        sessions.withdraw(newcomer(version).token, NOW)
        assert newcomer(version).assignment.number == 0
