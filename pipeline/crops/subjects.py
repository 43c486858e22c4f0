"""Where the subject of each photo is, by the best evidence at hand, and what that evidence is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from attacker.config import Device
from attacker.features.cache import DiskStore
from pipeline.datasets import examples_of, stimuli_at
from pipeline.queue.claims import Claim
from pipeline.storage import cache_directory
from study.models import Item, Stimulus, Study
from study.models.studies import LevelFamily

Source = Stimulus.SubjectSource
GRID = 28  # rows and columns of a map


@dataclass(frozen=True)
class Subject:
    """A map of the subject over the whole photo, [g, g] in [0, 1], and the evidence that it rests on."""

    map: NDArray[np.float64]
    source: str
    detail: str = ""


Subjects = dict[int, Subject]  # by item
Evidence = Callable[[Study, Sequence[Stimulus], Claim], Subjects]


def subjects_of(study: Study, claim: Claim) -> Subjects:
    """Return the subject of every photo, whatever its class, by the best evidence that knows it."""
    stimuli = list(stimuli_at(study, [0], Item.Split.values))
    subjects: Subjects = {}
    for evidence in BY_SUBJECT if study.level_family == LevelFamily.SUBJECT else BY_PHOTO:
        unknown = [stimulus for stimulus in stimuli if stimulus.item_id not in subjects]
        if unknown:
            subjects |= evidence(study, unknown, claim)
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
            subjects[item.pk] = Subject(body, source, detail)
    return subjects


def _foregrounds(study: Study, stimuli: Sequence[Stimulus], claim: Claim) -> Subjects:
    """Return the foregrounds by a network's features, cached by content and recipe."""
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
    return {
        stimulus.item_id: Subject(foreground.astype(float), Source.FOREGROUND, architecture)
        for stimulus, foreground in zip(stimuli, maps, strict=True)
    }


# The best evidence first; each is asked for the photos whose subject is still unknown.
BY_SUBJECT: tuple[Evidence, ...] = (_masks, _boxes, _landmarks, _poses, _foregrounds)
BY_PHOTO: tuple[Evidence, ...] = (_masks, _boxes, _foregrounds)  # as studies under way were cut
