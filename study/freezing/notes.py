"""What a version of a study will lack, though it can be frozen."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from study.design import Design
from study.freezing.answer_notes import notes_on_answers
from study.freezing.candidates import Material
from study.languages.offered import offered

OWN_TEXTS = ("information", "consent", "instructions", "own_form", "debrief")


def notes(material: Material) -> list[str]:
    """Return sentences about what a version of this study will lack, though it can be frozen."""
    without_crops = [
        _("%(level)s has no test crops and is left out.") % {"level": level} for level in material.left_out
    ]
    return [*without_crops, *notes_on_answers(material.study), *_notes_on_texts(material.design)]


def _notes_on_texts(design: Design) -> Iterable[str]:
    """Yield whether people can choose a language in which an own text is missing."""
    spoken = design.languages or [language.code for language in offered()]
    missing = ", ".join(language for language in spoken if _lacks_own_texts(design, language))
    if missing:
        yield _(
            "Your own texts are not written in: %(languages)s. Who chooses such a language reads yours in "
            "%(own)s: add them, or offer fewer languages."
        ) % {"languages": missing, "own": design.own_language}


def _lacks_own_texts(design: Design, language: str) -> bool:
    own = [name for name in OWN_TEXTS if getattr(design, name)]
    is_translation = language != design.own_language
    return is_translation and any(design.own(name, language).language != language for name in own)
