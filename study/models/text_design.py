"""The part of a study's design that participants read: the researcher's own texts, in their languages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from study.languages.offered import ORIGINAL, language_of, offered
from study.languages.own_texts import OwnTexts
from study.questions.own_form import form_questions

MARKDOWN = "Markdown: # heading, - list, **strong**, [link](https://...)."


def require_offered(codes: Any) -> None:
    """Refuse languages in which participants' pages are not offered, and a language twice."""
    known = [language.code for language in offered()]
    if not isinstance(codes, list) or len(set(map(str, codes))) < len(codes) or not set(codes) <= set(known):
        raise ValidationError(f"A list of languages, each once, of: {', '.join(known)}.")


def require_one_offered(code: str) -> None:
    """Refuse the code of a language in which participants' pages are not offered."""
    if language_of(code) is None:
        known = ", ".join(language.code for language in offered())
        raise ValidationError(f"The code of an offered language: {known}.")


def require_form(stored: Any) -> None:
    """Refuse a questionnaire that cannot be asked."""
    try:
        form_questions(stored)
    except ValueError as error:
        raise ValidationError(str(error)) from error


class TextDesign(models.Model):
    """What participants read beside the standard texts, and in which languages they may read it."""

    languages = models.JSONField(
        default=list,
        blank=True,
        validators=[require_offered],
        help_text="Languages that participants may choose; empty: all.",
    )
    own_language = models.CharField(
        max_length=10,
        default=ORIGINAL,
        validators=[require_one_offered],
        help_text="Language of your own texts below.",
    )
    title = models.CharField(
        max_length=120, blank=True, help_text="Heading of the first page; empty: the study's name."
    )
    institution = models.CharField(max_length=200, blank=True, help_text="Who is responsible.")
    ethics_number = models.CharField(max_length=200, blank=True, help_text="Number of the ethics approval.")
    contact = models.CharField(max_length=200, blank=True, help_text="Name and address for questions.")
    pay = models.CharField(max_length=200, blank=True, help_text="What people get, such as 3.00 £.")
    information = models.TextField(
        blank=True, help_text=f"Shown before consent; empty: the standard text. {MARKDOWN}"
    )
    information_pdf_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    consent = models.TextField(
        blank=True, help_text=f"What participants agree to; empty: the standard text. {MARKDOWN}"
    )
    instructions = models.TextField(
        blank=True, help_text=f"Shown above the standard instructions; empty: nothing. {MARKDOWN}"
    )
    own_form = models.JSONField(
        "own questionnaire",
        default=list,
        blank=True,
        validators=[require_form],
        help_text="Asked after the last photo; empty: nothing. docs/questionnaire.md has examples, as "
        '[{"name": "age", "question": "How old are you?", "kind": "number", "least": 18}].',
    )
    debrief = models.TextField(
        blank=True, help_text=f"Shown at the end; empty: the standard text. {MARKDOWN}"
    )

    class Meta:
        abstract = True

    @property
    def own_texts(self) -> dict[str, OwnTexts]:
        """The researcher's own texts in further languages, by code."""
        if self.pk is None:
            return {}
        rows = self.translated_texts.order_by("language")  # type: ignore[attr-defined]
        return {row.language: row.to_own_texts() for row in rows}
