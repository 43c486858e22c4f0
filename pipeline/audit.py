"""Who did what: researcher actions and exports, in Django's admin log."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry

from study.models import Study


def record(user: Any, study: Study, what: str) -> None:
    LogEntry.objects.log_actions(
        user_id=user.pk, queryset=[study], action_flag=CHANGE, change_message=what, single_object=True
    )
