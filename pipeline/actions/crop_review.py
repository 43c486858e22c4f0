"""A researcher's decisions about crops: stored and logged; a loop that waited for them goes on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from pipeline.actions.hand_cutting import repeated
from pipeline.audit import record
from pipeline.crops.changed_crops import check_not_dropped, check_not_frozen
from pipeline.loop import advance
from pipeline.models import CropChange, Loop
from pipeline.models.crop_changes import Before, CropState
from pipeline.queue.study_lock import locked
from study.freezing.freeze import has_people
from study.models import Item, Level, Stimulus, Study
from study.models.photos import StimulusQuerySet
from study.tokens import new_token


def review(user: Any, stimulus: Stimulus, decision: Stimulus.Review, token: str | None = None) -> CropChange:
    """Approve or discard one crop; call `resume_waiting_loops` after the last of them.

    Before the first participant, the next version leaves a discarded crop out; approving it changes nothing.
    What people of a pilot could not tell stays left out. The same `token` again changes nothing more. Raises
    StimulusInUseError if a crop is to be discarded that is in a frozen version which people take part in, or
    if people of the pilot have decided about it.
    """
    study = stimulus.level.study
    with locked(study):
        if done := repeated(study, token):
            return done
        stimulus.refresh_from_db(fields=["review"])
        check_not_dropped(stimulus)
        if decision == Stimulus.Review.DISCARDED and has_people(study):
            check_not_frozen(stimulus)
        change = _noted(user, study, [stimulus], token)
        stimulus.review = decision
        stimulus.save(update_fields=["review"])
        record(user, study, f"{decision.value} stimulus {stimulus.pk}")
    return change


def approve_level(user: Any, level: Level) -> int:
    """Approve every crop of a level that was not reviewed, as one decision; return how many there were."""
    with locked(level.study):
        waiting = list(reviewable_crops(level).filter(review=Stimulus.Review.PENDING))
        if waiting:
            _noted(user, level.study, waiting, None)
            crops = Stimulus.objects.filter(pk__in=[crop.pk for crop in waiting])
            crops.update(review=Stimulus.Review.APPROVED)
        record(user, level.study, f"approved {len(waiting)} crops of level {level.number}")
    return len(waiting)


def reviewable_crops(level: Level) -> StimulusQuerySet:
    """Return the crops of a level that a person looks at: those of test photos, discarded ones too."""
    return level.stimuli.filter(item__split=Item.Split.TEST, candidate=0)


def resume_waiting_loops(studies: Iterable[Study]) -> None:
    """Let loops that waited for the crop review take their next decision, once nothing is left to review.

    A loop that still has to wait goes on waiting: it never counts as running, which would keep people from
    drawing windows.
    """
    for study in studies:
        crops = Stimulus.objects.filter(level__study=study, level__number__gt=0).for_people()
        pending = crops.filter(review=Stimulus.Review.PENDING).exists()
        if not pending and Loop.objects.filter(study=study, state=Loop.State.WAITING).exists():
            advance.advance(study)


def _noted(user: Any, study: Study, crops: Sequence[Stimulus], token: str | None) -> CropChange:
    before = msgspec.to_builtins(Before(tuple(map(CropState.of, crops))))
    return CropChange.objects.create(
        study=study, user=user, kind=CropChange.Kind.REVIEW, token=token or new_token(), before=before
    )
