"""Each photo at each level, rendered once to a file: people and attacker see these very pixels."""

from __future__ import annotations

import hashlib
import io
from math import nan
from typing import cast

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from PIL import Image

from pipeline.crops.grey_boxes import Cover, cover, to_hex
from pipeline.crops.level_families import UNTOUCHED, Hiding, window_of
from pipeline.crops.subject_windows import SubjectChoice
from pipeline.crops.subjects import Subject
from pipeline.crops.windows import WHOLE, Choice, Window
from pipeline.intake.photo_file import encode_png
from pipeline.models import Job, Prediction
from pipeline.models.job_params import LevelTestParams
from pipeline.models.jobs import RETEST_PREFIX
from pipeline.queue.job_requests import enqueue
from study.freezing.freeze import has_people, version_with
from study.models import Item, Level, Pilot, Stimulus
from study.tokens import new_token

MAXIMUM_SIDE = 768  # larger crops are reduced to this; smaller ones are never enlarged


class StimulusInUseError(ValueError):
    """The crop was already shown to participants, is frozen, or cannot be drawn by hand."""


def shown(photo: Image.Image, hiding: Hiding) -> Image.Image:
    """Return the pixels of a photo at a level, reduced if larger than `MAXIMUM_SIDE`, never enlarged."""
    if isinstance(hiding, Cover):
        visible = cover(photo, hiding.cells)
    else:
        visible = photo.crop(hiding.window.pixels(photo.width, photo.height))
    if max(visible.size) > MAXIMUM_SIDE:
        visible.thumbnail((MAXIMUM_SIDE, MAXIMUM_SIDE), Image.Resampling.LANCZOS, reducing_gap=None)
    return visible


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
) -> Stimulus:
    """Store the stimulus of a photo at a level, and return it; an existing one stays as it is.

    With the number of a candidate it is a window that a pilot asks about. People see those of test photos
    only, so those of other photos have no file.
    """
    row = {"item": item, "level": level, "candidate": candidate}
    existing = Stimulus.of_any_kind.filter(**row).first()
    if existing:
        return existing
    stimulus = Stimulus(**row, made_by=made_by, width=0, height=0)
    if subject:
        stimulus.subject_source, stimulus.subject_detail = subject.source, subject.detail
        stimulus.subject_people, stimulus.people_alike = subject.people, subject.alike
    note_window(stimulus, hiding)
    if not candidate or item.split == Item.Split.TEST:
        draw(stimulus, hiding)
    stimulus.save()
    return stimulus


def recrop(stimulus: Stimulus, window: Window) -> None:
    """Replace a crop by one that a researcher placed; networks that answered the old one are tested again.

    Raises
    ------
    StimulusInUseError
        If a participant has already been given the old crop, a version is frozen with it, or the level covers
        cells instead of cutting.
    """
    check_not_frozen(stimulus)
    check_not_dropped(stimulus)
    if stimulus.covered:
        raise StimulusInUseError("Grey boxes cannot be moved by hand: approve or discard this photo.")
    if stimulus.trials.exists() or stimulus.tiles.exists():
        raise StimulusInUseError("Participants have seen this crop: discard it instead of changing it.")
    old_name = str(stimulus.image.name)
    hiding = Choice(window, subject_kept=nan, attention_kept=nan)
    note_window(stimulus, hiding)
    draw(stimulus, hiding)
    stimulus.by_hand = True
    stimulus.review = Stimulus.Review.APPROVED
    stimulus.subject_kept = stimulus.attention_kept = None
    with transaction.atomic():
        stimulus.save()
        stimulus.predictions.all().delete()
        _test_again(stimulus)
        if Pilot.objects.of(stimulus.level.study) is None:
            _ask_about_this_alone(stimulus)
    stimulus.image.storage.delete(old_name)


def take_candidate(crop: Stimulus, window: Stimulus) -> bool:
    """Let a crop show what a candidate of its photo shows; networks lose their answer to the old one.

    Returns
    -------
    Whether anything changed.
    """
    if window_of(crop) == window_of(window):
        return False
    old_name = str(crop.image.name)
    hiding = SubjectChoice(
        window_of(window),
        cast(float, window.subject_kept),
        cast(float, window.attention_kept),
        cast(float, window.subject_fill),
        nested=bool(window.nested),
    )
    note_window(crop, hiding)
    draw(crop, hiding)
    with transaction.atomic():
        crop.save()
        crop.predictions.all().delete()
    crop.image.storage.delete(old_name)
    return True


def check_not_frozen(stimulus: Stimulus) -> None:
    """Let a crop be changed only before a version is frozen with it.

    Raises
    ------
    StimulusInUseError
        If one is.
    """
    pilot, version = Pilot.objects.of(stimulus.level.study), version_with(stimulus)
    if pilot and not pilot.has_chosen and _candidates_for(stimulus).exists():
        raise StimulusInUseError("The pilot asks people about windows of this photo: wait until it is over.")
    if version is None:
        return
    advice = "make a new study" if has_people(version.study) else "discard it and freeze again"
    raise StimulusInUseError(
        f"Version {version.number} is frozen with this crop, for people and machine alike. "
        f"To leave it out, {advice}."
    )


def check_not_dropped(stimulus: Stimulus) -> None:
    """Let nobody take back what people of the pilot decided.

    Raises
    ------
    StimulusInUseError
        If they could not tell the photo at this level.
    """
    if stimulus.review == Stimulus.Review.UNCLEAR:
        raise StimulusInUseError("People of the pilot could not tell this crop, so it stays left out.")


def _candidates_for(crop: Stimulus) -> QuerySet[Stimulus]:
    return Stimulus.candidates.filter(item=crop.item_id, level=crop.level_id)


def _ask_about_this_alone(crop: Stimulus) -> None:
    """Let the pilot ask about a window that was drawn by hand, in place of those that the rule proposed."""
    proposed = _candidates_for(crop)
    files = list(proposed.exclude(image="").values_list("image", flat=True))
    if not proposed.exists():
        return
    proposed.delete()
    for name in files:
        crop.image.storage.delete(name)
    window = Choice(window_of(crop), subject_kept=nan, attention_kept=nan)
    drawn = render(crop.item, crop.level, window, made_by=crop.made_by, candidate=1)
    for name in ("subject_source", "subject_detail", "subject_people", "people_alike"):
        setattr(drawn, name, getattr(crop, name))
    drawn.subject_kept = drawn.attention_kept = None
    drawn.by_hand = True
    drawn.save()


def _test_again(stimulus: Stimulus) -> None:
    """Queue a test on the new pixels, if networks were tested on this level; each crop is a new job."""
    if Prediction.objects.filter(stimulus__level=stimulus.level).exists():
        key = f"{RETEST_PREFIX}{stimulus.pk}:{new_token()}"
        params = LevelTestParams(stimulus.level.number, stimulus.pk)
        enqueue(stimulus.item.study, Job.Kind.TEST, key, params)


def draw(stimulus: Stimulus, hiding: Hiding) -> None:
    """Render the file of a stimulus, and note its size and hash."""
    visible = shown(original(stimulus.item), hiding)
    data = encode_png(visible)
    stimulus.sha256 = hashlib.sha256(data).hexdigest()
    stimulus.width, stimulus.height = visible.size
    stimulus.image.save(f"{new_token()}.png", ContentFile(data), save=False)


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
