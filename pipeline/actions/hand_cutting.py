"""Work by hand on the crops of a photo, while nothing else works on those of the study."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from pipeline.actions.hand_windows import HandWindow, window_for
from pipeline.audit import record
from pipeline.crops.changed_crops import StimulusInUseError, check_unused, forget_checks, recrop
from pipeline.crops.following import let_follow
from pipeline.crops.level_families import window_of
from pipeline.loop.advance import LOOP_KINDS
from pipeline.models import CropChange, CropMaps, Job, Loop
from pipeline.models.crop_changes import Before, CropState, PhotoState
from pipeline.queue.study_lock import locked
from study.freezing.freeze import has_people
from study.models import Item, Level, Stimulus, Study
from study.tokens import new_token


class StudyBusyError(RuntimeError):
    """The loop or a job works on the study's crops; the message says how to go on."""


@contextmanager
def at_rest(study: Study) -> Iterator[None]:
    """Hold a study while a person changes its crops; the loop takes no decision before the block is stored.

    Raises StudyBusyError if the loop runs, or a job that makes or reads the study's crops waits or runs.
    """
    with locked(study):
        _check_at_rest(study)
        yield


def _check_at_rest(study: Study) -> None:
    if Loop.objects.filter(study=study, state=Loop.State.RUNNING).exists():
        raise StudyBusyError(
            "The loop runs and works with these crops. Stop it on the desk, change the crop, and start "
            "it again; or wait until it waits for you or has finished."
        )
    kinds = [kind for kind in LOOP_KINDS if kind != Job.Kind.FOLLOW]
    job = study.jobs.unfinished().filter(kind__in=kinds).without_retests().first()
    if job is not None:
        raise StudyBusyError(
            f"The job {job.key} works with these crops. Wait until it is done, then change the crop."
        )


def redraw(user: Any, stimulus: Stimulus, drawn: HandWindow, token: str | None = None) -> CropChange:
    """Cut one crop where a researcher drew its window; the photo's heavier crops follow by the rule.

    The same `token` again changes nothing more. Raises StudyBusyError while the loop or a job works with the
    study's crops; StimulusInUseError if the crop cannot change any more, or is none that people judge;
    CropError if the window is too small, or a level that shows the whole photo has none.
    """
    study, level = stimulus.level.study, stimulus.level
    if done := repeated(study, token):
        return done
    window = window_for(stimulus, drawn)
    with at_rest(study):
        stimulus.refresh_from_db()
        check_changeable(stimulus.item, level)
        change = journal(user, CropChange.Kind.REDRAW, stimulus.item, level, token)
        recrop(stimulus, window)
        forget_checks(level)
        let_follow(stimulus.item, level.number if stimulus.subject_kept is None else level.number + 1)
        record(user, study, f"cut stimulus {stimulus.pk} by hand at {window_of(stimulus)}")
    return change


def check_changeable(item: Item, level: Level) -> None:
    """Let a photo be changed from a level on only while nothing that counts was made from its crops.

    Raises StimulusInUseError if attackers may have learned from the photo, people take part, or one of its
    crops is in use.
    """
    if item.split != Item.Split.TEST:
        raise StimulusInUseError(
            f"This is a {item.split} photo: attackers learn from it as the rule cuts it. Only crops of test "
            "photos are changed by hand."
        )
    crops = Stimulus.objects.filter(item=item, level__number__gte=level.number)
    for crop in crops.select_related("level__study"):
        check_unused(crop)
    if has_people(item.study):
        raise StimulusInUseError(
            "People take part in this study: its crops, and what was checked on them, stay. Make a new study."
        )


def repeated(study: Study, token: str | None) -> CropChange | None:
    """Return the change that a request with this token has made already."""
    return CropChange.objects.filter(study=study, token=token).first() if token else None


def journal(user: Any, kind: CropChange.Kind, item: Item, level: Level, token: str | None) -> CropChange:
    """Note the state of a photo from a level on, before it is changed."""
    crops = Stimulus.of_any_kind.filter(item=item, level__number__gte=level.number).select_related("level")
    there = {crop.level.number for crop in crops if not crop.candidate}
    cut = item.study.levels.filter(number__gte=level.number, stimuli__isnull=False).distinct()
    photo = PhotoState(
        item.pk,
        outdated_from=item.outdated_from,
        picked=tuple(item.picked) if item.picked else None,
        picked_person=item.picked_person,
        maps=tuple(CropMaps.objects.filter(item=item, current=True).values_list("pk", flat=True)),
        left_out=tuple(other.number for other in cut if other.number not in there),
    )
    before = Before(tuple(CropState.of(crop) for crop in crops), photo, level.number)
    return CropChange.objects.create(
        study=item.study, user=user, kind=kind, token=token or new_token(), before=msgspec.to_builtins(before)
    )
