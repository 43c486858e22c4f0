"""The researcher's own texts in one more language than the design's."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models

from study.design import Design
from study.languages.own_texts import OwnTexts, same_answers_are_right
from study.models.studies import Study
from study.models.task_design import require_questions
from study.models.text_design import require_form, require_one_offered
from study.questions.comprehension import own_questions
from study.questions.own_form import form_questions, same_form


class TranslatedTexts(models.Model):
    """Own texts of a study in a language; where one is empty, that of the design is shown."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="translated_texts")
    language = models.CharField(max_length=10, validators=[require_one_offered])
    title = models.CharField(max_length=120, blank=True)
    institution = models.CharField(max_length=200, blank=True)
    contact = models.CharField(max_length=200, blank=True)
    pay = models.CharField(max_length=200, blank=True)
    information = models.TextField(blank=True)
    consent = models.TextField(blank=True)
    instructions = models.TextField(blank=True)
    debrief = models.TextField(blank=True)
    comprehension = models.JSONField(
        default=list,
        blank=True,
        validators=[require_questions],
        help_text="The same questions in this language, their answers in the same order; empty: those of the "
        "design.",
    )
    own_form = models.JSONField(
        "own questionnaire",
        default=list,
        blank=True,
        validators=[require_form],
        help_text="The same questions, by the same names, with their answers in the same order; empty: "
        "those of the design.",
    )

    class Meta:
        verbose_name = verbose_name_plural = "own texts in another language"
        constraints = [
            models.UniqueConstraint(fields=("study", "language"), name="own_texts_once_per_language")
        ]

    def __str__(self) -> str:
        return self.language

    def clean(self) -> None:
        """Refuse questions that are not those of the design, and a second set of its own language."""
        if self.language == self.study.own_language:
            raise ValidationError({"language": "These are the texts of the design itself: write them there."})
        try:
            texts, design = self.to_own_texts(), Design.of(self.study)
        except ValueError:
            return  # said at the field
        if texts.comprehension and not same_answers_are_right(design.comprehension, texts.comprehension):
            raise ValidationError(
                {"comprehension": "As many questions and answers as in the design, and the same ones right."}
            )
        if texts.own_form and not same_form(design.own_form, texts.own_form):
            raise ValidationError(
                {"own_form": "The questions of the design: names, kinds, and as many answers."}
            )

    def to_own_texts(self) -> OwnTexts:
        """Return the texts as plain values, which are frozen with the design."""
        texts = {name: getattr(self, name) for name in OwnTexts.__struct_fields__}
        questions, form = own_questions(self.comprehension), form_questions(self.own_form)
        return OwnTexts(**texts | {"comprehension": questions, "own_form": form})
