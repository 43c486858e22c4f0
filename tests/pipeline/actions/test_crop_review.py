"""Decisions about crops: stored and logged, refused once people take part, and heard by a waiting loop."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry

from pipeline.actions.crop_review import resume_waiting_loops, review
from pipeline.crops.changed_crops import StimulusInUseError
from pipeline.loop import advance
from pipeline.models import Loop
from study.models import Stimulus, Study
from study.models.people import Mode
from tests.pipeline.answered import answered_version
from tests.study.factories import draft_study

pytestmark = pytest.mark.django_db
APPROVED, DISCARDED = Stimulus.Review.APPROVED, Stimulus.Review.DISCARDED


def frozen_crop(mode: Mode) -> Stimulus:
    """A crop of a frozen version that one person has answered in this mode."""
    version = answered_version(people=1, mode=mode)
    return Stimulus.objects.get(pk=version.config["items"][0]["stimuli"][1][0])


def test_a_decision_is_stored_and_logged() -> None:
    stimulus = Stimulus.objects.filter(item__study=draft_study()).first()
    review(stimulus.item.study.owner, stimulus, APPROVED)
    stimulus.refresh_from_db()
    assert stimulus.review == APPROVED
    assert LogEntry.objects.get().change_message == f"approved stimulus {stimulus.pk}"


@pytest.mark.thorough
@pytest.mark.parametrize("mode", [Mode.SIMULATED, Mode.PREVIEW])
def test_robots_and_previews_do_not_keep_a_crop(mode: Mode) -> None:
    stimulus = frozen_crop(mode)
    review(stimulus.item.study.owner, stimulus, DISCARDED)
    assert Stimulus.objects.get(pk=stimulus.pk).review == DISCARDED


def test_a_crop_that_people_answer_can_be_approved_but_not_discarded() -> None:
    stimulus = frozen_crop(Mode.LIVE)
    owner = stimulus.item.study.owner
    review(owner, stimulus, APPROVED)
    with pytest.raises(StimulusInUseError, match="make a new study"):
        review(owner, stimulus, DISCARDED)
    assert Stimulus.objects.get(pk=stimulus.pk).review == APPROVED


@pytest.mark.parametrize("state", Loop.State)
def test_only_a_loop_that_waits_for_the_review_goes_on(
    state: Loop.State, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = draft_study()
    Stimulus.objects.filter(item__study=study).update(review=APPROVED)
    Loop.objects.create(study=study, state=state)
    advanced: list[Study] = []
    monkeypatch.setattr(advance, "advance", advanced.append)
    resume_waiting_loops([study])
    assert advanced == ([study] if state == Loop.State.WAITING else [])


def test_a_loop_waits_until_nothing_is_left_to_review(monkeypatch: pytest.MonkeyPatch) -> None:
    study = draft_study()
    loop = Loop.objects.create(study=study, state=Loop.State.WAITING)
    advanced: list[Study] = []
    monkeypatch.setattr(advance, "advance", advanced.append)
    resume_waiting_loops([study])
    loop.refresh_from_db()
    assert (advanced, loop.state) == ([], Loop.State.WAITING)
