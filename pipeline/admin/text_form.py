"""The researcher's own texts in the admin: their languages, and a set of them for each further language."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from study.freezing.freeze import has_people
from study.languages.offered import offered
from study.models import TranslatedTexts


def languages_with_state() -> list[tuple[str, str]]:
    """Return each offered language by its code, named with who answers for its texts."""
    return [(each.code, f"{each.own_name} ({each.name}): {each.state}") for each in offered()]


class OwnTextsInline(admin.StackedInline):  # type: ignore[type-arg]
    """Own texts in a further language, until people take part."""

    model = TranslatedTexts
    classes = ("collapse",)
    extra = 0
    verbose_name = "language"
    verbose_name_plural = "Your own texts in further languages"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("language", "title"),
                    ("institution", "contact", "pay"),
                    "information",
                    "consent",
                    "instructions",
                    "comprehension",
                    "own_form",
                    "debrief",
                )
            },
        ),
    )

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer the languages by their names."""
        if db_field.name != "language":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return forms.ChoiceField(choices=[("", "choose"), *languages_with_state()])

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and not _has_begun(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not _has_begun(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not _has_begun(obj)


def _has_begun(study: Any) -> bool:
    return study is not None and has_people(study)
