"""Undoing the last decision about crops: reviews, windows and what followed them are as they were before."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from pipeline.actions.hand_cutting import at_rest, check_changeable
from pipeline.audit import record
from pipeline.crops.changed_crops import (
    check_not_dropped,
    check_not_frozen,
    forget_checks,
    remove,
    show_instead,
    test_again,
)
from pipeline.crops.levels import count_left_out
from pipeline.crops.stimuli import hiding_of, render
from pipeline.models import CropChange, CropMaps
from pipeline.models.crop_changes import Before, CropState, PhotoState
from pipeline.queue.study_lock import locked
from study.freezing.freeze import has_people
from study.models import Item, Level, Stimulus, Study


class NothingToUndoError(ValueError):
    """There is no decision of this researcher, or somebody else has decided since."""


def undo_last(user: Any, study: Study, token: str = "") -> CropChange:
    """Undo the newest decision that this researcher took about the study's crops, and did not undo yet.

    A `token` names the decision that is meant: what is undone already is not undone again, nor anything else
    instead. Raises NothingToUndoError if there is none, or somebody else has decided about the same photo
    since; StudyBusyError if crops would have to be cut while the loop or a job works with them;
    StimulusInUseError if a crop is in use meanwhile.
    """
    own = CropChange.objects.filter(study=study, user=user)
    meant = own.filter(token=token).first() if token else None
    if meant and meant.undone_at:
        return meant
    change = own.filter(undone_at=None).order_by("-pk").first()
    if change is None or (token and change != meant):
        raise NothingToUndoError(
            "There is nothing of yours to undo in this study, or you have decided anew since."
        )
    _undo(user, study, change)
    change.refresh_from_db()
    return change


def _undo(user: Any, study: Study, change: CropChange) -> None:
    before = change.found
    with at_rest(study) if before.photo else locked(study):
        _check_nobody_else(change)
        if not CropChange.objects.filter(pk=change.pk, undone_at=None).update(undone_at=timezone.now()):
            raise NothingToUndoError("This decision is undone already.")
        if before.photo:
            _restore_photo(study, before, before.photo)
        else:
            _restore_reviews(study, before)
        record(user, study, f"undid: {change.kind} of {len(before.crops)} crops")


def _check_nobody_else(change: CropChange) -> None:
    later = CropChange.objects.filter(study=change.study, pk__gt=change.pk, undone_at=None)
    for other in later.select_related("user"):
        if other.items & change.items:
            who = other.user or "Somebody"
            raise NothingToUndoError(f"{who} has decided about this photo since: decide anew.")


def _restore_reviews(study: Study, before: Before) -> None:
    items, levels = {crop.item for crop in before.crops}, {crop.level for crop in before.crops}
    reviewed = Stimulus.objects.filter(item__study=study, item__in=items, level__in=levels)
    stimuli = {(crop.item_id, crop.level_id): crop for crop in reviewed}
    people = has_people(study)
    for state in before.crops:
        stimulus = stimuli.get((state.item, state.level))
        if stimulus is None:
            continue
        check_not_dropped(stimulus)
        if people and state.review == Stimulus.Review.DISCARDED:
            check_not_frozen(stimulus)
        stimulus.review = state.review
    Stimulus.objects.bulk_update(stimuli.values(), ["review"], batch_size=500)


def _restore_photo(study: Study, before: Before, photo: PhotoState) -> None:
    """Put windows, figures, reviews and maps of a photo back, from the level on where it was changed."""
    item = study.items.get(pk=photo.item)
    first = study.levels.get(number=before.from_level)
    check_changeable(item, first)
    levels = {level.pk: level for level in study.levels.filter(number__gte=before.from_level)}
    _count_left_out(item, levels, photo)
    _restore_crops(item, levels, before.crops)
    CropMaps.objects.filter(item=item).update(current=False)
    CropMaps.objects.filter(pk__in=photo.maps).update(current=True)
    forget_checks(first)
    item.outdated_from, item.hand_changes = photo.outdated_from, item.hand_changes + 1
    item.picked, item.picked_person = photo.picked, photo.picked_person
    item.save(update_fields=["outdated_from", "hand_changes", "picked", "picked_person"])


def _restore_crops(item: Item, levels: dict[int, Level], states: tuple[CropState, ...]) -> None:
    there = {(crop.level_id, crop.candidate): crop for crop in _crops(item, levels)}
    wanted = {(state.level, state.candidate) for state in states}
    remove([crop for key, crop in there.items() if key not in wanted])
    for state in states:
        crop = there.get((state.level, state.candidate))
        if crop is None:
            crop = render(item, levels[state.level], hiding_of(state), candidate=state.candidate)
            test_again(crop)
        _restore_crop(crop, state)


def _restore_crop(crop: Stimulus, state: CropState) -> None:
    shows_the_same = CropState.of(crop).picture == state.picture
    for name, value in state.fields().items():
        setattr(crop, name, value)
    if shows_the_same:
        crop.save()
    else:
        show_instead(crop, hiding_of(state))


def _crops(item: Item, levels: dict[int, Level]) -> list[Stimulus]:
    crops = Stimulus.of_any_kind.filter(item=item, level__in=levels.values())
    return list(crops.select_related("item", "level"))


def _count_left_out(item: Item, levels: dict[int, Level], photo: PhotoState) -> None:
    there = {crop.level_id for crop in _crops(item, levels) if not crop.candidate}
    for level in levels.values():
        if level.stimuli.exists():
            now, then = level.pk not in there, level.number in photo.left_out
            count_left_out(level, change=then - now)
