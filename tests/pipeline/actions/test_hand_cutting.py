"""Windows drawn by hand: heavier crops follow, and figures are anew."""

from __future__ import annotations

import numpy as np
import pytest
from django.utils import timezone

from pipeline.actions.hand_cutting import StudyBusyError, redraw
from pipeline.actions.hand_windows import HandWindow
from pipeline.actions.undoing import NothingToUndoError, undo_last
from pipeline.checks.scheduling import queue_attention, queue_check
from pipeline.crops.level_families import window_of
from pipeline.crops.windows import CropError, Window, share_inside
from pipeline.loop.level_state import facts
from pipeline.models import Check, CropMaps, Job, Loop
from pipeline.models.crop_maps import current_maps
from study.freezing.freeze import NotReadyError, freeze
from study.models import Item, Stimulus, Study
from tests.pipeline.answered import add_run
from tests.pipeline.looking import HEAVY, LIGHT, crop_of, let_look, states, study_cut_by_looks, upper_half
from tests.pipeline.studies import work_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(monkeypatch: pytest.MonkeyPatch) -> Study:
    return study_cut_by_looks(monkeypatch)


class TestFigures:
    def test_a_drawn_window_is_measured_by_the_maps_that_the_photo_was_cut_by(self, study: Study) -> None:
        crop = crop_of(study, LIGHT)
        redraw(study.owner, crop, HandWindow(0.1, 0.3, 0.5))
        crop.refresh_from_db()
        maps = current_maps(crop.item_id, crop.level_id)
        drawn = Window(0.1, 0.3, 0.5, 0.5)
        assert (window_of(crop), crop.by_hand, crop.review) == (drawn, True, Stimulus.Review.APPROVED)
        assert crop.subject_kept == pytest.approx(share_inside(maps.subject, drawn))
        assert crop.subject_kept == pytest.approx(0.3 * 0.5 / (0.3 * 0.6), abs=0.04), "of the box"
        assert crop.attention_kept == pytest.approx(0.5 * 0.2 / 0.5, abs=0.03), "of the upper half"
        assert crop.subject_fill == pytest.approx(0.3 * 0.5 / 0.25, abs=0.04)
        assert crop.nested

    @pytest.mark.thorough
    def test_without_stored_maps_the_job_measures_the_window(self, study: Study) -> None:
        crop = crop_of(study, LIGHT)
        CropMaps.objects.all().delete()
        redraw(study.owner, crop, HandWindow(0.1, 0.3, 0.5))
        crop.refresh_from_db()
        assert crop.subject_kept is None
        work_off(study)
        crop.refresh_from_db()
        assert crop.subject_kept == pytest.approx(0.3 * 0.5 / (0.3 * 0.6), abs=0.04)
        assert window_of(crop) == Window(0.1, 0.3, 0.5, 0.5)


class TestShape:
    @pytest.mark.thorough
    def test_a_window_is_square_and_stays_inside_the_photo(self, study: Study) -> None:
        crop = crop_of(study, LIGHT)
        redraw(study.owner, crop, HandWindow(0.9, 0.95, 0.4))
        assert window_of(crop) == Window(0.6, 0.6, 0.4, 0.4)
        assert crop.width == crop.height == 64

    def test_a_window_below_the_least_size_is_refused(self, study: Study) -> None:
        with pytest.raises(CropError, match="16 pixels wide, but the level's crops have at least 20"):
            redraw(study.owner, crop_of(study, LIGHT), HandWindow(0.5, 0.5, 0.1))

    def test_the_whole_photo_has_no_window(self, study: Study) -> None:
        with pytest.raises(CropError, match="whole photo"):
            redraw(study.owner, crop_of(study, 0), HandWindow(0.5, 0.5, 0.4))


