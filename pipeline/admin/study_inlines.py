"""Levels and classes of a study, as rows below its form."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from pipeline.admin.study_form import LevelFormSet
from study.freezing.freeze import has_people
from study.models import Category, Level, Study


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
