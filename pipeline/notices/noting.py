"""Occurrences into notices, each once, and notices into jobs that deliver them."""

from __future__ import annotations

from django.db import transaction

from pipeline.models import Job
from pipeline.models.job_params import NoticeParams
from pipeline.models.notices import Notice, NoticeWishes
from pipeline.notices.occurrences import Occurrence, occurrences
from pipeline.queue.job_requests import enqueue
from study.models import Study
from study.tokens import new_token

MAIL, WEBHOOK = "mail", "webhook"


def queue_notices() -> list[Job]:
    """Queue the delivery of everything that has happened and was not noted before; anyone may call this."""
    wanted = list(occurrences())
    noted = set(Notice.objects.values_list("study", "event", "about")) if wanted else set()
    fresh = [each for each in wanted if (each.study.pk, each.event, each.about) not in noted]
    return [job for occurrence in fresh for job in note(occurrence)]


def queue_test(study: Study) -> list[Job]:
    """Queue a notice that says nothing but that notices arrive."""
    return note(Occurrence(study, Notice.Event.TEST, new_token(), "Notices of this study arrive here."))


@transaction.atomic
def note(occurrence: Occurrence) -> list[Job]:
    """Note an occurrence and queue its delivery to each place; nothing if another process was faster."""
    notice, is_new = Notice.objects.get_or_create(
        study=occurrence.study,
        event=occurrence.event,
        about=occurrence.about,
        defaults={"text": occurrence.text},
    )
    wishes = NoticeWishes.objects.filter(study=occurrence.study).first()
    if not is_new or wishes is None:
        return []
    return [
        enqueue(occurrence.study, Job.Kind.NOTIFY, f"notify:{notice.pk}:{way}", NoticeParams(notice.pk, way))
        for way, place in ((MAIL, wishes.mail_to), (WEBHOOK, wishes.webhook))
        if place
    ]
