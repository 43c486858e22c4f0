"""A pilot with people whose eyes are known: what they could tell is cut, what nobody could is left out."""

from __future__ import annotations

import pytest
from django.utils import timezone

from pipeline.actions.crop_review import review
from pipeline.crops.changed_crops import StimulusInUseError, recrop
from pipeline.crops.level_families import window_of
from pipeline.crops.windows import Window
from pipeline.loop import advance as loop
from pipeline.loop.level_facts import Pilot as State
from pipeline.loop.level_state import pilot_of
from pipeline.models import Job
from pipeline.pilot.opening import close_pilot, open_pilot
from pipeline.pilot.pilot_answers import answers_of
from pipeline.pilot.pilot_outcome import decided_by, stored_outcome
from pipeline.queue.job_requests import enqueue
from study.freezing.freeze import NotReadyError, freeze
from study.models import Item, Pilot, Stimulus, Study
from study.models.people import Mode
from tests.pipeline.pilot.piloted import cut_study, piloted, take_part
from tests.pipeline.studies import work_off
from tests.study.factories import player

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(monkeypatch: pytest.MonkeyPatch) -> Study:
    return cut_study(monkeypatch)


def wants_more(stimulus: Stimulus) -> bool:
    """Known at level 1 in the second window only; at level 2 discs by any window, bars by none."""
    if stimulus.level.number == 1:
        return stimulus.candidate == 2
    return stimulus.item.category.name == "disc"


def choose(study: Study, mode: Mode = Mode.LIVE) -> Pilot:
    close_pilot(study, mode, timezone.now())
    enqueue(study, Job.Kind.CHOOSE, "choose")
    work_off(study)
    job = study.jobs.get(kind=Job.Kind.CHOOSE)
    assert job.state == Job.State.SUCCEEDED, job.error
    return Pilot.objects.get(version__study=study)


@pytest.mark.thorough
def test_every_photo_has_its_candidates_and_those_of_test_photos_have_files(study: Study) -> None:
    windows = Stimulus.candidates.filter(item__study=study)
    for level in (1, 2):
        assert windows.filter(level__number=level, candidate=1).count() == study.items.count()
        assert windows.filter(level__number=level, candidate=2).count() == study.items.count()
    assert not windows.filter(item__split="test", image="").exists()
    assert not windows.exclude(item__split="test").exclude(image="").exists()
    for crop in Stimulus.objects.filter(item__study=study, level__number__gt=0):
        first, second = Stimulus.candidates.filter(item=crop.item, level=crop.level).order_by("candidate")
        assert window_of(first) == window_of(crop)
        assert second.subject_kept > first.subject_kept >= crop.level.amount - 1e-9
        assert second.attention_kept >= first.attention_kept


def test_the_pixels_of_the_first_candidate_are_those_of_the_crop(study: Study) -> None:
    for first in Stimulus.candidates.filter(item__split="test", candidate=1):
        assert Stimulus.objects.get(item=first.item, level=first.level).sha256 == first.sha256


class TestTheChoice:
    @pytest.fixture
    def pilot(self, study: Study) -> Pilot:
        piloted(study, wants_more)
        return choose(study)

    @pytest.mark.thorough
    def test_test_photos_show_what_people_could_tell_pixel_by_pixel(self, study: Study, pilot: Pilot) -> None:
        for crop in Stimulus.objects.filter(item__study=study, item__split="test", level__number=1):
            second = Stimulus.candidates.get(item=crop.item, level=crop.level, candidate=2)
            assert (crop.sha256, window_of(crop)) == (second.sha256, window_of(second))
            assert crop.subject_kept == second.subject_kept
            assert crop.review == Stimulus.Review.PENDING

    @pytest.mark.thorough
    def test_photos_that_nobody_could_tell_are_left_out_and_counted(self, study: Study, pilot: Pilot) -> None:
        unclear = Stimulus.objects.filter(review=Stimulus.Review.UNCLEAR)
        bars = study.items.filter(split="test", category__name="bar")
        assert set(unclear.values_list("item", "level__number")) == {(bar.pk, 2) for bar in bars}
        outcome = stored_outcome(pilot)
        assert outcome is not None
        assert [(level.level, level.taken, level.dropped) for level in outcome.levels] == [
            (1, (0, 8), {"bar": 0, "disc": 0}),
            (2, (4, 0), {"bar": 4, "disc": 0}),
        ]
        assert (outcome.people, outcome.answers) == (24, 96)

    @pytest.mark.thorough
    def test_other_photos_are_cut_in_the_same_proportions(self, study: Study, pilot: Pilot) -> None:
        learned = Stimulus.objects.filter(item__study=study).exclude(item__split="test")
        for crop in learned.filter(level__number__gt=0):
            place = 2 if crop.level.number == 1 else 1
            window = Stimulus.candidates.get(item=crop.item, level=crop.level, candidate=place)
            assert window_of(crop) == window_of(window)

    @pytest.mark.thorough
    def test_heavier_levels_still_show_less_subject(self, study: Study, pilot: Pilot) -> None:
        for item in study.items.all():
            light, heavy = item.stimuli.filter(level__number__gt=0).order_by("level__number")
            assert heavy.subject_kept < light.subject_kept
            assert heavy.nested == window_of(light).contains(window_of(heavy))

    @pytest.mark.thorough
    def test_the_loop_goes_on_to_the_attack(self, study: Study, pilot: Pilot) -> None:
        assert pilot_of(study) == State.CHOSEN

    @pytest.mark.thorough
    def test_a_frozen_version_holds_what_was_chosen_and_nothing_that_was_dropped(
        self, study: Study, pilot: Pilot
    ) -> None:
        study.trials_per_person, study.pilot_floor = 4, 0.5
        study.save()
        with pytest.raises(NotReadyError, match="bar has 0 test photos"):
            freeze(study, timezone.now())

    @pytest.mark.thorough
    def test_nobody_takes_back_what_people_decided(self, study: Study, pilot: Pilot) -> None:
        dropped = Stimulus.objects.filter(review=Stimulus.Review.UNCLEAR).first()
        for decision in (Stimulus.Review.APPROVED, Stimulus.Review.DISCARDED):
            with pytest.raises(StimulusInUseError, match="could not tell this crop"):
                review(study.owner, dropped, decision)
        with pytest.raises(StimulusInUseError, match="could not tell this crop"):
            recrop(dropped, Window(0.1, 0.1, 0.5, 0.5))

    @pytest.mark.thorough
    def test_a_second_run_of_the_job_changes_nothing(self, study: Study, pilot: Pilot) -> None:
        before = set(Stimulus.objects.values_list("pk", "sha256", "image", "review"))
        Job.objects.filter(kind=Job.Kind.CHOOSE).update(state=Job.State.QUEUED, attempts=0)
        work_off(study)
        assert set(Stimulus.objects.values_list("pk", "sha256", "image", "review")) == before

    @pytest.mark.thorough
    def test_the_files_of_the_windows_that_people_saw_stay(self, study: Study, pilot: Pilot) -> None:
        for window in Stimulus.candidates.filter(item__split="test"):
            assert window.image.storage.exists(window.image.name)
        for crop in Stimulus.objects.filter(item__study=study):
            assert crop.image.storage.exists(crop.image.name)


