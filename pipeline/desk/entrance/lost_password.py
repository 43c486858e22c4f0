"""The way back after a lost password: a link by mail that works once and for an hour."""

from __future__ import annotations

import threading
import time
from typing import Any

from axes.utils import reset as unlock
from django.contrib.auth import views
from django.contrib.auth.forms import PasswordResetForm
from django.http import HttpResponse
from django.urls import URLPattern, path, reverse_lazy

from pipeline.accounts.second_factor import end_pause

AGAIN_AFTER = 600.0  # seconds until a process sends the same account another mail


class LostPasswordForm(PasswordResetForm):
    """Sends the link from a thread: who asks waits as long whether or not there is such an account."""

    _sent_at: dict[str, float] = {}  # by address of mail, for all requests of this process

    def send_mail(
        self,
        subject_template_name: str,
        email_template_name: str,
        context: dict[str, Any],
        from_email: str | None,
        to_email: str,
        html_email_template_name: str | None = None,
    ) -> None:
        """Send one mail; an account that got one a few minutes ago gets no other. Failures are logged."""
        now = time.monotonic()
        if now - self._sent_at.get(to_email, -AGAIN_AFTER) < AGAIN_AFTER:
            return
        self._sent_at[to_email] = now
        mail = (subject_template_name, email_template_name, context, from_email, to_email)
        html = {"html_email_template_name": html_email_template_name}
        threading.Thread(target=super().send_mail, args=mail, kwargs=html, name="lost-password").start()


class AskView(views.PasswordResetView):
    form_class = LostPasswordForm
    success_url = reverse_lazy("password_reset_done")
    email_template_name = "pipeline/lost_password_mail.txt"
    subject_template_name = "pipeline/lost_password_subject.txt"


class NewPasswordView(views.PasswordResetConfirmView):
    success_url = reverse_lazy("password_reset_complete")

    def form_valid(self, form: Any) -> HttpResponse:
        """Store the password, and end the locks that who guessed the old one, or knew it, has left."""
        unlock(username=form.user.get_username())
        end_pause(form.user)
        return super().form_valid(form)


def addresses() -> list[URLPattern]:
    """Return the pages of this way; the page of the login links to the first by its name."""
    return [
        path("lost", AskView.as_view(), name="admin_password_reset"),
        path("lost/sent", views.PasswordResetDoneView.as_view(), name="password_reset_done"),
        path("lost/<uidb64>/<token>", NewPasswordView.as_view(), name="password_reset_confirm"),
        path("lost/done", views.PasswordResetCompleteView.as_view(), name="password_reset_complete"),
    ]
