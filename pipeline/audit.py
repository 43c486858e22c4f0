"""The audit log: actions and exports of researchers, in Django's admin log."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry

from study.models import Study


def record(user: Any, study: Study, action: str) -> None:
    """Log that a user did something to a study."""
    LogEntry.objects.log_actions(
        user_id=user.pk, queryset=[study], action_flag=CHANGE, change_message=action, single_object=True
    )
