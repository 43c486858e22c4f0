"""Whether photo and answers will be in view together, said before freezing."""

from __future__ import annotations

from django.utils.translation import gettext as _

from study.asking.trial_task import AnsweredBy
from study.choosing.answer_labels import longest_label
from study.choosing.answer_room import QUESTION, too_small_windows
from study.choosing.answer_search import ALWAYS_SEARCHED
from study.choosing.usual_windows import Window
from study.design import Design
from study.models import Study


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
    windows = _crowded_windows(study, design)
    return [_where_crowded(design) % {"windows": ", ".join(map(str, windows))}] if windows else []


def _crowded_windows(study: Study, design: Design) -> list[Window]:
    names = [longest_label(*row) for row in study.categories.values_list("name", "labels")]
    above = 0
    if design.asks.words:
        names, above = [str(word) for word in design.asks.words.values()], QUESTION
    return too_small_windows(names, design.least_photo_px + above) if names else []


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
