"""Where a study's notices go, and which: the form of the page, also for scripts and from a shell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.forms.models import model_to_dict

from pipeline.audit import record
from pipeline.models import NoticeWishes
from pipeline.notices.noting import queue_test
from pipeline.notices.webhook import WebhookRefusedError, require_allowed
from study.models import Study


class NoticesRefusedError(ValueError):
    """Notices cannot be sent like this; the message says why."""


class NoticesForm(forms.ModelForm):  # type: ignore[type-arg]
    """Where notices go, and which; an address that this site may not call is refused at once."""

    webhook = forms.URLField(
        required=False,
        assume_scheme="https",
        max_length=500,
        help_text="An address that takes JSON by POST, such as an incoming webhook of Slack or Mattermost. "
        "Whoever knows it can write there: it is shown to nobody but you.",
    )

    class Meta:
        model = NoticeWishes
        fields = ("mail_to", "webhook", "job_failed", "loop_ended", "quota_full", "analysis_done")
        labels = {
            "mail_to": "Mail to",
            "job_failed": "A job has failed",
            "loop_ended": "The loop has finished, cannot go on, or waits for people",
            "quota_full": "As many people as planned have finished",
            "analysis_done": "An analysis is done",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"label_suffix": ""} | kwargs))
        if not settings.SENDS_MAIL:
            self.fields["mail_to"].disabled = True
            self.fields["mail_to"].help_text = "This site sends no mail: its administrator sets EMAIL_URL."
        if not settings.WEBHOOK_ORIGINS and not settings.WEBHOOK_PRIVATE_ORIGINS:
            self.fields["webhook"].disabled = True
            self.fields["webhook"].help_text = "None is allowed here: the administrator sets WEBHOOK_ORIGINS."

    def clean_webhook(self) -> str:
        address = str(self.cleaned_data["webhook"] or "")
        if address and "webhook" in self.changed_data:
            try:
                require_allowed(address)
            except (WebhookRefusedError, ValueError) as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return address


def stored_wishes(study: Study) -> NoticeWishes:
    """Return what is wished for a study's notices; before anybody wished, mail to its owner."""
    own_address = study.owner.email if settings.SENDS_MAIL else ""
    stored = NoticeWishes.objects.filter(study=study).first()
    return stored or NoticeWishes(study=study, mail_to=own_address)


def change_wishes(user: Any, study: Study, changes: Mapping[str, Any]) -> str:
    """Change where notices go and which, all or none; return how it went.

    Raises
    ------
    NoticesRefusedError
        If there is no such choice, or the page's form refuses it.
    """
    wishes = stored_wishes(study)
    before = model_to_dict(wishes, NoticesForm.Meta.fields)
    if unknown := sorted(set(changes) - set(before)):
        raise NoticesRefusedError(f"There is no {', '.join(unknown)}; there are: {', '.join(before)}.")
    form = NoticesForm(before | dict(changes), instance=wishes)
    if barred := [name for name in changes if form.fields[name].disabled]:
        raise NoticesRefusedError(" ".join(str(form.fields[name].help_text) for name in barred))
    if not form.is_valid():
        reasons = (f"{name}: {' '.join(map(str, why))}" for name, why in form.errors.items())
        raise NoticesRefusedError(" ".join(reasons))
    store(user, study, form)
    return "Stored. From now on these notices are sent."


def store(user: Any, study: Study, form: NoticesForm) -> None:
    """Store what a valid form wishes, and log it."""
    form.save()
    record(user, study, "changed its notices")


def send_a_test(user: Any, study: Study) -> str:
    """Send a notice that says nothing but that notices arrive; return how it went.

    Raises
    ------
    NoticesRefusedError
        If no address is named.
    """
    if not queue_test(study):
        raise NoticesRefusedError("Nothing to send to: name an address first, and save it.")
    record(user, study, "sent a test notice")
    return "A test is being sent; if it does not arrive, the desk says why."
