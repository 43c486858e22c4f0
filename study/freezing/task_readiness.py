"""What a study's task needs before it can be run: keys, whole grids, adaptive levels, words for classes."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from study import counterbalancing
from study.asking.trial_task import AnsweredBy
from study.choosing.answer_keys import most_answers
from study.design import AT_THE_END
from study.freezing.candidates import Material

FEWEST_ADAPTIVE = 4
LEAST_ABOVE_GUESSING = 0.1  # of the accuracy that adaptive levels seek


def answer_problems(material: Material) -> Iterable[str]:
    """Yield whether the keys of the design are too few for the classes."""
    reached = most_answers(material.design.answer_keys)
    answers = material.design.asks.answers(len(material.categories))
    if reached is not None and answers > reached and material.design.asks.has_buttons:
        yield _(
            "The keys of the design reach %(reached)d answers, but there are %(answers)d: take numbers."
        ) % {
            "reached": reached,
            "answers": answers,
        }


def grid_problems(material: Material) -> Iterable[str]:
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


def adaptive_problems(material: Material) -> Iterable[str]:
    """Check what adaptive levels need: single photos, the floor, no earlier looks, and enough levels."""
    study, design = material.study, material.design
    if not design.is_adaptive:
        return
    typed = design.asks.answered_by == AnsweredBy.TEXT
    if design.photos_per_trial > 1 or typed or study.human_gate == "loss" or design.look_plan != AT_THE_END:
        yield _(
            "Adaptive levels need one photo at a time that is answered by a button, the floor as what people "
            "must show, and one analysis at the end: choose these, or a Latin square."
        )
    if len(material.levels) < FEWEST_ADAPTIVE:
        yield _("Adaptive levels choose among at least %(fewest)d; there are %(levels)d.") % {
            "fewest": FEWEST_ADAPTIVE,
            "levels": len(material.levels),
        }
    guess = 1 / max(1, design.asks.answers(len(material.categories)))
    if design.adaptive_accuracy <= guess + LEAST_ABOVE_GUESSING:
        yield _(
            "The accuracy that adaptive levels seek (%(sought)g) is hardly above guessing (%(guess).2f)."
        ) % {
            "sought": design.adaptive_accuracy,
            "guess": guess,
        }


def naming_problems(material: Material) -> Iterable[str]:
    """Yield words for classes that the study does not have."""
    design, names = material.design, {category.name for category in material.categories}
    if design.asks.answered_by != AnsweredBy.TEXT:
        return
    unknown = sorted({name for words in design.naming_synonyms.values() for name in words} - names)
    if unknown:
        yield _("Words are given for %(classes)s, which is no class of the study.") % {
            "classes": ", ".join(unknown)
        }
