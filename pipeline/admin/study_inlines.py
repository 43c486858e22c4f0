"""Levels and classes of a study, as rows below its form, and what the levels must be."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from pipeline.crops.levels import LevelsOutOfOrderError, check_amounts, field_of
from study.freezing.freeze import has_people
from study.models import Category, Level, Study


class LevelFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """Levels from the whole photo to ever less of it, or of its subject."""

    def clean(self) -> None:
        super().clean()
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("number") is not None]
        levels = sorted((row for row in rows if not row.get("DELETE")), key=lambda row: row["number"])
        if not levels:
            return  # a new study gets the default levels
        if [row["number"] for row in levels] != list(range(len(levels))):
            raise forms.ValidationError("Number the levels 0, 1, 2 ... without gaps.")
        try:
            family = self.instance.level_family
            check_amounts([row[field_of(family)] for row in levels], family)
        except LevelsOutOfOrderError as error:
            raise forms.ValidationError(str(error)) from error


class LevelInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Level
    formset = LevelFormSet
    extra = 0
    fields = ("number", "subject_share", "side")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_under_way(obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and not _is_under_way(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not _is_under_way(obj)


class CategoryInline(admin.TabularInline):  # type: ignore[type-arg]
    """What the answers are called, until people take part."""

    model = Category
    extra = 0
    fields = ("name", "labels")
    readonly_fields = ("name",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj is not None and has_people(obj))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _is_under_way(study: Study | None) -> bool:
    """Return whether crops were made, so that the levels are fixed."""
    return study is not None and study.pk is not None and study.levels.filter(stimuli__isnull=False).exists()
