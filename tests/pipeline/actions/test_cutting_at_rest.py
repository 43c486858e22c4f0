"""Windows drawn by hand while something else works on the study: nothing is cut under the loop or a job."""

from __future__ import annotations

import numpy as np
import pytest
from django.utils import timezone

from pipeline.actions import hand_cutting
from pipeline.actions.crop_review import resume_waiting_loops
from pipeline.actions.hand_cutting import StudyBusyError, redraw
from pipeline.actions.hand_windows import HandWindow
from pipeline.crops.changed_crops import StimulusInUseError
from pipeline.loop import advance
from pipeline.models import Job, Loop
from pipeline.worker.execute import perform
from study.models import Item, Stimulus, Study
from tests.pipeline.looking import HEAVY, LIGHT, crop_of, let_look, states, study_cut_by_looks, upper_half
from tests.pipeline.studies import work_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(monkeypatch: pytest.MonkeyPatch) -> Study:
    return study_cut_by_looks(monkeypatch)


class TestAtRest:
    def test_a_running_loop_refuses_and_says_what_to_do(self, study: Study) -> None:
        Loop.objects.create(study=study, state=Loop.State.RUNNING)
        before = states(crop_of(study, LIGHT).item)
        with pytest.raises(StudyBusyError, match="Stop it on the desk"):
            redraw(study.owner, crop_of(study, LIGHT), HandWindow(0.2, 0.1, 0.5))
        assert states(crop_of(study, LIGHT).item) == before

    @pytest.mark.parametrize("kind", ["train", "crop", "choose", "test", "combine", "check"])
    def test_a_job_that_works_with_the_crops_refuses(self, kind: str, study: Study) -> None:
        Job.objects.create(study=study, kind=kind, key="crop:l9", ring_after=timezone.now())
        with pytest.raises(StudyBusyError, match="crop:l9 works with these crops"):
            redraw(study.owner, crop_of(study, LIGHT), HandWindow(0.2, 0.1, 0.5))

    @pytest.mark.parametrize("state", [Loop.State.WAITING, Loop.State.STOPPED, Loop.State.FINISHED])
    def test_a_loop_at_rest_lets_a_person_cut(self, state: Loop.State, study: Study) -> None:
        Loop.objects.create(study=study, state=state)
        redraw(study.owner, crop_of(study, LIGHT), HandWindow(0.2, 0.1, 0.5))
        assert crop_of(study, LIGHT).by_hand

    def test_the_loop_decides_nothing_while_photos_are_cut_again(
        self, study: Study, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Its decision was taken before the crop was drawn, and comes to be carried out after."""
        Loop.objects.create(study=study, state=Loop.State.STOPPED)
        decide = advance.decide

        def decide_while_somebody_draws(*known: object) -> advance.Decision:
            decision = decide(*known)
            redraw(study.owner, crop_of(study, LIGHT), HandWindow(0.2, 0.1, 0.5))
            Loop.objects.update(state=Loop.State.RUNNING)
            return decision

        monkeypatch.setattr(advance, "decide", decide_while_somebody_draws)
        Loop.objects.update(state=Loop.State.WAITING)
        advance.advance(study)
        assert {job.kind for job in study.jobs.unfinished()} == {Job.Kind.FOLLOW}
        assert not study.loop.entries.exists()

    def test_a_loop_that_waits_for_the_review_lets_one_window_be_drawn_after_the_other(
        self, study: Study
    ) -> None:
        Loop.objects.create(study=study, state=Loop.State.WAITING)
        for crop in Stimulus.objects.filter(level__study=study, level__number=LIGHT, item__split="test"):
            redraw(study.owner, crop, HandWindow(0.2, 0.1, 0.5))
            resume_waiting_loops([study])
        assert Loop.objects.get(study=study).state == Loop.State.WAITING

    def test_photos_that_attackers_learn_from_stay(self, study: Study) -> None:
        learned = Stimulus.objects.filter(
            level__study=study, item__split="train", level__number=LIGHT
        ).first()
        with pytest.raises(StimulusInUseError, match="attackers learn from it"):
            redraw(study.owner, learned, HandWindow(0.2, 0.1, 0.5))


def test_a_photo_that_is_changed_again_while_it_is_cut_waits_for_the_next_job(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    crop, drawn = crop_of(study, LIGHT), []

    def look(stimulus: Stimulus) -> np.ndarray:
        if not drawn:
            drawn.append(stimulus)
            redraw(study.owner, Stimulus.objects.get(pk=crop.pk), HandWindow(0.0, 0.0, 0.5))
        return upper_half(stimulus)

    redraw(study.owner, crop, HandWindow(0.2, 0.1, 0.5))
    before = Stimulus.objects.get(item=crop.item, level__number=HEAVY).sha256
    let_look(monkeypatch, look)
    perform(study.jobs.get(kind=Job.Kind.FOLLOW, state=Job.State.QUEUED).pk)
    assert Stimulus.objects.get(item=crop.item, level__number=HEAVY).sha256 == before
    assert Item.objects.get(pk=crop.item_id).outdated_from == HEAVY
    work_off(study)
    assert Item.objects.get(pk=crop.item_id).outdated_from is None


def test_the_lock_is_taken_before_the_loop_is_asked(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between asking and cutting, nobody can start the loop."""
    order: list[str] = []
    locked = hand_cutting.locked
    monkeypatch.setattr(hand_cutting, "locked", lambda study: order.append("locked") or locked(study))
    monkeypatch.setattr(hand_cutting, "recrop", lambda *_: order.append("cut"))
    redraw(study.owner, crop_of(study, LIGHT), HandWindow(0.2, 0.1, 0.5))
    assert order == ["locked", "cut"]
