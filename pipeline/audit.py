"""The audit log: actions and exports of researchers, and changes of accounts, in Django's admin log."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

from study.models import Study


def record(user: Any, study: Study, action: str) -> None:
    """Log that a user did something to a study."""
    _log(user, study, action)


def record_account(user: Any, account: Any, action: str) -> None:
    """Log that a user did something to an account, which may be their own."""
    _log(user, account, action)


def entries_of(study: Study) -> QuerySet[LogEntry]:
    """Return what was logged about a study, the newest first, with who did it."""
    return _entries(study)


def entries_of_account(account: Any) -> QuerySet[LogEntry]:
    """Return what was logged about an account, the newest first, with who did it."""
    return _entries(account)


def _log(user: Any, row: Any, action: str) -> None:
    LogEntry.objects.log_actions(
        user_id=user.pk, queryset=[row], action_flag=CHANGE, change_message=action, single_object=True
    )


def _entries(row: Any) -> QuerySet[LogEntry]:
    kind = ContentType.objects.get_for_model(type(row))
    logged = LogEntry.objects.filter(content_type=kind, object_id=str(row.pk))
    return logged.select_related("user").order_by("-action_time", "-pk")
