"""The job that delivers a notice by mail or webhook; who does not answer is asked again later."""

from __future__ import annotations

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from pipeline.models.job_params import NoticeParams
from pipeline.models.notices import Notice, NoticeWishes
from pipeline.notices import webhook
from pipeline.notices.noting import MAIL
from pipeline.queue.claims import Claim, TryLaterError, Write


class NoPlaceError(ValueError):
    """A notice has nowhere to go any more."""


def deliver(claim: Claim) -> Write:
    """Deliver a notice to where its study wants it now; nothing remains to be stored.

    Raises NoPlaceError if the study no longer names a place; TryLaterError if the mail server or the other
    side does not answer; WebhookRefusedError if the address may not be called.
    """
    params = NoticeParams.of(claim.job)
    notice = Notice.objects.select_related("study").get(pk=params.notice)
    wishes = NoticeWishes.objects.filter(study=notice.study).first()
    place = getattr(wishes, "mail_to" if params.way == MAIL else "webhook", "")
    if not place:
        raise NoPlaceError("This study names no such place any more. Name one under Notices, then retry.")
    if params.way == MAIL:
        _mail(place, notice)
    else:
        webhook.post(place, content_of(notice))
    return lambda: None


def content_of(notice: Notice) -> dict[str, str]:
    """Return what a webhook gets; chats such as Slack and Mattermost show its `text`."""
    study = " ".join(notice.study.name.split())
    return {
        "text": f"{study}: {notice.text} {desk_address(notice)}".strip(),
        "event": notice.event,
        "study": study,
        "desk": desk_address(notice),
        "at": notice.created_at.isoformat(),
    }


def desk_address(notice: Notice) -> str:
    """Return the address of the study's desk, which asks for a login; empty where the site's is not set."""
    if not settings.SITE_URL:
        return ""
    return f"{settings.SITE_URL.rstrip('/')}{reverse('pipeline:desk', args=[notice.study.code])}"


def _mail(address: str, notice: Notice) -> None:
    content = content_of(notice)
    body = f"{notice.text}\n\n{content['desk']}\n\nThe study's page of notices says what is sent, and where."
    subject = f"{content['study']}: {notice.get_event_display()}"
    try:
        EmailMessage(subject, body, to=[address]).send()
    except smtplib.SMTPRecipientsRefused:
        raise
    except (smtplib.SMTPException, OSError) as error:
        raise TryLaterError(f"the mail server does not take it ({type(error).__name__})") from error
