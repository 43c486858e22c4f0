"""What prevents a study from being run, as sentences that say what to do."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from django.utils.translation import gettext as _

from study import counterbalancing
from study.choosing.answer_keys import most_answers
from study.choosing.answer_labels import label_in, longest_label
from study.choosing.answer_room import too_small_windows
from study.design import Design
from study.freezing.candidates import Material
from study.models import Pilot, Study

FEWEST_LEVELS = 2


def problems(material: Material) -> list[str]:
    """Return what prevents this study from being run, one sentence each; an empty list if nothing does."""
    return [
        *design_problems(material),
        *answer_problems(material),
        *label_problems(material),
        *_pilot_problems(material.study),
        *_grid_problems(material),
        *_level_problems(material),
        *_photo_problems(material),
        *validation_problems(material),
    ]


def design_problems(material: Material) -> Iterable[str]:
    """Yield what is wrong with thresholds, classes, the time of a photo, and crops under way."""
    study = material.study
    if study.ceiling >= study.floor:
        yield _("The machine's ceiling (%(ceiling)g) must be below the people's floor (%(floor)g).") % {
            "ceiling": study.ceiling,
            "floor": study.floor,
        }
    if len(material.categories) < 2:
        yield _("Import photos of at least two classes.")
    if study.items.filter(outdated_from__isnull=False).exists():
        yield _(
            "Photos are still to be cut again after a change by hand: wait for that job, or retry it on the "
            "desk."
        )
    if study.stimulus_ms is None and study.mask_ms:
        yield _("A mask needs a time for the photo: set how long the photo stays, or remove the mask.")
    if study.stimulus_ms is not None and study.stimulus_ms + study.mask_ms >= study.deadline_ms:
        yield _("Photo and mask together last longer than the deadline: shorten them, or allow more time.")


def answer_problems(material: Material) -> Iterable[str]:
    """Yield whether the keys of the design are too few for the classes."""
    reached = most_answers(material.design.answer_keys)
    if reached is not None and len(material.categories) > reached and not material.design.is_grid:
        yield _(
            "The keys of the design reach %(reached)d answers, but there are %(answers)d: take numbers."
        ) % {
            "reached": reached,
            "answers": len(material.categories),
        }


def label_problems(material: Material) -> Iterable[str]:
    """Yield the languages in which two classes would stand on their buttons under the same words."""
    for language in sorted({code for category in material.categories for code in category.labels}):
        texts = [label_in(each.name, each.labels, language).text for each in material.categories]
        if len({text.casefold() for text in texts}) < len(texts):
            yield _("Two classes have the same label in %(language)s: change one of them.") % {
                "language": language
            }


def _pilot_problems(study: Study) -> Iterable[str]:
    pilot = Pilot.objects.of(study)
    if study.pilot and not (pilot and pilot.has_chosen):
        yield _("People have not chosen the crops yet: run the pilot first, or switch it off in the design.")


def _grid_problems(material: Material) -> Iterable[str]:
    """Check what grids need: no limited time, and photos that fill whole grids at every level and class."""
    study, design = material.study, material.design
    if not design.is_grid:
        return
    if study.stimulus_ms is not None:
        yield _("A grid stays until it is submitted: remove the time of the photo, and the mask.")
    if not material.categories or not material.levels:
        return
    step = counterbalancing.grids_step(
        design.photos_per_trial, len(material.categories), len(material.levels)
    )
    if study.trials_per_person % step:
        yield _(
            "%(trials)d grids per person cannot show every level and class alike: plan %(step)d, or a "
            "multiple of it."
        ) % {"trials": study.trials_per_person, "step": step}


def _level_problems(material: Material) -> Iterable[str]:
    planned = sorted([*material.levels, *material.left_out], key=lambda level: level.number)
    amounts = [level.amount for level in planned]
    if len(amounts) < FEWEST_LEVELS or amounts[0] != 1.0:
        yield _("Add the uncropped level 0 (side or share 1) and at least one crop level.")
    elif any(lighter <= heavier for lighter, heavier in pairwise(amounts)):
        yield _("Order the levels from light to heavy: each must keep less than the one before.")


def _photo_problems(material: Material) -> Iterable[str]:
    study, classes = material.study, len(material.categories)
    missing = material.left_out[: max(0, FEWEST_LEVELS - len(material.levels))]
    for level in [*material.levels, *missing]:
        if not material.stimuli_per_level.get(level.number):
            yield _("Make and approve test crops for %(level)s; it has none.") % {"level": level}
    if not classes:
        return
    needed = counterbalancing.photos_needed(material.design.photos_per_person, classes)
    for category, photos in zip(material.categories, material.photos_per_class(), strict=True):
        if photos < needed:
            yield _(
                "%(category)s has %(found)d test photos with an approved crop at every level; "
                "%(trials)d trials per person need %(needed)d. Add photos or plan fewer trials."
            ) % {
                "category": category,
                "found": photos,
                "trials": study.trials_per_person,
                "needed": needed,
            }


def notes(material: Material) -> list[str]:
    """Return sentences about what a version of this study will lack, though it can be frozen."""
    without_crops = [
        _("%(level)s has no test crops and is left out.") % {"level": level} for level in material.left_out
    ]
    return without_crops + notes_on_answers(material.study)


def notes_on_answers(study: Study) -> list[str]:
    """Return a sentence about the usual windows in which photo and answers will not be in view together."""
    design = Design.of(study)
    if design.is_grid or not design.least_photo_px:
        return []
    names = [longest_label(*row) for row in study.categories.values_list("name", "labels")]
    windows = too_small_windows(names, design.least_photo_px) if names else []
    if not windows:
        return []
    advice = _(
        "Photo and answers hardly fit together into: %(windows)s. Who has no larger window is turned away "
        "by the device check, before any work. Shorten the names, take fewer classes, or allow a smaller "
        "photo."
    )
    return [advice % {"windows": ", ".join(map(str, windows))}]


def validation_problems(material: Material) -> Iterable[str]:
    """Yield what is lacking for practice and catch trials, and what files would give away."""
    advice = _("Put more photos into the validation split, or plan fewer.")
    wanted, photos = material.practice_photos(), len(material.practice)
    if photos < wanted:
        shortage = _("Practice needs %(wanted)d whole validation photos; there are %(found)d.")
        yield shortage % {"wanted": wanted, "found": photos} + f" {advice}"
    wanted, photos = material.catch_photos(), len(material.catch)
    if photos < wanted:
        shortage = _("Catch trials need %(wanted)d whole validation photos; there are %(found)d.")
        yield shortage % {"wanted": wanted, "found": photos} + f" {advice}"
    kinds = {str(stimulus.image.name).rpartition(".")[2].lower() for stimulus in material.stimuli()}
    if len(kinds) > 1:
        yield _("Render all photos in one format (found %(kinds)s): a format could give a class away.") % {
            "kinds": ", ".join(sorted(kinds))
        }
