"""Crops that come to show something else: drawn by hand, cut again, or as they were before."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from math import nan

from django.db import transaction

from pipeline.crops.level_families import Hiding, measured
from pipeline.crops.stimuli import draw, note_window, render
from pipeline.crops.windows import Choice, Window
from pipeline.models import Check, Job, Prediction
from pipeline.models.crop_maps import current_maps
from pipeline.models.job_params import LevelTestParams
from pipeline.models.jobs import RETEST_PREFIX
from pipeline.queue.job_requests import enqueue
from study.freezing.freeze import has_people, version_with
from study.models import Level, Pilot, Stimulus
from study.models.photos import StimulusQuerySet
from study.tokens import new_token


class StimulusInUseError(ValueError):
    """The crop was already shown to participants, is frozen, or cannot be drawn by hand."""


def recrop(stimulus: Stimulus, window: Window) -> None:
    """Replace a crop by one that a researcher drew; networks that answered the old one are tested again.

    Shares of subject and attention are computed anew, by the maps that the photo was cut by; where it was cut
    before maps were stored, they are left open until the photo's crops are cut again.

    Raises StimulusInUseError if a participant has already been given the old crop, a version is frozen with
    it, or the level covers cells instead of cutting.
    """
    check_unused(stimulus)
    if stimulus.covered:
        raise StimulusInUseError("Grey boxes cannot be moved by hand: approve or discard this photo.")
    stimulus.by_hand, stimulus.review = True, Stimulus.Review.APPROVED
    figures = figures_of(stimulus, window)
    with transaction.atomic():
        show_instead(stimulus, figures or Choice(window, subject_kept=nan, attention_kept=nan))
        if Pilot.objects.of(stimulus.level.study) is None:
            _ask_about_this_alone(stimulus)


def figures_of(stimulus: Stimulus, window: Window) -> Choice | None:
    """Return what a window keeps, in place of that of a stimulus; None where the photo's maps are unknown."""
    maps, level = current_maps(stimulus.item_id, stimulus.level_id), stimulus.level
    lighter = Stimulus.objects.filter(item=stimulus.item_id, level__number__lt=level.number)
    before = lighter.order_by("-level__number").first()
    if maps is None or before is None:
        return None
    return measured(window, maps.subject, maps.attention, before, level)


def show_instead(stimulus: Stimulus, hiding: Hiding) -> None:
    """Let a stimulus show something else of its photo; what networks answered to the old pixels is gone."""
    storage, old_name = stimulus.image.storage, str(stimulus.image.name)
    note_window(stimulus, hiding)
    draw(stimulus, hiding)
    if stimulus.subject_kept != stimulus.subject_kept:  # not a number: it is not known
        stimulus.subject_kept = stimulus.attention_kept = None
    with transaction.atomic():
        stimulus.save()
        stimulus.predictions.all().delete()
        stimulus.brought_answers.all().delete()
        test_again(stimulus)
        transaction.on_commit(partial(storage.delete, old_name))


def remove(stimuli: Iterable[Stimulus]) -> None:
    """Delete stimuli and, once that is stored, their files."""
    for crop in stimuli:
        if crop.image:
            transaction.on_commit(partial(crop.image.storage.delete, str(crop.image.name)))
        crop.delete()


def test_again(stimulus: Stimulus) -> None:
    """Queue a test on new pixels, if networks were tested on this level; each change is a new job."""
    if Prediction.objects.filter(stimulus__level=stimulus.level).exists():
        key = f"{RETEST_PREFIX}{stimulus.pk}:{new_token()}"
        params = LevelTestParams(stimulus.level.number, stimulus.pk)
        enqueue(stimulus.item.study, Job.Kind.TEST, key, params)


def forget_checks(level: Level) -> None:
    """Let no check of a level or a heavier one count any more that looked at the crops as they were.

    The learning curve stays: it looks at photos that attackers learn from, and these are not cut by hand.
    """
    checks = Check.objects.filter(study=level.study, level__gte=level.number)
    checks.exclude(kind=Check.Kind.CURVE).update(result=None, figure="")


def check_unused(stimulus: Stimulus) -> None:
    """Let a crop be changed only while nobody has been given it, or will be.

    Raises StimulusInUseError if a version is frozen with it, a pilot has decided or asks about it, or people
    have seen it.
    """
    check_not_frozen(stimulus)
    check_not_dropped(stimulus)
    if stimulus.trials.exists() or stimulus.tiles.exists():
        raise StimulusInUseError("Participants have seen this crop: discard it instead of changing it.")


def check_not_frozen(stimulus: Stimulus) -> None:
    """Let a crop be changed only before a version is frozen with it. Raises StimulusInUseError if one is."""
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

    Raises StimulusInUseError if they could not tell the photo at this level.
    """
    if stimulus.review == Stimulus.Review.UNCLEAR:
        raise StimulusInUseError("People of the pilot could not tell this crop, so it stays left out.")


def _candidates_for(crop: Stimulus) -> StimulusQuerySet:
    return Stimulus.candidates.filter(item=crop.item_id, level=crop.level_id)


def _ask_about_this_alone(crop: Stimulus) -> None:
    """Let the pilot ask about a window that was drawn by hand, in place of those that the rule proposed."""
    proposed = _candidates_for(crop)
    if not proposed.exists():
        return
    remove(proposed)
    window = Window(crop.left, crop.top, crop.window_width, crop.window_height)
    drawn = render(crop.item, crop.level, Choice(window, nan, nan), made_by=crop.made_by, candidate=1)
    for name in _SHARED:
        setattr(drawn, name, getattr(crop, name))
    drawn.by_hand = True
    drawn.save()


_SHARED = (
    "subject_source",
    "subject_detail",
    "subject_people",
    "people_alike",
    "subject_kept",
    "attention_kept",
    "subject_fill",
    "nested",
)
