"""Where the subject of each photo is, by the best evidence at hand, and what that evidence is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import numpy as np
from django.conf import settings
from numpy.typing import NDArray
from PIL import Image

from attacker.config import Device
from attacker.features.cache import DiskStore
from pipeline.crops.people_seen import PeopleSeen
from pipeline.datasets import examples_of, stimuli_at
from pipeline.models import CropMaps
from pipeline.queue.claims import Claim
from pipeline.storage import cache_directory
from study.models import Item, Stimulus, Study
from study.models.studies import LevelFamily, PersonDetector

if TYPE_CHECKING:
    from attacker.subjects.persons import Person, PersonRule

Source = Stimulus.SubjectSource
GRID = 28  # rows and columns of a map


@dataclass(frozen=True)
class Subject:
    """A map of the subject over the whole photo, [g, g] in [0, 1], and the evidence that it rests on."""

    map: NDArray[np.float64]
    source: str
    detail: str = ""
    people: int | None = None  # that a detector saw in the photo; None: it was not asked
    alike: bool = False  # another person is of like size
    seen: PeopleSeen | None = None  # who was seen, kept apart; None: nobody was looked for


Subjects = dict[int, Subject]  # by item
Evidence = Callable[[Study, Sequence[Stimulus], Claim], Subjects]
OnPhoto = Callable[[int, int], None]  # photos done, and all of them


def subjects_of(study: Study, claim: Claim, on_photo: OnPhoto = lambda _done, _all: None) -> Subjects:
    """Return the subject of every photo, whatever its class, by the best evidence that knows it.

    `on_photo` is called after each photo that a detector was shown. Raises WeightsError if the study asks a
    detector whose weights are not at hand.
    """
    stimuli = list(stimuli_at(study, [0], Item.Split.values))
    subjects: Subjects = {}
    by_subject = study.level_family == LevelFamily.SUBJECT
    for evidence in (*GIVEN, *([_landmarks] if by_subject else [])):
        subjects |= evidence(study, _unknown(stimuli, subjects), claim)
    people = people_of_photos(study, _unknown(stimuli, subjects), claim, on_photo)
    subjects |= _detected(study, people)
    for evidence in (*([_poses] if by_subject else []), _foregrounds):
        subjects |= evidence(study, _unknown(stimuli, subjects), claim)
    for item in [item for item, seen in people.items() if not seen]:
        subjects[item] = replace(subjects[item], people=0, seen=subjects[item].seen or PeopleSeen(()))
    return subjects | _picked(study, stimuli, people, subjects)


def subjects_of_photos(study: Study, items: Sequence[Item], claim: Claim) -> Subjects:
    """Return the subjects of some photos as these were cut; all are located anew where a map was not stored.

    What a network takes for a subject without being told depends on all photos: to locate a few by themselves
    would give others than before.
    """
    stored = {maps.item_id: maps for maps in CropMaps.objects.filter(item__in=items, current=True)}
    cropped = Stimulus.objects.filter(item__in=items, level__number__gt=0).exclude(subject_source="")
    crops = {crop.item_id: crop for crop in cropped}
    are_known = all(item.pk in stored and item.pk in crops for item in items)
    located = {} if are_known else subjects_of(study, claim)
    picked = list(
        stimuli_at(study, [0], Item.Split.values).filter(item__in=items, item__picked__isnull=False)
    )
    for number in stored.keys() & crops.keys():
        crop = crops[number]
        evidence = crop.subject_source, crop.subject_detail, crop.subject_people, crop.people_alike
        located[number] = Subject(stored[number].subject, *evidence)
    among_people = [stimulus for stimulus in picked if stimulus.item.picked_person]
    people = people_of_photos(study, among_people, claim, lambda _done, _all: None)
    return located | _picked(study, picked, people, {})


def people_of_photos(
    study: Study, stimuli: Sequence[Stimulus], claim: Claim, on_photo: OnPhoto
) -> dict[int, list[Person]]:
    """Return the people in each photo, by item; nothing where the study asks no detector.

    Raises WeightsError if the detector's weights are not at hand; the message says where to get them.
    """
    if study.person_detector == PersonDetector.NONE or not stimuli:
        return {}
    from attacker.subjects.detection import find_people

    people = find_people(
        examples_of(stimuli),
        study.person_detector,
        weights=settings.SWEETSPOT_DETECTOR_WEIGHTS,
        grid=GRID,
        cache_dir=cache_directory("subjects"),
        device=cast(Device, study.device),
        on_progress=lambda progress: on_photo(progress.epoch, progress.epochs),
        should_stop=claim.should_stop,
    )
    return {stimulus.item_id: seen for stimulus, seen in zip(stimuli, people, strict=True)}


def _unknown(stimuli: Sequence[Stimulus], subjects: Subjects) -> list[Stimulus]:
    return [stimulus for stimulus in stimuli if stimulus.item_id not in subjects]


def _detected(study: Study, people: Mapping[int, Sequence[Person]]) -> Subjects:
    """Return, of the people that a detector saw, the one whom the study's rule takes."""
    from attacker.subjects.persons import choose_person

    subjects: Subjects = {}
    for item, seen in people.items():
        if seen:
            choice = choose_person(seen, cast("PersonRule", study.person_rule))
            detail = f"{study.person_detector}, the {study.person_rule} of {len(seen)}"
            apart = PeopleSeen.in_photo(seen, choice.number)
            subjects[item] = Subject(
                seen[choice.number].map, Source.DETECTOR, detail, len(seen), choice.doubtful, apart
            )
    return subjects


