"""Opening a pilot: what stands in the way is said in words; windows and rule are frozen before its link."""

from __future__ import annotations

import pytest
from django.db.models import ProtectedError

from study.freezing.freeze import NotReadyError, freeze
from study.freezing.pilot_version import close_pilot, open_pilot
from study.models import Participant, Pilot, Session, Stimulus, Study, StudyVersion
from study.models.people import Mode
from study.plan import plan_of
from tests.study.factories import (
    NOW,
    draft_study,
    newcomer,
    open_pilot_of,
    open_version_of,
    piloted_draft,
    player,
)
from tests.study.playing import play_to_the_end

pytestmark = pytest.mark.django_db


def reasons(study: Study) -> str:
    with pytest.raises(NotReadyError) as refused:
        open_pilot(study, NOW)
    return " ".join(refused.value.reasons)


def test_it_asks_about_the_candidates_of_test_photos_and_about_nothing_else() -> None:
    pilot = open_pilot_of()
    asked = {picture.stimulus for picture in plan_of(pilot.version).tested}
    assert asked == set(Stimulus.candidates.values_list("pk", flat=True))
    assert len(asked) == 3 * 4 * 2 * 2  # classes, photos, levels, candidates


@pytest.mark.thorough
def test_its_rule_and_numbers_are_frozen_with_it() -> None:
    pilot = open_pilot_of(pilot_floor=0.55)
    design = pilot.version.design
    assert (design.pilot_floor, design.pilot_certainty, design.pilot_least_answers) == (0.55, 0.8, 1)
    assert (design.trials_per_person, design.target_completes) == (6, 12)
    assert pilot.version.config_hash == pilot.version.frozen.sha256
    assert len(pilot.code) == 10
    assert pilot.is_open


@pytest.mark.thorough
def test_a_pilot_of_a_study_of_grids_shows_single_photos() -> None:
    design = open_pilot_of(task="grid").version.design
    assert not design.is_grid


@pytest.mark.thorough
def test_crops_that_a_review_discarded_are_not_asked_about() -> None:
    study = piloted_draft()
    crop = Stimulus.objects.filter(level__number=1, item__split="test").first()
    Stimulus.objects.filter(pk=crop.pk).update(review=Stimulus.Review.DISCARDED)
    asked = {picture.stimulus for picture in plan_of(open_pilot(study, NOW).version).tested}
    windows = Stimulus.candidates.filter(item=crop.item)
    assert asked.isdisjoint(windows.filter(level=crop.level).values_list("pk", flat=True))
    assert asked >= set(windows.exclude(level=crop.level).values_list("pk", flat=True))


class TestWhatStandsInTheWay:
    @pytest.mark.thorough
    def test_a_design_without_a_pilot(self) -> None:
        assert "has no pilot" in reasons(piloted_draft(pilot=False))

    def test_no_windows(self) -> None:
        assert "level 1 (side 0.6) has no windows to ask about" in reasons(
            draft_study(pilot=True, pilot_trials=6)
        )

    def test_a_second_pilot(self) -> None:
        assert "has its pilot already" in reasons(open_pilot_of().version.study)

    def test_people_of_the_main_study(self) -> None:
        study = piloted_draft(pilot=False)
        newcomer(open_version_of(study))
        Study.objects.filter(pk=study.pk).update(pilot=True)
        study.refresh_from_db()
        assert "take part in the main study already" in reasons(study)

    @pytest.mark.thorough
    def test_photos_that_somebody_would_see_twice(self) -> None:
        assert "so that nobody sees a photo twice" in reasons(piloted_draft(pilot_trials=15))

    def test_fewer_answers_than_the_rule_needs_with_the_number_of_people_that_would_do(self) -> None:
        study = piloted_draft(pilot_least_answers=6, pilot_people=47)
        assert "Ask 48 people" in reasons(study)  # 48 windows, 6 answers each, 6 trials a person
        study.pilot_people = 48
        study.save()
        open_pilot(study, NOW)


@pytest.mark.thorough
def test_the_least_number_of_answers_reaches_every_window_when_all_have_taken_part() -> None:
    plan = plan_of(open_pilot_of(pilot_least_answers=2, pilot_people=16).version)
    lists = [plan.pictures_of_list(number) for number in range(plan.lists)]
    asked = [picture for pictures in lists for picture in pictures]
    assert {asked.count(picture) for picture in plan.tested} == {2}
    items = {picture: photo.item for photos in plan.photos for photo in photos for picture in photo.pictures}
    assert all(len({items[picture] for picture in pictures}) == 6 for pictures in lists)


class TestClosing:
    def test_it_needs_somebody_who_has_finished_in_that_mode(self) -> None:
        pilot = open_pilot_of()
        play_to_the_end(player(pilot.version, mode=Mode.SIMULATED))
        with pytest.raises(NotReadyError, match="Nobody has completed"):
            close_pilot(pilot, Mode.LIVE, NOW)
        close_pilot(pilot, Mode.SIMULATED, NOW)
        pilot.refresh_from_db()
        assert (pilot.is_open, pilot.decided_by) == (False, Mode.SIMULATED)

    def test_the_main_study_waits_for_the_choice(self) -> None:
        pilot = open_pilot_of()
        with pytest.raises(NotReadyError, match="People have not chosen the crops yet"):
            freeze(pilot.version.study, NOW)
        Pilot.objects.update(outcome={})
        assert freeze(pilot.version.study, NOW).number == 1


class TestThePilotIsOutOfTheMainStudysReach:
    def test_its_version_is_no_version_of_the_study(self) -> None:
        pilot = open_pilot_of()
        study = pilot.version.study
        assert study.version() is None
        assert not study.versions.exists()
        assert list(StudyVersion.of_any_stage.filter(study=study)) == [pilot.version]

    def test_its_people_are_no_participants_of_any_version(self) -> None:
        pilot = open_pilot_of()
        person = newcomer(pilot.version).participant
        assert not Participant.objects.exists()
        assert not pilot.version.participants.exists()
        assert list(Participant.of_any_stage.all()) == [person]

    def test_its_sessions_are_counted_among_none_of_the_main_study(self) -> None:
        session = newcomer(open_pilot_of().version)
        assert not Session.objects.exists()
        assert list(Session.of_any_stage.all()) == [session]

    def test_its_windows_are_no_crops(self) -> None:
        study = piloted_draft()
        assert not Stimulus.objects.filter(candidate__gt=0).exists()
        assert all(
            level.stimuli.count() == level.stimuli.filter(candidate=0).count() for level in study.levels.all()
        )

    def test_deleting_the_windows_of_a_running_pilot_is_refused(self) -> None:
        newcomer(open_pilot_of().version)
        with pytest.raises(ProtectedError):
            Stimulus.candidates.all().delete()
