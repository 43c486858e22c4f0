"""What a design lacks before its study can be run: thresholds, labels, texts, sizes and parts."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from django.utils.translation import gettext as _

from study.choosing.answer_labels import label_in
from study.design import Design
from study.freezing.candidates import Material
from study.languages.own_texts import same_answers_are_right
from study.questions.own_form import same_form
from study.sizing.blind_spot import FARTHEST_CM, NEAREST_CM
from study.sizing.screen_measure import NEVER
from study.sizing.shown_sizes import BY_DEGREES, FILL


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


def label_problems(material: Material) -> Iterable[str]:
    """Yield the languages in which two classes would stand on their buttons under the same words."""
    for language in sorted({code for category in material.categories for code in category.labels}):
        texts = [label_in(each.name, each.labels, language).text for each in material.categories]
        if len({text.casefold() for text in texts}) < len(texts):
            yield _("Two classes have the same label in %(language)s: change one of them.") % {
                "language": language
            }


def text_problems(design: Design) -> Iterable[str]:
    """Yield the languages whose questions are no longer those of the design."""
    for language, texts in design.own_texts.items():
        if texts.comprehension and not same_answers_are_right(design.comprehension, texts.comprehension):
            yield _(
                "The questions about the instructions in %(language)s differ from those of the design: as "
                "many questions and answers, and the same ones right."
            ) % {"language": language}
        if texts.own_form and not same_form(design.own_form, texts.own_form):
            yield _(
                "Your own questionnaire in %(language)s differs from that of the design: the same names and "
                "kinds, and as many answers."
            ) % {"language": language}


def size_problems(design: Design) -> Iterable[str]:
    """Yield what the sizes of photos on the screen lack."""
    if design.shown_size != FILL and design.photos_per_trial > 1:
        yield _("Photos of a grid or a pair fill their places: choose crops as large as fits.")
    if design.shown_size == BY_DEGREES and design.screen_calibration == NEVER:
        yield _("The same degrees for all need people to measure their screen: switch that on in the design.")
    if design.measure_distance:
        yield from _distance_problems(design)


def _distance_problems(design: Design) -> Iterable[str]:
    """Yield why the viewing distance cannot be measured as planned."""
    if design.screen_calibration == NEVER:
        yield _("The viewing distance is measured on a measured screen only: switch that on in the design.")
    planned = (design.viewing_distance_cm, design.handheld_distance_cm)
    if not all(NEAREST_CM <= each <= FARTHEST_CM for each in planned):
        yield _(
            "The blind spot tells distances of %(nearest)d to %(farthest)d cm only: plan such ones, or do "
            "not measure them."
        ) % {"nearest": NEAREST_CM, "farthest": FARTHEST_CM}


def part_problems(design: Design) -> Iterable[str]:
    """Yield what several parts lack: a block for each, and a time in which the next one may begin."""
    if not design.is_on_several_days:
        return
    blocks = ceil(design.trials_per_person / design.block_size)
    if blocks < design.parts:
        yield _(
            "%(parts)d parts need as many blocks, but there are %(blocks)d: make the blocks shorter, or plan "
            "fewer parts."
        ) % {"parts": design.parts, "blocks": blocks}
    if design.part_least_hours >= design.part_most_hours:
        yield _(
            "The next part opens after %(least)g hours and closes after %(most)g: nobody could begin it."
        ) % {"least": design.part_least_hours, "most": design.part_most_hours}
