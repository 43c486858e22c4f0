"""What a version of a study will lack, though it can be frozen."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from study.asking.trial_task import AnsweredBy
from study.choosing.answer_labels import longest_label
from study.choosing.answer_room import QUESTION, too_small_windows
from study.choosing.answer_search import ALWAYS_SEARCHED
from study.design import Design
from study.freezing.candidates import Material
from study.languages.offered import offered
from study.models import Study

OWN_TEXTS = ("information", "consent", "instructions", "own_form", "debrief")


def notes(material: Material) -> list[str]:
    """Return sentences about what a version of this study will lack, though it can be frozen."""
    without_crops = [
        _("%(level)s has no test crops and is left out.") % {"level": level} for level in material.left_out
    ]
    return [*without_crops, *notes_on_answers(material.study), *_notes_on_texts(material.design)]


def _notes_on_texts(design: Design) -> Iterable[str]:
    """Yield whether people can choose a language in which an own text is missing."""
    own = [name for name in OWN_TEXTS if getattr(design, name)]
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
