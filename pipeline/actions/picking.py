"""Picking the subject of a photo by hand: one of the people seen in it, or a box drawn around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.actions.hand_cutting import at_rest, check_changeable, journal, repeated
from pipeline.audit import record
from pipeline.crops.changed_crops import StimulusInUseError, forget_checks
from pipeline.crops.following import let_follow
from pipeline.crops.people_seen import PersonBox, people_in
from pipeline.models import CropChange
from study.models import Item, Pilot, Stimulus

FIRST_CROP = 1  # the lightest level that cuts
LEAST_SIDE = 0.01  # of the photo


class NoSuchSubjectError(ValueError):
    """There is no such person in the photo, or the box is none."""


@dataclass(frozen=True)
class PickedSubject:
    """Who or what a photo is about: the number (from 1) of a person seen in it, or a box around it."""

    person: int | None = None
    box: PersonBox | None = None

    def box_in(self, item: Item) -> PersonBox:
        """Return where the subject is.

        Raises NoSuchSubjectError if nobody of this number was seen, or the box is empty.
        """
        boxes = people_in(item).boxes
        if self.person is not None:
            if not 1 <= self.person <= len(boxes):
                raise NoSuchSubjectError(
                    f"{len(boxes)} people were seen in this photo; there is no number {self.person}."
                )
            return boxes[self.person - 1]
        left, top, right, bottom = self.box or (0.0, 0.0, 0.0, 0.0)
        if min(right - left, bottom - top) < LEAST_SIDE or min(left, top) < 0 or max(right, bottom) > 1:
            raise NoSuchSubjectError("Draw a box around the subject that is not empty and lies in the photo.")
        return left, top, right, bottom


def pick_subject(user: Any, item: Item, picked: PickedSubject, token: str | None = None) -> CropChange:
    """Say which subject a photo is about; all its crops are cut again, also those that were drawn by hand.

    The same `token` again changes nothing more. Raises NoSuchSubjectError if there is no such person, or the
    box is empty; StudyBusyError while the loop or a job works with the study's crops; StimulusInUseError if a
    crop of the photo cannot change any more, or people of a pilot have been asked about it.
    """
    study = item.study
    if done := repeated(study, token):
        return done
    with at_rest(study):
        item.refresh_from_db()
        box, level = picked.box_in(item), study.levels.get(number=FIRST_CROP)
        check_changeable(item, level)
        if Pilot.objects.of(study) is not None:
            raise StimulusInUseError(
                "People of the pilot were asked about this photo as it is cut: it stays so."
            )
        change = journal(user, CropChange.Kind.PICK, item, level, token)
        item.picked, item.picked_person = list(box), picked.person is not None
        item.save(update_fields=["picked", "picked_person"])
        Stimulus.of_any_kind.filter(item=item).update(by_hand=False)
        forget_checks(level)
        let_follow(item, FIRST_CROP)
        whom = f"person {picked.person}" if picked.person else "a box"
        record(user, study, f"picked {whom} as the subject of photo {item.pk}")
    return change
