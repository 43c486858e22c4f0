"""Who is taken in, with which photos, and into which list."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from study import sessions
from study.models import Participant, Session, Stimulus, StudyVersion, Trial
from study.models.people import Mode
from study.sessions.assignment import places_held
from study.sessions.errors import AlreadyTakenPartError, StimulusChangedError, StudyFullError
from tests.study.factories import CONSENT, NOW, newcomer, open_study_version, player
from tests.study.playing import A_MINUTE, play_to_the_end, play_to_the_questions

pytestmark = pytest.mark.django_db


class TestStarting:
    def test_consent_is_stored_with_text_version_hash_and_time(self, version: StudyVersion) -> None:
        participant = newcomer(version).participant
        assert participant.consent_text == CONSENT.text
        assert participant.consent_sha256 == CONSENT.sha256
        assert (participant.version, participant.consented_at) == (version, NOW)

    def test_a_person_sees_each_photo_once_and_at_one_level(self, version: StudyVersion) -> None:
        session = newcomer(version)
        items = list(session.trials.values_list("stimulus__item", flat=True))
        assert len(items) == len(set(items))

    @pytest.mark.thorough
    def test_the_first_lists_together_show_every_photo_at_every_level(self, version: StudyVersion) -> None:
        for _ in range(version.lists.count()):
            newcomer(version)
        shown = Counter(
            Trial.objects.filter(block_type="test").values_list("stimulus__item", "stimulus__level__number")
        )
        assert len(shown) == 12 * 3
        assert set(shown.values()) == {1}

    def test_classes_and_levels_are_in_balance_for_each_person(self, version: StudyVersion) -> None:
        tests = newcomer(version).trials.filter(block_type="test")
        assert set(Counter(tests.values_list("stimulus__item__category")).values()) == {2}
        assert set(Counter(tests.values_list("stimulus__level")).values()) == {2}

    def test_catch_trials_are_whole_validation_photos_in_the_test_blocks(self, version: StudyVersion) -> None:
        catches = newcomer(version).trials.filter(block_type="catch")
        assert catches.count() == 1
        stimulus = catches.get().stimulus
        assert (stimulus.level.number, stimulus.item.split) == (0, "validation")

    @pytest.mark.thorough
    def test_orders_and_buttons_differ_between_people(self, version: StudyVersion) -> None:
        people = [newcomer(version) for _ in range(12)]
        assert len({tuple(person.choice_order) for person in people}) > 1

    def test_a_platforms_person_takes_part_once(self, version: StudyVersion) -> None:
        someone = sessions.Identity("prolific", "5f0000000000000000000001", "study", "visit-1")
        first = newcomer(version, identity=someone)
        with pytest.raises(AlreadyTakenPartError):
            newcomer(version, identity=someone)
        assert sessions.earlier_session(version, someone) == first

    def test_only_the_same_visit_may_be_taken_up_elsewhere(self, version: StudyVersion) -> None:
        visit = sessions.Identity("prolific", "p1", "study", "visit-1")
        session = newcomer(version, identity=visit)
        assert sessions.of_same_visit(session, visit)
        assert not sessions.of_same_visit(session, sessions.Identity("prolific", "p1", "study", "visit-2"))
        assert not sessions.of_same_visit(session, sessions.Identity("prolific", "p1"))

    def test_a_photo_that_changed_after_freezing_is_never_shown(self, version: StudyVersion) -> None:
        Stimulus.objects.update(sha256="0" * 64)
        with pytest.raises(StimulusChangedError, match="Freeze the study again"):
            newcomer(version)
        assert not Participant.objects.exists()


class TestAssignment:
    @pytest.mark.thorough
    def test_lists_fill_evenly(self, version: StudyVersion) -> None:
        for _ in range(2 * version.lists.count()):
            newcomer(version)
        assert set(places_held(version, Mode.LIVE, NOW).values()) == {2}

    @pytest.mark.thorough
    def test_a_lease_that_ran_out_gives_its_place_back(self, version: StudyVersion) -> None:
        lost = newcomer(version, NOW - A_MINUTE)
        for _ in range(version.lists.count() - 1):
            newcomer(version)
        assert newcomer(version, NOW + timedelta(minutes=59, seconds=30)).assignment == lost.assignment

    def test_robots_and_previews_never_take_a_persons_place(self, version: StudyVersion) -> None:
        for mode in (Mode.SIMULATED, Mode.PREVIEW, Mode.LIVE):
            assert newcomer(version, mode=mode).assignment.number == 0

    @pytest.mark.thorough
    def test_a_full_study_takes_nobody_until_a_place_is_free(self) -> None:
        version = open_study_version(target_completes=2)
        newcomer(version), newcomer(version)
        with pytest.raises(StudyFullError):
            newcomer(version)
        assert newcomer(version, NOW + timedelta(minutes=61)).assignment.number == 0

    @pytest.mark.thorough
    def test_completes_hold_their_place_for_good(self) -> None:
        version = open_study_version(target_completes=1)
        play_to_the_end(player(version))
        with pytest.raises(StudyFullError):
            newcomer(version, NOW + timedelta(days=30))

    def test_who_comes_back_after_their_place_was_taken_is_told(self) -> None:
        version = open_study_version(target_completes=1)
        away = newcomer(version)
        later = NOW + timedelta(minutes=61)
        newcomer(version, later)
        assert sessions.resume(away.token, later).status_reason == "place_given_away"

    @pytest.mark.thorough
    def test_who_has_answered_everything_may_finish_though_their_place_was_taken(self) -> None:
        version = open_study_version(target_completes=1)
        away = player(version)
        play_to_the_questions(away)
        later = NOW + timedelta(minutes=65)
        newcomer(version, later)
        assert sessions.resume(away.token, later).status == "questions"

    def test_who_comes_back_while_there_is_room_goes_on(self, session: Session) -> None:
        later = NOW + timedelta(minutes=61)
        resumed = sessions.resume(session.token, later)
        assert resumed.is_running()
        assert not resumed.lease_has_run_out(later)
