"""Trials: what was planned for a participant, and what they answered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from study.models.people import Session
from study.models.photos import Category, Stimulus
from study.tokens import new_token


class TrialQuerySet(models.QuerySet["Trial"]):
    def answered(self) -> TrialQuerySet:
        return self.exclude(response_status="")

    def open(self) -> TrialQuerySet:
        return self.filter(response_status="")

    def analysable(self, mode: str) -> TrialQuerySet:
        """Trials that may enter an analysis: real test trials, closed, of completed sessions of one mode.

        Exclusion rules of the frozen version flag further rows; they stay in the export.
        """
        return self.answered().filter(
            block_type=Trial.BlockType.TEST,
            session__participant__mode=mode,
            session__status=Session.Status.COMPLETED,
        )


class Trial(models.Model):
    """One photo shown once to one person. Written by study.sessions only."""

    class BlockType(models.TextChoices):
        PRACTICE = "practice", _("practice")
        TEST = "test", _("test")
        CATCH = "catch", _("catch")

    class ResponseStatus(models.TextChoices):
        OPEN = "", _("open")
        ANSWERED = "answered", _("answered")
        TIMEOUT = "timeout", _("timeout")
        CANT_TELL = "cant_tell", _("can't tell")
        ABORTED = "aborted", _("aborted")

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="trials")
    stimulus = models.ForeignKey(Stimulus, on_delete=models.PROTECT, related_name="trials")
    token = models.CharField(max_length=32, unique=True, default=new_token)
    trial_index = models.PositiveIntegerField()
    attempt = models.PositiveIntegerField(default=1)
    block_id = models.PositiveIntegerField()
    block_type = models.CharField(max_length=10, choices=BlockType)
    served_at = models.DateTimeField(null=True, help_text="When the server first gave this photo out.")
    begun_at = models.DateTimeField(null=True, help_text="When the browser said that this trial begins.")

    response_status = models.CharField(max_length=10, choices=ResponseStatus, blank=True, default="")
    status_reason = models.CharField(
        max_length=20, blank=True, help_text="Why a trial was aborted: interrupted or preload_failed."
    )
    response = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    correct = models.BooleanField(null=True)
    confidence = models.PositiveSmallIntegerField(null=True)
    rt_ms = models.FloatField(null=True)
    late = models.BooleanField(default=False, help_text="Arrived after the server's own deadline.")
    suspect = models.CharField(max_length=60, blank=True, help_text="Why the answer looks forged.")
    answer_uuid = models.UUIDField(null=True, unique=True, help_text="The browser's name for this answer.")
    received_at = models.DateTimeField(null=True)

    stimulus_ms_planned = models.FloatField(null=True)
    stimulus_ms_achieved = models.FloatField(null=True)
    mask_ms_achieved = models.FloatField(null=True)
    frame_ms = models.FloatField(null=True)
    dropped_frames = models.PositiveIntegerField(null=True)
    focus_lost = models.BooleanField(default=False)
    fullscreen = models.BooleanField(default=False)
    onset_utc = models.DateTimeField(null=True)

    objects = TrialQuerySet.as_manager()

    class Meta:
        ordering = ["session", "trial_index", "attempt"]
        constraints = [
            models.UniqueConstraint(fields=["session", "trial_index", "attempt"], name="one_row_per_attempt"),
            models.CheckConstraint(
                condition=Q(response_status="", correct__isnull=True) | ~Q(response_status=""),
                name="open_trials_have_no_score",
            ),
        ]

    def __str__(self) -> str:
        return f"trial {self.trial_index} of {self.session}"
