"""What prevents a study of photos in pairs from being run: too few of them to make pairs of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from study import counterbalancing, photo_pairs
from study.freezing.candidates import Material
from study.models import Stimulus


def pair_problems(material: Material) -> Iterable[str]:
    """Yield what is lacking for pairs of test photos, and for those of practice and catch trials."""
    if len(material.categories) < 2:
        return
    design, parts = material.design, material.pairs()
    if design.trials_per_person % len(parts):
        yield _("Half of the pairs of a person show the same: plan an even number of trials per person.")
        return
    if photo_pairs.missing_pairs(parts, design.trials_per_person):
        yield _(
            "The test photos make %(found)d pairs of %(kinds)d kinds, too few of one kind for %(trials)d "
            "trials per person, so that nobody sees a photo twice. Add photos or plan fewer trials."
        ) % {
            "found": sum(len(group) for groups in parts for group in groups),
            "kinds": sum(map(len, parts)),
            "trials": design.trials_per_person,
        }
    catches = counterbalancing.catch_count(design.trials_per_person, design.catch_share)
    pools = ((material.practice, design.practice_trials), (material.catch, catches))
    if any(len(_pairs_of(material, pool)) < wanted for pool, wanted in pools):
        yield _(
            "The validation photos of some classes are too few to pair them with others for practice and "
            "catch trials: put more photos into the validation split, or plan fewer trials."
        )


def _pairs_of(material: Material, pool: Sequence[Stimulus]) -> Sequence[object]:
    classes = [
        [stimulus.pk for stimulus in pool if stimulus.item.category_id == category.pk]
        for category in material.categories
    ]
    return photo_pairs.some_pairs(material.design.task, classes, len(pool) // 2)