class TestHeavierLevels:
    def test_they_are_cut_again_by_the_rule_and_reviewed_anew(
        self, study: Study, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        crop = crop_of(study, LIGHT)
        heavy = Stimulus.objects.get(item=crop.item, level__number=HEAVY)
        Stimulus.objects.filter(pk=heavy.pk).update(review=Stimulus.Review.APPROVED)
        let_look(monkeypatch, lambda crop: np.flipud(upper_half(crop)))
        redraw(study.owner, crop, HandWindow(0.2, 0.1, 0.5))
        assert Item.objects.get(pk=crop.item_id).outdated_from == HEAVY
        with pytest.raises(NotReadyError, match="still to be cut again"):
            freeze(study, timezone.now())
        work_off(study)
        cut = Stimulus.objects.get(pk=heavy.pk)
        assert window_of(cut) != window_of(heavy)
        assert cut.top < heavy.top, "attention has moved down, so the window moves up"
        assert (cut.review, cut.by_hand) == (Stimulus.Review.PENDING, False)
        assert cut.subject_kept >= 0.4 - 1e-9
        assert cut.nested == window_of(crop).contains(window_of(cut))
        assert Item.objects.get(pk=crop.item_id).outdated_from is None

    @pytest.mark.thorough
    def test_other_photos_stay_as_they_are(self, study: Study) -> None:
        crop = crop_of(study, LIGHT)
        others = Stimulus.objects.filter(level__study=study).exclude(item=crop.item)
        before = dict(others.values_list("pk", "sha256"))
        redraw(study.owner, crop, HandWindow(0.2, 0.1, 0.5))
        work_off(study)
        assert dict(others.values_list("pk", "sha256")) == before

    @pytest.mark.thorough
    def test_a_window_that_was_drawn_there_stays(self, study: Study) -> None:
        heavy = crop_of(study, HEAVY)
        redraw(study.owner, heavy, HandWindow(0.3, 0.3, 0.3))
        redraw(
            study.owner, Stimulus.objects.get(item=heavy.item, level__number=LIGHT), HandWindow(0.5, 0.5, 0.5)
        )
        work_off(study)
        heavy.refresh_from_db()
        assert (window_of(heavy), heavy.by_hand, heavy.nested) == (Window(0.3, 0.3, 0.3, 0.3), True, False)

    @pytest.mark.thorough
    def test_one_job_takes_all_photos_that_wait(self, study: Study) -> None:
        for crop in Stimulus.objects.filter(level__study=study, level__number=LIGHT, item__split="test")[:3]:
            redraw(study.owner, crop, HandWindow(0.2, 0.1, 0.5))
        assert study.jobs.filter(kind=Job.Kind.FOLLOW).count() == 1
        work_off(study)
        assert not study.items.filter(outdated_from__isnull=False).exists()

    def test_a_photo_that_no_window_fits_any_more_is_left_out_and_counted(self, study: Study) -> None:
        crop = crop_of(study, LIGHT)
        CropMaps.objects.all().delete()
        Item.objects.filter(pk=crop.item_id).update(box=[0.5, 0.5, 0.501, 0.501])
        redraw(study.owner, crop, HandWindow(0.2, 0.1, 0.5))
        work_off(study)
        assert not Stimulus.objects.filter(item=crop.item, level__number=HEAVY).exists()
        assert [level.rendered for level in facts(study)] == [True, True, True]
        undo_last(study.owner, study)
        assert Stimulus.objects.filter(item=crop.item, level__number=HEAVY).exists()
        assert [level.rendered for level in facts(study)] == [True, True, True]


class TestWhatWasKnownOfTheOldCrops:
    @pytest.mark.thorough
    def test_predictions_are_gone_and_computed_anew(self, study: Study) -> None:
        crop = crop_of(study, LIGHT)
        heavy = Stimulus.objects.get(item=crop.item, level__number=HEAVY)
        add_run(study, 0, seed=0, skill=1.0)
        redraw(study.owner, crop, HandWindow(0.6, 0.6, 0.4))
        assert not crop.predictions.exists()
        assert heavy.predictions.exists(), "it still shows what it showed"
        again = [job.params["stimulus"] for job in study.jobs.filter(kind=Job.Kind.TEST)]
        assert again == [crop.pk]

    @pytest.mark.thorough
    def test_checks_of_its_level_and_heavier_ones_count_no_more(self, study: Study) -> None:
        for number, level in enumerate((0, LIGHT, HEAVY)):
            job = Job.objects.create(
                study=study, kind="check", key=f"check:{number}", state="succeeded", ring_after=timezone.now()
            )
            Check.objects.create(study=study, level=level, kind=Check.Kind.SHUFFLE, job=job, result={})
        redraw(study.owner, crop_of(study, LIGHT), HandWindow(0.6, 0.6, 0.4))
        assert [check.level for check in study.checks.done()] == [0]

    def test_the_attention_is_shown_anew_when_it_is_asked_for(self, study: Study) -> None:
        add_run(study, LIGHT, seed=0, skill=1.0)
        Loop.objects.create(study=study, state=Loop.State.FINISHED)
        job = queue_check(study, LIGHT, Check.Kind.ATTENTION).job
        Job.objects.filter(pk=job.pk).update(state=Job.State.SUCCEEDED)
        study.checks.update(result={})
        redraw(study.owner, crop_of(study, LIGHT), HandWindow(0.6, 0.6, 0.4))
        assert queue_attention(study) == [LIGHT]
        assert queue_attention(study) == [], "it is queued"


class TestUndoing:
    @pytest.mark.thorough
    def test_a_redrawn_photo_is_as_it_was_before_at_every_level(self, study: Study) -> None:
        crop = crop_of(study, LIGHT)
        before, pixels = states(crop.item), set(crop.item.stimuli.values_list("sha256", flat=True))
        redraw(study.owner, crop, HandWindow(0.6, 0.0, 0.4))
        work_off(study)
        assert states(crop.item) != before
        undo_last(study.owner, study)
        assert states(crop.item) == before
        assert set(crop.item.stimuli.values_list("sha256", flat=True)) == pixels
        redraw(study.owner, Stimulus.objects.get(pk=crop.pk), HandWindow(0.1, 0.3, 0.5))
        assert crop_of(study, LIGHT).attention_kept == pytest.approx(0.2, abs=0.03), "by the former maps"

    @pytest.mark.thorough
    def test_undone_before_the_job_runs_nothing_follows(self, study: Study) -> None:
        crop = crop_of(study, LIGHT)
        before = states(crop.item)
        redraw(study.owner, crop, HandWindow(0.6, 0.0, 0.4))
        undo_last(study.owner, study)
        work_off(study)
        assert states(crop.item) == before

    def test_a_request_that_is_sent_twice_is_done_once(self, study: Study) -> None:
        first = redraw(study.owner, crop_of(study, LIGHT), HandWindow(0.6, 0.0, 0.4), token="t")
        again = redraw(study.owner, crop_of(study, LIGHT), HandWindow(0.6, 0.0, 0.4), token="t")
        assert first == again
        undo_last(study.owner, study)
        with pytest.raises(NothingToUndoError, match="nothing of yours"):
            undo_last(study.owner, study)

    def test_it_is_refused_while_the_loop_runs(self, study: Study) -> None:
        redraw(study.owner, crop_of(study, LIGHT), HandWindow(0.6, 0.0, 0.4))
        Loop.objects.create(study=study, state=Loop.State.RUNNING)
        with pytest.raises(StudyBusyError):
            undo_last(study.owner, study)
        assert crop_of(study, LIGHT).by_hand
