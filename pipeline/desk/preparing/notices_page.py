"""Page of notices: what a researcher wants to hear of, and where it goes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from pipeline.audit import record
from pipeline.desk.access import own_study
from pipeline.models import Notice, NoticeWishes
from pipeline.notices.noting import queue_test
from pipeline.notices.webhook import WebhookRefusedError, require_allowed
from study.models import Role

SHOWN = 20


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


@require_http_methods(["GET", "HEAD", "POST"])
@staff_member_required
def notices(request: HttpRequest, code: str) -> HttpResponse:
    """Show and store what a study's researcher wants to hear of."""
    study = own_study(request, code, Role.COLLABORATOR)
    own_address = study.owner.email if settings.SENDS_MAIL else ""
    stored = NoticeWishes.objects.filter(study=study).first()
    wishes = stored or NoticeWishes(study=study, mail_to=own_address)
    form = NoticesForm(request.POST or None, instance=wishes)
    if request.method == "POST" and form.is_valid():
        form.save()
        record(request.user, study, "changed its notices")
        messages.success(request, "Stored. From now on these notices are sent.")
        return redirect("pipeline:notices", code=code)
    sent = Notice.objects.filter(study=study).order_by("-pk")[:SHOWN]
    context = {"study": study, "form": form, "wishes": wishes, "sent": sent, "title": "Notices"}
    return render(request, "pipeline/notices.html", context)


@require_POST
@staff_member_required
def send_test(request: HttpRequest, code: str) -> HttpResponse:
    """Send a notice that says nothing but that notices arrive."""
    study = own_study(request, code)
    if queue_test(study):
        record(request.user, study, "sent a test notice")
        messages.success(request, "A test is being sent; if it does not arrive, the desk says why.")
    else:
        messages.error(request, "Nothing to send to: name an address first, and save it.")
    return redirect("pipeline:notices", code=code)
