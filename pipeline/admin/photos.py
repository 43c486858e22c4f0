"""Source photos and their crops, with pictures."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from pipeline.admin.own import ReadOnlyAdmin
from study.models import Item, Stimulus


@admin.register(Item)
class ItemAdmin(ReadOnlyAdmin):
    list_display = ("picture", "source_name", "category", "split", "width", "height", "study")
    list_filter = ("split", "study")
    search_fields = ("source_name",)

    @admin.display(description="photo")
    def picture(self, item: Item) -> str:
        return format_html('<img src="{}" alt="" width="96">', reverse("pipeline:item", args=[item.pk]))


@admin.register(Stimulus)
class StimulusAdmin(ReadOnlyAdmin):
    study_path = "level__study"
    list_display = ("picture", "item", "level", "review", "subject_kept", "attention_kept", "by_hand")
    list_filter = ("review", "level__number", "item__split", "level__study")
    list_select_related = ("item__category", "level")
    actions = ("approve", "discard")

    @admin.display(description="crop")
    def picture(self, stimulus: Stimulus) -> str:
        return format_html(
            '<img src="{}" alt="" width="96">', reverse("pipeline:stimulus", args=[stimulus.pk])
        )

    @admin.action(description="Approve: a person can tell")
    def approve(self, request: HttpRequest, queryset: QuerySet[Stimulus]) -> None:
        self._review(request, queryset, Stimulus.Review.APPROVED)

    @admin.action(description="Discard: a person could not tell")
    def discard(self, request: HttpRequest, queryset: QuerySet[Stimulus]) -> None:
        self._review(request, queryset, Stimulus.Review.DISCARDED)

    def _review(self, request: HttpRequest, queryset: QuerySet[Stimulus], review: Stimulus.Review) -> None:
        count = queryset.update(review=review)
        self.message_user(request, f"{count} crops: {review.label}.")
