"""Fields of the researcher's own questionnaire."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms

from study.questions.own_form import (
    LONGEST_TEXT,
    NUMBER,
    SEVERAL,
    TEXT,
    FormQuestion,
    consent_name,
    field_name,
)

Fields = dict[str, forms.Field]


def own_fields(questions: Sequence[FormQuestion]) -> Fields:
    """Return the fields of these questions, each with the one that agrees to it, where that is asked."""
    fields: Fields = {}
    for question in questions:
        fields[field_name(question)] = _field(question)
        if question.consent:
            fields[consent_name(question)] = forms.BooleanField(label=question.consent, required=False)
    return fields


def _field(question: FormQuestion) -> forms.Field:
    common = {"label": question.question, "required": question.required}
    coded = [(str(code), words) for code, words in enumerate(question.answers, start=1)]
    if question.kind == NUMBER:
        return forms.FloatField(min_value=question.least, max_value=question.most, **common)  # type: ignore[arg-type]
    if question.kind == TEXT:
        return forms.CharField(max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3}), **common)  # type: ignore[arg-type]
    if question.kind == SEVERAL:
        return forms.MultipleChoiceField(choices=coded, widget=forms.CheckboxSelectMultiple, **common)  # type: ignore[arg-type]
    return forms.ChoiceField(choices=coded, widget=forms.RadioSelect, **common)  # type: ignore[arg-type]
