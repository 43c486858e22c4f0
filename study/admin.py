"""Admin pages on which researchers read participants, sessions, answers and frozen versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from study.models import ExternalIdentity, Participant, Role, Session, Study, StudyVersion, Trial

if TYPE_CHECKING:  # generic for the type checker only
    BaseAdmin = admin.ModelAdmin[Any]
else:
    BaseAdmin = admin.ModelAdmin


def of_own_studies(lookup: str) -> tuple[str, type[admin.FieldListFilter]]:
    """Return a list filter that offers only values of the researcher's own rows."""
    return lookup, admin.RelatedOnlyFieldListFilter


class ReadOnlyAdmin(BaseAdmin):
    """Rows of the researcher's own studies, which participants write and nobody here can change."""

    study_lookup: ClassVar[str]
    least_role: ClassVar[Role] = Role.READER
    read_late: ClassVar[tuple[str, ...]] = ()  # long columns, which a list does not show

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return rows of every stage: who took part in a pilot is shown here, and marked as such."""
        own = Study.objects.of(request.user, self.least_role)
        rows: QuerySet[Any] = self.model._base_manager.order_by(*self.get_ordering(request))
        return rows.filter(**{f"{self.study_lookup}__in": own}).defer(*self.read_late)

    def has_add_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False


@admin.register(StudyVersion)
class StudyVersionAdmin(ReadOnlyAdmin):
    study_lookup = "study"
    list_display = ("study", "stage", "number", "frozen_at", "config_hash")
    read_late = ("config",)
    list_filter = (
        "stage",
        of_own_studies("study"),
    )


@admin.register(Participant)
class ParticipantAdmin(ReadOnlyAdmin):
    study_lookup = "version__study"
    list_display = ("public_id", "version", "stage", "mode", "language", "consented_at", "withdrawn_at")
    list_filter = ("stage", "mode", of_own_studies("version__study"))
    exclude = ("kept_out_as",)
    list_select_related = ("version__study",)
    read_late = ("version__config", "consent_text")


@admin.register(ExternalIdentity)
class ExternalIdentityAdmin(ReadOnlyAdmin):
    """Who a participant is on a recruitment platform; shown only to users with the permission for it."""

    study_lookup = "participant__version__study"
    least_role = Role.COLLABORATOR
    list_display = ("participant", "platform", "person", "study_reference", "session_reference")
    list_filter = ("platform",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm("study.view_externalidentity")


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    study_lookup = "participant__version__study"
    list_display = ("participant", "status", "status_reason", "part", "assignment", "answered", "started_at")
    list_filter = (
        "status",
        "participant__stage",
        "participant__mode",
        of_own_studies("participant__version__study"),
    )
    list_select_related = ("participant", "assignment__version__study")
    read_late = ("participant__consent_text", "assignment__version__config", "answers")
    # The token opens the participant's own pages, where answers can be given or erased.
    # The way back may name the person.
    exclude = ("token", "open_tab", "return_link")

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Return the list with the number of answers of each session that its page shows, and of no other."""
        listed = super().get_changelist_instance(request)
        shown = [row.pk for row in listed.result_list]
        closed = Trial.objects.answered().filter(session__in=shown).order_by()
        numbers = dict(closed.values_list("session").annotate(Count("pk")))
        for row in listed.result_list:
            row.closed_trials = numbers.get(row.pk, 0)
        return listed

    @admin.display(description=_("answers"))
    def answered(self, session: Any) -> int:
        return int(session.closed_trials)


@admin.register(Trial)
class TrialAdmin(ReadOnlyAdmin):
    study_lookup = "session__participant__version__study"
    list_display = (
        "id",
        "session",
        "trial_index",
        "attempt",
        "block_type",
        "response_status",
        "response",
        "correct",
        "rt_ms",
        "late",
        "suspect",
    )
    list_filter = (
        "block_type", "response_status", "late", "session__participant__stage", "session__participant__mode",
    )  # fmt: skip
    list_select_related = ("session", "response")
    exclude = ("token", "answer_uuid")
    show_full_result_count = False
