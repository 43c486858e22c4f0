"""Notices: what a researcher wants to hear of, and what they were sent."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from study.models import Study


class NoticeWishes(models.Model):
    """Where news of a study goes, and which; studies without such a row send nothing."""

    study = models.OneToOneField(Study, on_delete=models.CASCADE, related_name="notice_wishes")
    mail_to = models.EmailField("mail to", blank=True)
    webhook = models.URLField(
        "webhook",
        max_length=500,
        blank=True,
        help_text="What follows the host may be a secret.",
    )
    job_failed = models.BooleanField("a job has failed", default=True)
    loop_ended = models.BooleanField("the loop has finished, cannot go on, or waits for people", default=True)
    quota_full = models.BooleanField("as many people as planned have finished", default=True)
    analysis_done = models.BooleanField("an analysis is done", default=True)
    since = models.DateTimeField(auto_now=True, help_text="Nothing is sent of what happened before.")

    class Meta:
        verbose_name_plural = "notice wishes"

    def __str__(self) -> str:
        return f"notices of {self.study}"


class Notice(models.Model):
    """One occurrence that somebody wanted to hear of; each is noted once."""

    class Event(models.TextChoices):
        JOB_FAILED = "job_failed", _("job failed")
        LOOP_ENDED = "loop_ended", _("loop ended")
        QUOTA_FULL = "quota_full", _("enough people")
        ANALYSIS_DONE = "analysis_done", _("analysis done")
        TEST = "test", _("test of notices")

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="notices")
    event = models.CharField(max_length=13, choices=Event)
    about = models.CharField(max_length=80, help_text="Which occurrence of it.")
    text = models.CharField(max_length=500)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["study", "event", "about"], name="one_notice_per_occurrence")
        ]

    def __str__(self) -> str:
        return f"{self.get_event_display()}: {self.text}"
