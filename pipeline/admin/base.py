"""Bases of the admin's pages: researchers see the rows of their studies only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from study.models import Role, Study


def least_role(request: HttpRequest) -> Role:
    """Return the role that a request of the admin takes: a collaborator changes rows, an owner deletes."""
    if request.POST.get("action") == "delete_selected":
        return Role.OWNER
    return Role.READER if request.method in ("GET", "HEAD") else Role.COLLABORATOR


class OwnStudiesAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Admin of rows that belong to a study, reached by `study_path`."""

    study_path = "study"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        rows = super().get_queryset(request)
        return rows.filter(**{f"{self.study_path}__in": Study.objects.of(request.user, least_role(request))})

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model is Study:
            kwargs["queryset"] = Study.objects.of(request.user, Role.COLLABORATOR)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class ReadOnlyAdmin(OwnStudiesAdmin):
    """Admin of rows that the loop writes: nobody edits them, but actions may change them."""

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Return whether this person may run actions: those who may change rows, though no form does."""
        return super().has_change_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