class TestWhoseAnswersCount:
    @pytest.mark.thorough
    def test_modes_are_never_mixed(self, study: Study) -> None:
        pilot = piloted(study, lambda _: True, people=3, mode=Mode.SIMULATED)
        take_part(pilot, lambda _: False)
        robots, people = (answers_of(pilot, mode) for mode in (Mode.SIMULATED, Mode.LIVE))
        assert (robots.people, robots.answers) == (3, 12)
        assert {tally.right for tally in robots.tallies.values()} == {1}
        assert (people.people, {tally.right for tally in people.tallies.values()}) == (1, {0})

    def test_who_is_excluded_or_has_not_finished_does_not_count(self, study: Study) -> None:
        pilot = piloted(study, lambda _: True, people=2)
        session = take_part(pilot, lambda _: True)
        type(session).of_any_stage.filter(pk=session.pk).update(answers={"problems": "no", "seriously": "no"})
        player(pilot.version)
        assert answers_of(pilot, Mode.LIVE).people == 2

    @pytest.mark.thorough
    def test_with_too_few_answers_nothing_passes(self, study: Study) -> None:
        piloted(study, lambda _: True, people=1)
        outcome = decided_by(Pilot.objects.get(), Mode.LIVE).outcome
        assert [sum(level.taken) for level in outcome.levels] == [0, 0]

    @pytest.mark.thorough
    def test_the_frozen_rule_counts_whatever_the_design_says_later(self, study: Study) -> None:
        pilot = piloted(study, lambda _: True)
        Study.objects.update(pilot_least_answers=40)
        assert all(sum(level.taken) == 8 for level in decided_by(pilot, Mode.LIVE).outcome.levels)


class TestByHand:
    def test_a_window_drawn_before_the_pilot_is_asked_about_alone_and_stays(self, study: Study) -> None:
        crop = Stimulus.objects.filter(item__split="test", level__number=1).first()
        recrop(crop, Window(0.25, 0.25, 0.5, 0.5))
        (asked,) = Stimulus.candidates.filter(item=crop.item, level=crop.level)
        assert (asked.sha256, asked.by_hand) == (crop.sha256, True)
        piloted(study, lambda _: True, people=24)
        choose(study)
        crop.refresh_from_db()
        assert (crop.by_hand, crop.left) == (True, 0.25)

    def test_while_the_pilot_runs_nothing_is_redrawn(self, study: Study) -> None:
        open_pilot(study, timezone.now())
        crop = Stimulus.objects.filter(item__split="test", level__number=1).first()
        with pytest.raises(StimulusInUseError, match="asks people about windows of this photo"):
            recrop(crop, Window(0.25, 0.25, 0.5, 0.5))


def test_a_rule_that_nothing_can_pass_is_refused_before_anybody_is_asked(study: Study) -> None:
    study.pilot_floor, study.pilot_least_answers = 0.85, 5
    study.save()
    with pytest.raises(NotReadyError, match=r"ask for at least 9 answers, or lower the floor to 0\.76"):
        open_pilot(study, timezone.now())


def test_attackers_cannot_decide_where_to_cut_before_there_are_any(study: Study) -> None:
    study.crop_designers = "attackers"
    study.save()
    with pytest.raises(loop.LoopRefusedError, match="separate networks"):
        loop.start(study)


@pytest.mark.thorough
def test_levels_by_photo_have_one_window_which_people_keep_or_drop(monkeypatch: pytest.MonkeyPatch) -> None:
    study = cut_study(monkeypatch, level_family="crop")
    assert set(Stimulus.candidates.filter(item__study=study).values_list("candidate", flat=True)) == {1}
    piloted(study, lambda stimulus: stimulus.level.number == 1)
    outcome = stored_outcome(choose(study))
    assert outcome is not None
    assert [level.taken for level in outcome.levels] == [(8,), (0,)]
    assert study.items.filter(split=Item.Split.TEST).count() == 8