def _picked(
    study: Study, stimuli: Sequence[Stimulus], people: Mapping[int, Sequence[Person]], otherwise: Subjects
) -> Subjects:
    """Return the subjects that a researcher picked: a person's own map where a detector saw them, else a box.

    `otherwise` are the same photos' subjects without that, from which is kept who was seen.
    """
    from attacker.photos.subject_boxes import Box, box_map
    from attacker.subjects.persons import person_at

    subjects: Subjects = {}
    for stimulus in stimuli:
        item, apart = stimulus.item, otherwise.get(stimulus.item_id)
        if not item.picked:
            continue
        seen, box = people.get(item.pk, []), Box(*item.picked)
        number = person_at(seen, box) if item.picked_person else None
        source = Source.PICKED if item.picked_person else Source.DRAWN
        known = len(seen) if item.pk in people else None
        if number is None:
            subjects[item.pk] = Subject(box_map(box, GRID).astype(float), source, people=known)
        else:
            detail = f"{study.person_detector}, person {number + 1} of {len(seen)}"
            subjects[item.pk] = Subject(seen[number].map, source, detail, known)
        if apart is not None:
            subjects[item.pk] = replace(subjects[item.pk], seen=apart.seen)
    return subjects


def _masks(_study: Study, stimuli: Sequence[Stimulus], _claim: Claim) -> Subjects:
    """Return the masks that came with photos."""
    from attacker.photos.subject_masks import mask_map

    subjects: Subjects = {}
    for stimulus in stimuli:
        if stimulus.item.mask:
            with stimulus.item.mask.open("rb") as stored, Image.open(stored) as mask:
                subjects[stimulus.item_id] = Subject(mask_map(np.asarray(mask), GRID), Source.MASK)
    return subjects


def _boxes(_study: Study, stimuli: Sequence[Stimulus], _claim: Claim) -> Subjects:
    """Return the boxes that came with photos."""
    from attacker.photos.subject_boxes import Box, box_map

    return {
        stimulus.item_id: Subject(box_map(Box(*stimulus.item.box), GRID).astype(float), Source.BOX)
        for stimulus in stimuli
        if stimulus.item.box
    }


def _landmarks(_study: Study, stimuli: Sequence[Stimulus], _claim: Claim) -> Subjects:
    """Return the bodies around the landmarks that people have set in photos."""
    return _bodies([stimulus for stimulus in stimuli if not stimulus.item.landmarks_by], Source.LANDMARKS)


def _poses(_study: Study, stimuli: Sequence[Stimulus], _claim: Claim) -> Subjects:
    """Return the bodies around the landmarks that a program has estimated."""
    return _bodies([stimulus for stimulus in stimuli if stimulus.item.landmarks_by], Source.POSE)


def _bodies(stimuli: Sequence[Stimulus], source: str) -> Subjects:
    from attacker.attention.body_segments import body_map
    from attacker.photos.landmarks import Landmark

    subjects: Subjects = {}
    for stimulus in stimuli:
        item = stimulus.item
        pose = {name: Landmark(*place) for name, place in (item.landmarks or {}).items()}
        body = body_map(pose, (item.width, item.height), GRID)
        if body is not None:
            detail = ", ".join(filter(None, (item.landmarks_by, f"{len(pose)} joints")))
            subjects[item.pk] = Subject(body, source, detail, seen=PeopleSeen.by_pose(pose))
    return subjects


def _foregrounds(study: Study, stimuli: Sequence[Stimulus], claim: Claim) -> Subjects:
    """Return the foregrounds by a network's features, cached by content and recipe."""
    if not stimuli:
        return {}
    from attacker import subject_maps
    from attacker.attention.foreground import recipe

    architecture = study.architectures[0]
    content = " ".join([recipe(architecture), *(stimulus.sha256 for stimulus in stimuli)])
    key = f"maps/{hashlib.sha256(content.encode()).hexdigest()}"
    cache = DiskStore(cache_directory("subjects"))
    maps = cache.get(key)
    if maps is None:
        device = cast(Device, study.device)
        maps = subject_maps(architecture, examples_of(stimuli), device=device, should_stop=claim.should_stop)
        cache.put(key, maps)
    by_subject = study.level_family == LevelFamily.SUBJECT
    return {
        stimulus.item_id: _foreground(foreground.astype(float), architecture, by_subject)
        for stimulus, foreground in zip(stimuli, maps, strict=True)
    }


def _foreground(foreground: NDArray[np.float64], architecture: str, by_subject: bool) -> Subject:
    """Return what stands out; where levels are cut by it, parts that stand out alike are kept apart."""
    from attacker.subjects.standing_apart import parts_apart

    subject = Subject(foreground, Source.FOREGROUND, architecture)
    parts = parts_apart(foreground) if by_subject else []
    return subject if len(parts) < 2 else replace(subject, alike=True, seen=PeopleSeen.as_parts(parts))


GIVEN: tuple[Evidence, ...] = (_masks, _boxes)  # the better first; studies by photo know no other given ones
