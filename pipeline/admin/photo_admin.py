"""Admin of source photos and their crops, with pictures."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from pipeline.actions.crop_review import resume_waiting_loops, review
from pipeline.admin.base import ReadOnlyAdmin
from pipeline.crops.changed_crops import StimulusInUseError
from study.admin import of_own_studies
from study.models import Item, Stimulus

MOST_REFUSALS = 5  # shown at once: they all give the same reason


@admin.register(Item)
class ItemAdmin(ReadOnlyAdmin):
    list_display = ("picture", "source_name", "category", "split", "width", "height", "study")
    list_filter = ("split", of_own_studies("study"))
    search_fields = ("source_name",)

    @admin.display(description="photo")
    def picture(self, item: Item) -> str:
        return format_html('<img src="{}" alt="" width="96">', reverse("pipeline:item", args=[item.pk]))


@admin.register(Stimulus)
class StimulusAdmin(ReadOnlyAdmin):
    study_path = "level__study"
    list_display = ("picture", "item", "level", "review", "subject_kept", "attention_kept", "by_hand")
    list_filter = ("review", "level__number", "item__split", of_own_studies("level__study"))
    list_select_related = ("item__category", "level")
    actions = ("approve", "discard")

    @admin.display(description="crop")
    def picture(self, stimulus: Stimulus) -> str:
        return format_html(
            '<img src="{}" alt="" width="96">', reverse("pipeline:stimulus", args=[stimulus.pk])
        )

    @admin.action(description="Approve: people can recognise it", permissions=["act"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Stimulus]) -> None:
        self._review(request, queryset, Stimulus.Review.APPROVED)

    @admin.action(description="Discard: people could not recognise it", permissions=["act"])
    def discard(self, request: HttpRequest, queryset: QuerySet[Stimulus]) -> None:
        self._review(request, queryset, Stimulus.Review.DISCARDED)

    def _review(self, request: HttpRequest, queryset: QuerySet[Stimulus], decision: Stimulus.Review) -> None:
        """Decide about each crop, and log it; a crop of a frozen version is refused."""
        stimuli, refusals = queryset.select_related("item", "level__study"), []
        for stimulus in stimuli:
            try:
                review(request.user, stimulus, decision)
            except StimulusInUseError as error:
                refusals.append(f"{stimulus}: {error}")
        resume_waiting_loops({stimulus.level.study for stimulus in stimuli})
        self.message_user(request, f"{len(stimuli) - len(refusals)} crops: {decision.label}.")
        for refusal in refusals[:MOST_REFUSALS]:
            self.message_user(request, refusal, messages.ERROR)
