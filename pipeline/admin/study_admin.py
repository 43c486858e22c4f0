"""Studies: design, import of photos, and what a researcher can do with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import OuterRef, QuerySet
from django.forms import BaseModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from pipeline.actions.study_actions import ACTIONS, REFUSALS, perform_action
from pipeline.admin.base import least_role
from pipeline.admin.design_changes import fixed_fields
from pipeline.admin.design_preview import preview_of
from pipeline.admin.recruitment_form import RecruitmentInline
from pipeline.admin.study_fieldsets import FIELDSETS
from pipeline.admin.study_form import StudyForm
from pipeline.admin.study_inlines import CategoryInline, LevelInline
from pipeline.admin.text_form import OwnTextsInline
from pipeline.crops.levels import add_levels
from study.design import Design
from study.freezing.answer_notes import notes_on_answers
from study.models import Item, Role, Study
from study.models.members import role_of
from study.statements.row_counts import counted


def _admin_action(name: str, label: str) -> Callable[..., None]:
    """Return a study action as an action of the admin's list, over the selected studies."""

    def run(modeladmin: Any, request: HttpRequest, queryset: QuerySet[Study]) -> None:
        for study in queryset:
            try:
                messages.success(request, f"{study}: {perform_action(request.user, study, name)}")
            except REFUSALS as refusal:
                messages.error(request, f"{study}: {refusal}")

    run.__name__ = name.replace("-", "_")
    # Django fills the model's name into a description, so that a per cent sign needs its double
    described = admin.action(description=label.replace("%", "%%"), permissions=["change"])
    return described(run)


@admin.register(Study)
class StudyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = StudyForm
    list_display = ("name", "status", "photos", "desk_link", "owner", "created_at")
    list_filter = ("status",)
    search_fields = ("name", "code")
    readonly_fields = ("desk_link", "upload_link", "room_for_answers")
    inlines = (RecruitmentInline, LevelInline, CategoryInline, OwnTextsInline)
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    actions = [_admin_action(name, action.label) for name, action in ACTIONS.items()]
    fieldsets = FIELDSETS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Study]:
        photos = Item.objects.filter(study=OuterRef("pk"))
        return Study.objects.of(request.user, least_role(request)).annotate(number_of_photos=counted(photos))

    def has_change_permission(self, request: HttpRequest, obj: Study | None = None) -> bool:
        """Let readers look at the design, and nobody but its collaborators change it."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or role_of(request.user, obj) >= Role.COLLABORATOR)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the form, with the screen of a participant beside it."""
        study = self.get_object(request, object_id)
        shown = {"preview": preview_of(study) if study else None}
        return super().change_view(request, object_id, form_url, shown | (extra_context or {}))

    def has_delete_permission(self, _request: HttpRequest, _obj: Study | None = None) -> bool:
        """Leave deletion to the page of a study's storage, which also removes its files."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Study | None = None) -> Any:
        """Return what can no longer change, and what is never typed."""
        if obj is None:
            return self.readonly_fields
        return (*self.readonly_fields, *fixed_fields(obj), "code")

    def save_model(self, request: HttpRequest, obj: Study, form: BaseModelForm[Study], change: bool) -> None:
        if not change:
            obj.owner = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)
        version = obj.version()
        if version is not None and not set(Design.names()).isdisjoint(form.changed_data):
            messages.warning(
                request,
                f"Participants still join version {version.number}. Freeze the new design to replace it.",
            )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not form.instance.levels.exists():
            add_levels(form.instance)

    @admin.display(description="answers in view")
    def room_for_answers(self, study: Study) -> str:
        """Say before freezing in which windows the answers will not be in view."""
        if not study.pk or not study.categories.exists():
            return "known once photos are imported"
        notes = notes_on_answers(study)
        return " ".join(notes) or "Photo and answers are in view together on usual phones and laptops."

    @admin.display(description="photos")
    def photos(self, study: Study) -> int:
        number: int = vars(study)["number_of_photos"]
        return number

    @admin.display(description="desk")
    def desk_link(self, study: Study) -> str:
        if not study.pk:
            return "available after saving"
        address = reverse("pipeline:desk", args=[study.code])
        return format_html('<a href="{}">progress, crops, reports, exports</a>', address)

    @admin.display(description="photos")
    def upload_link(self, study: Study) -> str:
        if not study.pk:
            return "available after saving"
        return format_html(
            '<a href="{}">import a zip file</a>', reverse("pipeline:import", args=[study.code])
        )
