"""Render all photos of a study at one level, cut by the attention of the crop designers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import msgspec
from django.db import transaction

from attacker.photos.decoding import side_by_side
from pipeline.crops.designers import designers_attention
from pipeline.crops.level_families import (
    UNTOUCHED,
    Hiding,
    Seen,
    choose_several,
    drawn_attention,
    seen_by_item,
    sides_of,
    trade_off_of,
)
from pipeline.crops.levels import CropReport
from pipeline.crops.people_seen import note_people
from pipeline.crops.sharpness import is_to_settle, shared_pixels
from pipeline.crops.stimuli import MAXIMUM_SIDE, Pixels, has_file, original, pixels_of, render
from pipeline.crops.subject_windows import NoReadableWindowError, Sides
from pipeline.crops.subjects import Subject, subjects_of
from pipeline.crops.trade_off import TradeOff
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


@dataclass(frozen=True)
class Cut:
    """What a photo shows at a level, by the rule first; no window if none shows enough of its subject."""

    photo: Photo
    windows: Sequence[Hiding]
    pixels: Sequence[Pixels | None]  # None: a window without a file


def cut_level(claim: Claim) -> Write:
    """Render one level; existing stimuli stay, and photos are stored one by one.

    Returns a function that stores how many photos were left out, as no window shows enough of their subject.
    """
    level = claim.job.study.levels.get(number=CropParams.of(claim.job).level)
    photos = _looked_at(level, claim) if level.number else [Photo(item) for item in level.study.items.all()]
    if is_to_settle(level):
        _settle_pixels(level, photos, claim)
    looked = LOOKING_SHARE if level.number else 0.0
    trade_off, left_out = trade_off_of(level), 0
    cuts = side_by_side(partial(_cut, level=level, trade_off=trade_off), photos)
    for number, cut in enumerate(cuts):
        _store(cut, level)
        left_out += not cut.windows
        done = looked + (1 - looked) * (number + 1) / len(photos)
        claim.progress(done, f"{number + 1} of {len(photos)} photos")

    def store() -> None:
        Job.objects.filter(pk=claim.job.pk).update(report=msgspec.to_builtins(CropReport(left_out)))

    return store


def _cut(photo: Photo, *, level: Level, trade_off: TradeOff) -> Cut:
    """Choose the windows of a photo and draw their files; without a look at the database, as in a thread."""
    windows: Sequence[Hiding] = [UNTOUCHED]
    if photo.subject is not None:
        try:
            windows = choose_several(photo.subject.map, photo.seen, level, trade_off)
        except NoReadableWindowError:
            return Cut(photo, (), ())
    picture = original(photo.item)
    drawn = len(windows) if has_file(photo.item, candidate=1) else 1
    pixels = [pixels_of(picture, window, level) for window in windows[:drawn]]
    return Cut(photo, windows, [*pixels, *[None] * (len(windows) - drawn)])


def _store(cut: Cut, level: Level) -> None:
    """Store what a photo shows by the crop rule and, where people are to choose, what else they may take."""
    photo = cut.photo
    if not cut.windows:
        return
    of_photo = partial(render, photo.item, level, subject=photo.subject, made_by=photo.made_by)
    with transaction.atomic():
        if photo.subject is not None and current_maps(photo.item.pk, level.pk) is None:
            replace_maps(photo.item.pk, level.pk, photo.subject.map, drawn_attention(photo.seen, level))
        of_photo(cut.windows[0], pixels=cut.pixels[0])
        if photo.subject is not None and level.study.pilot:
            for number, (window, pixels) in enumerate(zip(cut.windows, cut.pixels, strict=True), start=1):
                of_photo(window, candidate=number, pixels=pixels)


def _settle_pixels(level: Level, photos: Sequence[Photo], claim: Claim) -> None:
    """Decide with how many pixels the crops of a level are shown."""
    level.crop_pixels, sides = None, []
    for number, of_photo in enumerate(side_by_side(partial(_sides, level=level), photos)):
        sides += of_photo
        claim.progress(LOOKING_SHARE, f"size of {number + 1} of {len(photos)} crops")
    level.crop_pixels = min(shared_pixels(sides), MAXIMUM_SIDE) if sides else None
    level.save(update_fields=["crop_pixels"])


def _sides(photo: Photo, *, level: Level) -> list[Sides]:
    """Return how large the crop of a photo is and may be; nothing where no window is readable."""
    assert photo.subject is not None  # every photo of a crop level was looked at
    try:
        return [sides_of(photo.subject.map, photo.seen, level)]
    except NoReadableWindowError:
        return []


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
