"""What prevents a study from being run, as sentences that say what to do."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from django.utils.translation import gettext as _

from study.freezing.candidates import Material
from study.freezing.design_readiness import (
    design_problems,
    label_problems,
    part_problems,
    size_problems,
    text_problems,
)
from study.freezing.pair_readiness import pair_problems
from study.freezing.task_readiness import adaptive_problems, answer_problems, grid_problems, naming_problems
from study.models import Pilot, Study

FEWEST_LEVELS = 2


def problems(material: Material) -> list[str]:
    """Return what prevents this study from being run, one sentence each; an empty list if nothing does."""
    return [
        *design_problems(material),
        *answer_problems(material),
        *label_problems(material),
        *text_problems(material.design),
        *_pilot_problems(material.study),
        *grid_problems(material),
        *size_problems(material.design),
        *part_problems(material.design),
        *adaptive_problems(material),
        *naming_problems(material),
        *_level_problems(material),
        *_crop_problems(material),
        *(pair_problems(material) if material.design.asks.shows_pairs else _photo_problems(material)),
        *validation_problems(material),
        *format_problems(material),
    ]


def _pilot_problems(study: Study) -> Iterable[str]:
    pilot = Pilot.objects.of(study)
    if study.pilot and not (pilot and pilot.has_chosen):
        yield _("People have not chosen the crops yet: run the pilot first, or switch it off in the design.")


def _level_problems(material: Material) -> Iterable[str]:
    planned = sorted([*material.levels, *material.left_out], key=lambda level: level.number)
    amounts = [level.amount for level in planned]
    if len(amounts) < FEWEST_LEVELS or amounts[0] != 1.0:
        yield _("Add the uncropped level 0 (side or share 1) and at least one crop level.")
    elif any(lighter <= heavier for lighter, heavier in pairwise(amounts)):
        yield _("Order the levels from light to heavy: each must keep less than the one before.")


def _crop_problems(material: Material) -> Iterable[str]:
    missing = material.left_out[: max(0, FEWEST_LEVELS - len(material.levels))]
    for level in [*material.levels, *missing]:
        if not material.stimuli_per_level.get(level.number):
            yield _("Make and approve test crops for %(level)s; it has none.") % {"level": level}


def _photo_problems(material: Material) -> Iterable[str]:
    shortage = _(
        "%(category)s has %(found)d test photos with an approved crop at every level; "
        "%(trials)d trials per person need %(needed)d. Add photos or plan fewer trials."
    )
    trials = material.study.trials_per_person
    for category, photos, needed in material.too_few_photos():
        yield shortage % {"category": category, "found": photos, "trials": trials, "needed": needed}


def validation_problems(material: Material) -> Iterable[str]:
    """Yield what is lacking for practice and catch trials."""
    advice = _("Put more photos into the validation split, or plan fewer.")
    practice = _("Practice needs %(wanted)d whole validation photos; there are %(found)d.")
    catch = _("Catch trials need %(wanted)d whole validation photos; there are %(found)d.")
    for shortage, wanted, photos in (
        (practice, material.practice_photos(), len(material.practice)),
        (catch, material.catch_photos(), len(material.catch)),
    ):
        if photos < wanted:
            yield shortage % {"wanted": wanted, "found": photos} + f" {advice}"


def format_problems(material: Material) -> Iterable[str]:
    """Yield whether the formats of the files could give a class away."""
    kinds = {str(stimulus.image.name).rpartition(".")[2].lower() for stimulus in material.stimuli()}
    if len(kinds) > 1:
        yield _("Render all photos in one format (found %(kinds)s): a format could give a class away.") % {
            "kinds": ", ".join(sorted(kinds))
        }
