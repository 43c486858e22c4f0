"""Admin of jobs, workers, attacker runs, loops, analyses and checks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from pipeline.actions import job_actions
from pipeline.admin.base import OwnStudiesAdmin, ReadOnlyAdmin
from pipeline.attacks.enqueue import queue_attack
from pipeline.audit import record
from pipeline.checks.result import result_of
from pipeline.loop.level_state import pilot_of
from pipeline.models import Analysis, AttackerRun, Check, Job, Loop, LoopEntry, ProcessSign
from study.admin import of_own_studies
from study.models import Study


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("key", "study", "state", "bar", "message", "attempts", "worker", "finished_at")
    list_filter = ("state", "kind", of_own_studies("study"))
    actions = ("cancel", "retry")

    @admin.display(description="progress")
    def bar(self, job: Job) -> str:
        return format_html('<progress max="100" value="{}">{} %</progress>', job.percent, job.percent)

    @admin.action(description="Stop", permissions=["act"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        for job in queryset:
            self.message_user(request, job_actions.stop_job(request.user, job))

    @admin.action(description="Retry (resumes from the last checkpoint)", permissions=["act"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        for job in queryset:
            try:
                self.message_user(request, job_actions.retry_job(request.user, job))
            except job_actions.NothingToRetryError as refusal:
                messages.warning(request, str(refusal))


@admin.register(ProcessSign)
class ProcessSignAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Admin of workers and web processes, for administrators: it names hosts, and jobs of every study."""

    list_display = ("name", "queues", "last_sign", "works_on", "megabytes", "code_version")
    fields = (*list_display, "signed_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        signs: QuerySet[Model] = super().get_queryset(request).annotate(read_at=Now())
        return signs

    @admin.display(description="last sign")
    def last_sign(self, sign: Any) -> str:
        return f"{(sign.read_at - sign.signed_at).total_seconds():.0f} s ago"

    @admin.display(description="works on")
    def works_on(self, sign: ProcessSign) -> str:
        jobs = Job.objects.filter(state=Job.State.RUNNING, worker=sign.name).select_related("study")
        return ", ".join(f"{job.study.code}: {job.key}" for job in jobs) or "nothing"

    @admin.display(description="memory")
    def megabytes(self, sign: ProcessSign) -> str:
        return "not known" if sign.memory is None else f"{sign.memory / 1e6:.0f} MB"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AttackerForm(forms.ModelForm):  # type: ignore[type-arg]
    """An attacker that is queued by hand."""

    def clean_study(self) -> Study:
        study: Study = self.cleaned_data["study"]
        if pilot_of(study).is_ahead:
            raise forms.ValidationError(
                "The pilot has not chosen the crops yet: attackers are trained on what it chooses."
            )
        return study


@admin.register(AttackerRun)
class AttackerRunAdmin(OwnStudiesAdmin):
    form = AttackerForm
    list_display = ("label", "study", "state", "bar", "validation_accuracy", "calibration_error", "seconds")
    list_filter = ("role", "architecture", "trained_through", of_own_studies("study"))
    list_select_related = ("job", "study")
    fields = ("study", "architecture", "seed", "trained_through")

    @admin.display(description="state")
    def state(self, run: AttackerRun) -> str:
        return run.job.get_state_display()

    @admin.display(description="progress")
    def bar(self, run: AttackerRun) -> str:
        return format_html('<progress max="100" value="{}">{} %</progress>', run.job.percent, run.job.percent)

    def get_readonly_fields(self, request: HttpRequest, obj: AttackerRun | None = None) -> Any:
        return [field.name for field in AttackerRun._meta.fields] if obj else ()

    def get_fields(self, request: HttpRequest, obj: AttackerRun | None = None) -> Any:
        return [field.name for field in AttackerRun._meta.fields] if obj else self.fields

    def save_model(self, request: HttpRequest, obj: AttackerRun, form: Any, change: bool) -> None:
        """Queue a further run; the loop takes it into account only if its recipe is the study's own."""
        queued = queue_attack(obj.study, obj.architecture, obj.seed, obj.trained_through)
        obj.pk = queued.pk
        obj.job = queued.job
        obj.role = queued.role  # by which the page names what was queued
        record(request.user, obj.study, f"queued attacker {queued.label}")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody save a run that is there: it is a record, and saving would queue another."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class EntryInline(admin.TabularInline):  # type: ignore[type-arg]
    model = LoopEntry
    extra = 0
    readonly_fields = ("at", "level", "decision", "reason")
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Loop)
class LoopAdmin(ReadOnlyAdmin):
    list_display = ("study", "state", "reason", "started_at", "finished_at")
    inlines = (EntryInline,)


@admin.register(Analysis)
class AnalysisAdmin(ReadOnlyAdmin):
    list_display = ("study", "version", "mode", "created_at", "report")
    list_filter = ("mode", of_own_studies("study"))
    fields = (*list_display, "job", "settings", "table_sha256", "software")
    readonly_fields = ("report",)

    @admin.display(description="report")
    def report(self, analysis: Analysis) -> str:
        address = reverse("pipeline:report", args=[analysis.study.code, analysis.pk])
        return format_html('<a href="{}">open</a>', address)


@admin.register(Check)
class CheckAdmin(ReadOnlyAdmin):
    list_display = ("study", "level", "kind", "summary")
    list_filter = ("kind", of_own_studies("study"))
    fields = ("study", "level", "kind", "job", "summary", "drawing", "all_numbers")
    readonly_fields = ("summary", "drawing", "all_numbers")

    @admin.display(description="result")
    def summary(self, check: Check) -> str:
        result = result_of(check)
        return result.summary if result else "not done yet"

    @admin.display(description="figure")
    def drawing(self, check: Check) -> str:
        if not check.figure:
            return "none"
        address = reverse("pipeline:check-figure", args=[check.study.code, check.pk])
        return format_html('<img src="{}" alt="The numbers are in the result above." width="640">', address)

    @admin.display(description="all numbers")
    def all_numbers(self, check: Check) -> str:
        return format_html("<pre>{}</pre>", check.numbers)
