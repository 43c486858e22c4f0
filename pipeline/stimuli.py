"""Each photo at each level, rendered once to a file: people and attacker see these very pixels."""

from __future__ import annotations

import hashlib
import io

from django.core.files.base import ContentFile
from PIL import Image

from pipeline.crops import WHOLE, Choice, Window
from pipeline.intake.photo import encode_png
from study.models import Item, Level, Stimulus
from study.tokens import new_token

MAXIMUM_SIDE = 768  # larger crops are reduced to this; smaller ones are never enlarged


class StimulusInUse(ValueError):
    """The crop was already shown to participants."""


def cut(photo: Image.Image, window: Window) -> Image.Image:
    """Pixels of a window of the original photo, reduced if larger than `MAXIMUM_SIDE`, never enlarged."""
    crop = photo.crop(window.pixels(photo.width, photo.height))
    if max(crop.size) > MAXIMUM_SIDE:
        crop.thumbnail((MAXIMUM_SIDE, MAXIMUM_SIDE), Image.Resampling.LANCZOS, reducing_gap=None)
    return crop


def render(item: Item, level: Level, choice: Choice | None = None, made_by: str = "") -> Stimulus:
    """Cut a photo for a level and store it; level 0 needs no choice. An existing stimulus stays as it is."""
    existing = Stimulus.objects.filter(item=item, level=level).first()
    if existing:
        return existing
    chosen = choice or Choice(WHOLE, subject_kept=1.0, attention_kept=1.0)
    stimulus = Stimulus(item=item, level=level, made_by=made_by)
    stimulus.subject_kept, stimulus.attention_kept = chosen.subject_kept, chosen.attention_kept
    _fill(stimulus, chosen.window)
    stimulus.save()
    return stimulus


def recrop(stimulus: Stimulus, window: Window) -> None:
    """Replace a crop by one that a researcher drew; the networks' answers to the old one are dropped.

    Raises
    ------
    StimulusInUse
        If a participant has already been given the old crop.
    """
    if stimulus.trials.exists():
        raise StimulusInUse("Participants have already seen this crop; discard it instead of changing it.")
    old_name = str(stimulus.image.name)
    _fill(stimulus, window)
    stimulus.by_hand = True
    stimulus.review = Stimulus.Review.APPROVED
    stimulus.subject_kept = stimulus.attention_kept = None
    stimulus.save()
    stimulus.predictions.all().delete()
    stimulus.image.storage.delete(old_name)


def window_of(stimulus: Stimulus) -> Window:
    return Window(stimulus.left, stimulus.top, stimulus.window_width, stimulus.window_height)


def _fill(stimulus: Stimulus, window: Window) -> None:
    with stimulus.item.photo.open("rb") as stored, Image.open(io.BytesIO(stored.read())) as photo:
        crop = cut(photo.convert("RGB"), window)
    data = encode_png(crop)
    stimulus.sha256 = hashlib.sha256(data).hexdigest()
    stimulus.width, stimulus.height = crop.size
    stimulus.left, stimulus.top = window.left, window.top
    stimulus.window_width, stimulus.window_height = window.width, window.height
    stimulus.image.save(f"{new_token()}.png", ContentFile(data), save=False)
