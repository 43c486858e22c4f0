"""Each photo at each level, rendered once to a file: people and attacker see these very pixels."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import partial
from math import nan

from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image

from pipeline.crops.grey_boxes import Cover, cover, from_hex, to_hex
from pipeline.crops.level_families import UNTOUCHED, Hiding, window_of
from pipeline.crops.subject_windows import SubjectChoice
from pipeline.crops.subjects import Subject
from pipeline.crops.windows import WHOLE, Choice, Window
from pipeline.intake.photo_file import encode_png
from pipeline.models.crop_changes import CropState
from study.models import Item, Level, Stimulus
from study.tokens import new_token

MAXIMUM_SIDE = 768  # larger crops are reduced to this; smaller ones are never enlarged


def shown(photo: Image.Image, hiding: Hiding, level: Level) -> Image.Image:
    """Return the pixels of a photo at a level, where that is settled as many as every other crop has.

    Else they are reduced if larger than `MAXIMUM_SIDE`, and never enlarged.
    """
    if isinstance(hiding, Cover):
        visible = cover(photo, hiding.cells)
    else:
        visible = photo.crop(hiding.window.pixels(photo.width, photo.height))
    if level.crop_pixels:
        return visible.resize((level.crop_pixels, level.crop_pixels), Image.Resampling.LANCZOS)
    if max(visible.size) > MAXIMUM_SIDE:
        visible.thumbnail((MAXIMUM_SIDE, MAXIMUM_SIDE), Image.Resampling.LANCZOS, reducing_gap=None)
    return visible


@dataclass(frozen=True)
class Pixels:
    """The file of a stimulus, before it is stored."""

    data: bytes
    width: int
    height: int

    @property
    def sha256(self) -> str:
        """Hash of the file."""
        return hashlib.sha256(self.data).hexdigest()


def pixels_of(photo: Image.Image, hiding: Hiding, level: Level) -> Pixels:
    """Return the file that shows a photo at a level."""
    visible = shown(photo, hiding, level)
    return Pixels(encode_png(visible), *visible.size)


def original(item: Item) -> Image.Image:
    """Return the source photo, decoded."""
    with item.photo.open("rb") as stored, Image.open(io.BytesIO(stored.read())) as photo:
        return photo.convert("RGB")


def render(
    item: Item,
    level: Level,
    hiding: Hiding = UNTOUCHED,
    subject: Subject | None = None,
    made_by: str = "",
    candidate: int = 0,
    pixels: Pixels | None = None,
) -> Stimulus:
    """Store the stimulus of a photo at a level, and return it; an existing one stays as it is.

    `pixels` are those that it shows, where they were drawn before.
    With the number of a candidate it is a window that a pilot asks about. People see those of test photos
    only, so those of other photos have no file.
    """
    row = {"item": item, "level": level, "candidate": candidate}
    existing = Stimulus.of_any_kind.filter(**row).first()
    if existing:
        return existing
    stimulus = Stimulus(**row, made_by=made_by, width=0, height=0)
    if subject:
        note_subject(stimulus, subject)
    note_window(stimulus, hiding)
    if has_file(item, candidate):
        draw(stimulus, hiding, pixels)
    stimulus.save()
    return stimulus


def has_file(item: Item, candidate: int) -> bool:
    """Return whether a stimulus has a file: of the windows of a pilot, those that people are asked about."""
    return not candidate or item.split == Item.Split.TEST


def take_candidate(crop: Stimulus, window: Stimulus) -> bool:
    """Let a crop show what a candidate of its photo shows; networks lose their answer to the old one.

    Returns whether anything changed.
    """
    if window_of(crop) == window_of(window):
        return False
    old_name = str(crop.image.name)
    hiding = hiding_of(CropState.of(window))
    note_window(crop, hiding)
    draw(crop, hiding)
    with transaction.atomic():
        crop.save()
        crop.predictions.all().delete()
        crop.brought_answers.all().delete()
        transaction.on_commit(partial(crop.image.storage.delete, old_name))
    return True


def hiding_of(state: CropState) -> Hiding:
    """Return what a crop in this state hides of its photo."""
    subject_kept = nan if state.subject_kept is None else state.subject_kept
    attention_kept = nan if state.attention_kept is None else state.attention_kept
    if state.covered:
        return Cover(from_hex(state.covered), subject_kept, attention_kept)
    window = Window(state.left, state.top, state.window_width, state.window_height)
    if state.subject_fill is None:
        return Choice(window, subject_kept, attention_kept)
    return SubjectChoice(window, subject_kept, attention_kept, state.subject_fill, bool(state.nested))


def draw(stimulus: Stimulus, hiding: Hiding, pixels: Pixels | None = None) -> None:
    """Store the file of a stimulus, drawn now unless it was before, and note its size and hash."""
    pixels = pixels or pixels_of(original(stimulus.item), hiding, stimulus.level)
    stimulus.sha256, stimulus.width, stimulus.height = pixels.sha256, pixels.width, pixels.height
    stimulus.image.save(f"{new_token()}.png", ContentFile(pixels.data), save=False)


def note_subject(stimulus: Stimulus, subject: Subject) -> None:
    """Note on what evidence the subject of a stimulus is known."""
    stimulus.subject_source, stimulus.subject_detail = subject.source, subject.detail
    stimulus.subject_people, stimulus.people_alike = subject.people, subject.alike


def note_window(stimulus: Stimulus, hiding: Hiding) -> None:
    """Note what a stimulus shows of its photo, and how much of subject and attention that keeps."""
    stimulus.subject_kept, stimulus.attention_kept = hiding.subject_kept, hiding.attention_kept
    stimulus.subject_fill = stimulus.nested = None
    if isinstance(hiding, SubjectChoice):
        stimulus.subject_fill, stimulus.nested = hiding.subject_fill, hiding.nested
    window = WHOLE if isinstance(hiding, Cover) else hiding.window
    stimulus.left, stimulus.top = window.left, window.top
    stimulus.window_width, stimulus.window_height = window.width, window.height
    stimulus.covered = to_hex(hiding.cells) if isinstance(hiding, Cover) else ""
