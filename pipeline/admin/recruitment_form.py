"""Where a study's people come from, on the study's own page in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from study.models import Recruitment
from study.models.studies import Stage
from study.platforms.contract import Outcome

TITLES = {
    Outcome.COMPLETED: "completed",
    Outcome.SCREENED_OUT: "screened out",
    Outcome.DECLINED: "no consent",
    Outcome.FULL: "study full",
    Outcome.STOPPED: "stopped before the end",
}

TAKEN_BACK: list[Any] = [
    (f"What people take back: {title}", {"fields": ((f"code_{outcome}", f"link_{outcome}"),)})
    for outcome, title in TITLES.items()
]


class RecruitmentInline(admin.StackedInline):  # type: ignore[type-arg]
    """Platform, codes and links of the main study and of its pilot; they can change at any time."""

    model = Recruitment
    classes = ("collapse",)
    max_num = len(Stage)
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    verbose_name = "recruitment"
    verbose_name_plural = "Recruitment (docs/platforms says what each platform needs)"
    fieldsets = (
        (None, {"fields": (("stage", "platform", "require_id"),)}),
        (
            "Names of the link's parameters (another panel only)",
            {"fields": (("person_parameter", "study_parameter", "session_parameter"),)},
        ),
        *TAKEN_BACK,
        ("What people take back: each part of several", {"fields": ("codes_of_parts",)}),
    )

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Return how many empty forms to show: one where nothing is set yet."""
        return 0 if obj is not None and obj.recruitments.exists() else 1
