"""Page of the audit log: every action, export and retry of a study, who did it, and when."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.contrib.admin.models import LogEntry
from django.contrib.admin.views.decorators import staff_member_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from pipeline.audit import entries_of
from pipeline.desk.access import own_study
from pipeline.exports.csv_lines import csv_lines

PER_PAGE = 50


@dataclass(frozen=True)
class Entry:
    """One line of the log."""

    at: datetime
    user: str
    action: str

    @classmethod
    def of(cls, entry: LogEntry) -> Entry:
        """Read a stored line; changes by the admin's forms tell which fields they were about."""
        return cls(entry.action_time, entry.user.get_username(), entry.get_change_message() or str(entry))


@require_GET
@staff_member_required
def audit(request: HttpRequest, code: str) -> HttpResponse:
    """Show the log, the newest line first, of everybody or of one person, with a text or without."""
    study = own_study(request, code)
    entries = entries_of(study)
    names = sorted(set(entries.order_by().values_list("user__username", flat=True)))
    chosen, text = request.GET.get("user", ""), request.GET.get("text", "")
    page = Paginator(_wanted(entries, chosen, text), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "study": study,
        "page": page,
        "entries": [Entry.of(entry) for entry in page],
        "names": names,
        "chosen": chosen,
        "text": text,
        "title": "Log",
    }
    return render(request, "pipeline/audit.html", context)


@require_GET
@staff_member_required
def audit_csv(request: HttpRequest, code: str) -> StreamingHttpResponse:
    """Stream the whole log, the oldest line first."""
    study = own_study(request, code)
    entries = map(Entry.of, entries_of(study).reverse().iterator(1000))
    lines = csv_lines(["at", "user", "action"], map(asdict, entries))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{study.code}-log.csv"'
    return response


def _wanted(entries: QuerySet[LogEntry], user: str, text: str) -> QuerySet[LogEntry]:
    if user:
        entries = entries.filter(user__username=user)
    return entries.filter(change_message__icontains=text) if text else entries
