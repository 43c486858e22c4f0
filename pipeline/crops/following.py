"""Photos whose lighter crop was drawn by hand are cut again at the heavier levels, by the rule.

A window that a researcher drew there stays, and is measured anew. Each crop is stored by itself, unless a
researcher has changed the photo again meanwhile: then it waits for the next job.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.crops.changed_crops import figures_of, remove, show_instead, test_again
from pipeline.crops.designers import designers_attention
from pipeline.crops.level_families import (
    Hiding,
    Seen,
    choose_several,
    drawn_attention,
    seen_by_item,
    trade_off_of,
    window_of,
)
from pipeline.crops.levels import count_left_out
from pipeline.crops.stimuli import note_subject, note_window, render
from pipeline.crops.subject_windows import NoReadableWindowError
from pipeline.crops.subjects import Subject, Subjects, subjects_of_photos
from pipeline.datasets import lighter_stimuli
from pipeline.models import Job
from pipeline.models.crop_maps import replace_maps
from pipeline.queue.claims import Claim, Write
from pipeline.queue.job_requests import enqueue, touch_queued
from pipeline.queue.study_lock import locked
from study.models import Item, Level, Pilot, Stimulus, Study
from study.tokens import new_token

FINDING_SHARE = 0.3  # of the progress bar: where the subjects are


def let_follow(item: Item, level: int) -> None:
    """Have a photo cut again from a level on, by a job that waits or a new one; hold the study's lock.

    What people of a pilot have chosen stays: they could tell it.
    """
    study = item.study
    item.hand_changes += 1
    later = study.levels.filter(number__gte=level, stimuli__isnull=False).exists()
    if later and Pilot.objects.of(study) is None:
        item.outdated_from = min(level, level if item.outdated_from is None else item.outdated_from)
        queue_following(study)
    item.save(update_fields=["hand_changes", "outdated_from"])


def queue_following(study: Study) -> None:
    """Queue a job that cuts outdated photos again, unless one waits that will see them."""
    if not touch_queued(study, Job.Kind.FOLLOW):
        enqueue(study, Job.Kind.FOLLOW, f"follow:{new_token()}")


def follow(claim: Claim) -> Write:
    """Cut every outdated photo of a study again, level by level from light to heavy.

    Returns a function that queues another job if a photo was changed by hand while this one ran.
    """
    study = claim.job.study
    photos = {item.pk: item for item in study.items.filter(outdated_from__isnull=False)}
    subjects = subjects_of_photos(study, list(photos.values()), claim) if photos else {}
    claim.progress(FINDING_SHARE, "where the subjects are")
    levels = list(study.levels.filter(number__gt=0, stimuli__isnull=False).distinct())
    for number, level in enumerate(levels):
        waiting = [item for item in photos.values() if (item.outdated_from or 0) <= level.number]
        for photo in _looked_at(level, waiting, subjects, claim):
            if not _cut(photo, level):
                del photos[photo.item.pk]
        done = FINDING_SHARE + (1 - FINDING_SHARE) * (number + 1) / len(levels)
        claim.progress(done, f"level {level.number}: {len(waiting)} photos")

    def store() -> None:
        for item in photos.values():
            Item.objects.filter(pk=item.pk, hand_changes=item.hand_changes).update(outdated_from=None)
        if study.items.filter(outdated_from__isnull=False).exists():
            queue_following(study)

    return store


@dataclass(frozen=True)
class _Photo:
    item: Item
    seen: Sequence[Seen]
    subject: Subject
    made_by: str


def _looked_at(level: Level, items: Sequence[Item], subjects: Subjects, claim: Claim) -> list[_Photo]:
    """Return photos with where their subject is, and where the networks look at their lighter crops."""
    lighter = list(lighter_stimuli(level).filter(item__in=items))
    if not lighter:
        return []
    designers, attention = designers_attention(level.study, lighter, claim, level.number - 1)
    made_by = ", ".join(str(run.pk) for run in designers)
    by_number = {item.pk: item for item in items}
    return [
        _Photo(by_number[item], seen, subjects[item], made_by)
        for item, seen in seen_by_item(lighter, attention).items()
    ]


def _cut(photo: _Photo, level: Level) -> bool:
    """Cut one photo at a level and store it; return False if a researcher has changed the photo meanwhile."""
    try:
        windows = choose_several(photo.subject.map, photo.seen, level, trade_off_of(level))
    except NoReadableWindowError:
        windows = []
    with locked(level.study):
        if not Item.objects.filter(pk=photo.item.pk, hand_changes=photo.item.hand_changes).exists():
            return False
        replace_maps(photo.item.pk, level.pk, photo.subject.map, drawn_attention(photo.seen, level))
        _store(photo, level, windows)
    return True


def _store(photo: _Photo, level: Level, windows: Sequence[Hiding]) -> None:
    crop = Stimulus.objects.filter(item=photo.item, level=level).select_related("item", "level").first()
    if crop and crop.by_hand:
        _measure(crop)
        return
    remove(Stimulus.candidates.filter(item=photo.item, level=level))
    if not windows:
        remove(Stimulus.objects.filter(item=photo.item, level=level))
        count_left_out(level, change=1 if crop else 0)
        return
    if crop is None:
        test_again(render(photo.item, level, windows[0], photo.subject, photo.made_by))
        count_left_out(level, change=-1)
    else:
        _replace(crop, windows[0], photo)
    if level.study.pilot:
        for number, window in enumerate(windows, start=1):
            render(photo.item, level, window, photo.subject, photo.made_by, candidate=number)


def _measure(crop: Stimulus) -> None:
    """Note what a window that a researcher drew keeps, by the photo's present maps."""
    if figures := figures_of(crop, window_of(crop)):
        note_window(crop, figures)
        crop.save()


def _replace(crop: Stimulus, hiding: Hiding, photo: _Photo) -> None:
    """Let a crop show what the rule takes now; a review of other pixels does not count for these."""
    before = window_of(crop), crop.covered
    note_subject(crop, photo.subject)
    note_window(crop, hiding)
    crop.made_by = photo.made_by
    if (window_of(crop), crop.covered) == before:
        crop.save()
        return
    crop.review = Stimulus.Review.PENDING
    show_instead(crop, hiding)
