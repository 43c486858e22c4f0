"""Render all photos of a study at one level, cut by the attention of the crop designers."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from pipeline.crops.designers import designers_attention
from pipeline.crops.level_families import Seen, choose_several, drawn_attention, seen_by_item, sides_of
from pipeline.crops.levels import CropReport
from pipeline.crops.people_seen import note_people
from pipeline.crops.sharpness import is_to_settle, shared_pixels
from pipeline.crops.stimuli import MAXIMUM_SIDE, render
from pipeline.crops.subject_windows import NoReadableWindowError
from pipeline.crops.subjects import Subject, subjects_of
from pipeline.datasets import lighter_stimuli
from pipeline.models import Job
from pipeline.models.crop_maps import current_maps, replace_maps
from pipeline.models.job_params import CropParams
from pipeline.queue.claims import Claim, Write
from study.models import Item, Level

LOOKING_SHARE = 0.5  # of the progress bar: computing maps; cutting is the rest


@dataclass(frozen=True)
class Photo:
    """What is known of a photo when it is cut; nothing at the level that shows it whole."""

    item: Item
    seen: Sequence[Seen] = ()
    subject: Subject | None = None
    made_by: str = ""


def cut_level(claim: Claim) -> Write:
    """Render one level; existing stimuli stay, and files are stored one by one.

    Returns a function that stores how many photos were left out, as no window shows enough of their subject.
    """
    level = claim.job.study.levels.get(number=CropParams.of(claim.job).level)
    photos = _looked_at(level, claim) if level.number else [Photo(item) for item in level.study.items.all()]
    if is_to_settle(level):
        _settle_pixels(level, photos, claim)
    looked = LOOKING_SHARE if level.number else 0.0
    left_out = 0
    for number, photo in enumerate(photos):
        try:
            _render(photo, level)
        except NoReadableWindowError:
            left_out += 1
        done = looked + (1 - looked) * (number + 1) / len(photos)
        claim.progress(done, f"{number + 1} of {len(photos)} photos")

    def store() -> None:
        Job.objects.filter(pk=claim.job.pk).update(report=msgspec.to_builtins(CropReport(left_out)))

    return store


def _render(photo: Photo, level: Level) -> None:
    """Render a photo by the crop rule and, where people are to choose, what else they may take.

    Raises NoReadableWindowError.
    """
    if photo.subject is None:
        render(photo.item, level)
        return
    several = level.study.pilot_candidates if level.study.pilot else 1
    windows = choose_several(photo.subject.map, photo.seen, level, several)
    if current_maps(photo.item.pk, level.pk) is None:
        replace_maps(photo.item.pk, level.pk, photo.subject.map, drawn_attention(photo.seen, level))
    render(photo.item, level, windows[0], photo.subject, photo.made_by)
    if level.study.pilot:
        for number, window in enumerate(windows, start=1):
            render(photo.item, level, window, photo.subject, photo.made_by, candidate=number)


def _settle_pixels(level: Level, photos: Sequence[Photo], claim: Claim) -> None:
    """Decide with how many pixels the crops of a level are shown."""
    level.crop_pixels, sides = None, []
    for number, photo in enumerate(photos):
        assert photo.subject is not None  # every photo of a crop level was looked at
        with suppress(NoReadableWindowError):
            sides.append(sides_of(photo.subject.map, photo.seen, level))
        claim.progress(LOOKING_SHARE, f"size of {number + 1} of {len(photos)} crops")
    level.crop_pixels = min(shared_pixels(sides), MAXIMUM_SIDE) if sides else None
    level.save(update_fields=["crop_pixels"])


def _looked_at(level: Level, claim: Claim) -> list[Photo]:
    """Return the photos of a level with where their subject is, and where the network looks."""
    subjects = subjects_of(
        level.study,
        claim,
        lambda done, all_: claim.progress(
            LOOKING_SHARE / 2 * done / all_, f"people in {done} of {all_} photos"
        ),
    )
    claim.progress(LOOKING_SHARE / 2, "where the subject is")
    note_people((item, subjects[item.pk].seen) for item in level.study.items.all() if item.pk in subjects)
    lighter = list(lighter_stimuli(level))
    designers, attention = designers_attention(level.study, lighter, claim)
    claim.progress(LOOKING_SHARE, "where the network looks")
    made_by = ", ".join(str(run.pk) for run in designers)
    return [
        Photo(seen[-1].stimulus.item, seen, subjects[item], made_by)
        for item, seen in seen_by_item(lighter, attention).items()
    ]
