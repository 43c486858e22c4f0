"""The audit log: actions and exports of researchers, in Django's admin log."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

from study.models import Study


def record(user: Any, study: Study, action: str) -> None:
    """Log that a user did something to a study."""
    LogEntry.objects.log_actions(
        user_id=user.pk, queryset=[study], action_flag=CHANGE, change_message=action, single_object=True
    )


def entries_of(study: Study) -> QuerySet[LogEntry]:
    """Return what was logged about a study, the newest first, with who did it."""
    kind = ContentType.objects.get_for_model(Study)
    logged = LogEntry.objects.filter(content_type=kind, object_id=str(study.pk))
    return logged.select_related("user").order_by("-action_time", "-pk")
