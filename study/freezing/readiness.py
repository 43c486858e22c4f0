"""What prevents a study from being run, as sentences that say what to do."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from django.utils.translation import gettext as _

from study import counterbalancing
from study.asking.trial_task import AnsweredBy
from study.choosing.answer_keys import most_answers
from study.choosing.answer_labels import label_in, longest_label
from study.choosing.answer_room import QUESTION, too_small_windows
from study.choosing.answer_search import ALWAYS_SEARCHED
from study.design import AT_THE_END, Design
from study.freezing.candidates import Material
from study.freezing.pair_readiness import pair_problems
from study.languages.offered import offered
from study.languages.own_texts import same_answers_are_right
from study.models import Pilot, Study
from study.questions.own_form import same_form
from study.sizing.screen_measure import NEVER
from study.sizing.shown_sizes import BY_DEGREES, FILL

FEWEST_LEVELS, FEWEST_ADAPTIVE = 2, 4
OWN_TEXTS = ("information", "consent", "instructions", "own_form", "debrief")
LEAST_ABOVE_GUESSING = 0.1  # of the accuracy that adaptive levels seek


def problems(material: Material) -> list[str]:
    """Return what prevents this study from being run, one sentence each; an empty list if nothing does."""
    return [
        *design_problems(material),
        *answer_problems(material),
        *label_problems(material),
        *_text_problems(material.design),
        *_pilot_problems(material.study),
        *_grid_problems(material),
        *size_problems(material.design),
        *_adaptive_problems(material),
        *naming_problems(material),
        *_level_problems(material),
        *_crop_problems(material),
        *(pair_problems(material) if material.design.asks.shows_pairs else _photo_problems(material)),
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
    answers = material.design.asks.answers(len(material.categories))
    if reached is not None and answers > reached and material.design.asks.has_buttons:
        yield _(
            "The keys of the design reach %(reached)d answers, but there are %(answers)d: take numbers."
        ) % {
            "reached": reached,
            "answers": answers,
        }


def label_problems(material: Material) -> Iterable[str]:
    """Yield the languages in which two classes would stand on their buttons under the same words."""
    for language in sorted({code for category in material.categories for code in category.labels}):
        texts = [label_in(each.name, each.labels, language).text for each in material.categories]
        if len({text.casefold() for text in texts}) < len(texts):
            yield _("Two classes have the same label in %(language)s: change one of them.") % {
                "language": language
            }


def _text_problems(design: Design) -> Iterable[str]:
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


def size_problems(design: Design) -> Iterable[str]:
    """Yield what the sizes of photos on the screen lack."""
    if design.shown_size != FILL and design.photos_per_trial > 1:
        yield _("Photos of a grid or a pair fill their places: choose crops as large as fits.")
    if design.shown_size == BY_DEGREES and design.screen_calibration == NEVER:
        yield _("The same degrees for all need people to measure their screen: switch that on in the design.")


def _adaptive_problems(material: Material) -> Iterable[str]:
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
    study, classes = material.study, len(material.categories)
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
    return [*without_crops, *notes_on_answers(material.study), *_notes_on_texts(material.design)]


def _notes_on_texts(design: Design) -> Iterable[str]:
    """Yield whether people can choose a language in which an own text is missing."""
    own = [
        name
        for name in ("information", "consent", "instructions", "own_form", "debrief")
        if getattr(design, name)
    ]
    spoken = design.languages or [language.code for language in offered()]
    missing = ", ".join(
        language
        for language in spoken
        if language != design.own_language
        and any(design.own(name, language).language != language for name in own)
    )
    if missing:
        yield _(
            "Your own texts are not written in: %(languages)s. Who chooses such a language reads yours in "
            "%(own)s: add them, or offer fewer languages."
        ) % {"languages": missing, "own": design.own_language}


def notes_on_answers(study: Study) -> list[str]:
    """Return a sentence about the usual windows in which photo and all buttons will not be in view together.

    It says what happens there: people search their answer by typing, or are turned away.
    """
    design = Design.of(study)
    if design.may_search and design.search_answers == ALWAYS_SEARCHED:
        return [
            _("On every device people type the first letters of the answer, and choose from a short list.")
        ]
    if design.is_grid or design.asks.answered_by == AnsweredBy.TEXT or not design.least_photo_px:
        return []
    names = [longest_label(*row) for row in study.categories.values_list("name", "labels")]
    above = 0
    if design.asks.words:
        names, above = [str(word) for word in design.asks.words.values()], QUESTION
    windows = too_small_windows(names, design.least_photo_px + above) if names else []
    return [_where_crowded(design) % {"windows": ", ".join(map(str, windows))}] if windows else []


def _where_crowded(design: Design) -> str:
    """Return what happens in windows that have no room for all buttons."""
    if design.may_search:
        return _(
            "Photo and all buttons hardly fit together into: %(windows)s. There people type the first "
            "letters of the answer and choose from a short list; elsewhere they press a button."
        )
    return _(
        "Photo and answers hardly fit together into: %(windows)s. Who has no larger window is turned away "
        "by the device check, before any work. Shorten the names, take fewer classes, or allow a smaller "
        "photo."
    )


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
