"""Trials and tiles: what was planned for a participant, and what they answered; and parts of sessions."""

from __future__ import annotations

import msgspec
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from study.models.people import Session
from study.models.photos import Category, Stimulus
from study.parts.part_device import PartDevice
from study.tokens import new_token


def in_places(first: Stimulus | None, second: Stimulus | None, place: int) -> tuple[Stimulus, ...]:
    """Return the photos of a trial from left to right or from above, where the first is at that place."""
    both = [photo for photo in (first, second) if photo is not None]
    return tuple(reversed(both) if place else both)


class TrialQuerySet(models.QuerySet["Trial"]):
    def answered(self) -> TrialQuerySet:
        """Return trials that are closed, in whichever way."""
        return self.exclude(response_status="")

    def open(self) -> TrialQuerySet:
        """Return trials that are still to be answered."""
        return self.filter(response_status="")


class Trial(models.Model):
    """One photo, or one grid of photos, shown once to one person. Written by study.sessions only."""

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

    class Input(models.TextChoices):
        KEY = "key", _("key")
        MOUSE = "mouse", _("mouse")
        TOUCH = "touch", _("touch")
        PEN = "pen", _("pen")
        ASSISTIVE = "assistive", _("screen reader or switch")

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="trials")
    stimulus = models.ForeignKey(Stimulus, on_delete=models.PROTECT, related_name="trials", null=True)
    beside = models.ForeignKey(
        Stimulus,
        on_delete=models.PROTECT,
        related_name="trials_beside",
        null=True,
        help_text="The other photo, where two are shown at once.",
    )
    stimulus_place = models.PositiveSmallIntegerField(
        default=0, help_text="Place of the first of two photos: 0 left or above, 1 right or below."
    )
    target = models.ForeignKey(
        Category,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="What a grid, a yes-no question or a choice between two photos asks for.",
    )
    beside_token = models.CharField(
        max_length=32,
        unique=True,
        null=True,
        blank=True,
        help_text="Of the photo on the right, or below, of two.",
    )
    token = models.CharField(max_length=32, unique=True, default=new_token)
    trial_index = models.PositiveIntegerField()
    attempt = models.PositiveIntegerField(default=1)
    block_id = models.PositiveIntegerField()
    block_type = models.CharField(max_length=10, choices=BlockType)
    level_probability = models.FloatField(
        null=True, help_text="Chance with which an adaptive study drew the level of this photo."
    )
    served_at = models.DateTimeField(null=True, help_text="When the server first gave this photo out.")
    begun_at = models.DateTimeField(null=True, help_text="When the browser said that this trial begins.")

    response_status = models.CharField(max_length=10, choices=ResponseStatus, blank=True, default="")
    status_reason = models.CharField(
        max_length=20, blank=True, help_text="Why a trial was aborted: interrupted or preload_failed."
    )
    choice_order = models.JSONField(
        default=list,
        help_text="Category ids, or the words of the task, in the order of the buttons, when this trial is "
        "shown; of two photos to choose between, the classes that they show.",
    )
    response_input = models.CharField(
        max_length=9, choices=Input, blank=True, help_text="What the answer was given with."
    )
    response = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    said_yes = models.BooleanField(null=True, help_text="Answer to a yes-no question.")
    said_same = models.BooleanField(null=True, help_text="Answer to a comparison of two photos.")
    response_text = models.TextField(
        blank=True, help_text="What was typed; its score is no part of the answer and stands in no row here."
    )
    first_key_ms = models.FloatField(null=True, help_text="When the first letter was typed, after the onset.")
    correct = models.BooleanField(null=True)
    tile_accuracy = models.FloatField(
        null=True, help_text="Of a grid: mean of the shares of targets selected and of others left alone."
    )
    confidence = models.PositiveSmallIntegerField(null=True)
    rt_ms = models.FloatField(null=True)
    late = models.BooleanField(default=False, help_text="Arrived after the server's own deadline.")
    suspect = models.CharField(max_length=60, blank=True, help_text="Why the answer looks forged.")
    answer_uuid = models.UUIDField(null=True, unique=True, help_text="The browser's name for this answer.")
    received_at = models.DateTimeField(null=True)

    stimulus_ms_planned = models.FloatField(null=True)
    stimulus_ms_achieved = models.FloatField(null=True)
    mask_ms_achieved = models.FloatField(null=True)
    shown_px = models.FloatField(
        null=True, help_text="Longer side of the photo as it was drawn, in pixels of the screen."
    )
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
            models.CheckConstraint(
                condition=Q(stimulus__isnull=False) | Q(target__isnull=False),
                name="one_photo_or_a_grid_for_a_target",
            ),
        ]

    def __str__(self) -> str:
        return f"trial {self.trial_index} of {self.session}"

    @property
    def photos(self) -> tuple[Stimulus, ...]:
        """Its two photos from left to right or from above, or its only one; those of a grid are tiles."""
        return in_places(self.stimulus, self.beside, self.stimulus_place)

    @property
    def photo_tokens(self) -> tuple[str, ...]:
        """By which its photos are asked for, in the order of `photos`; the tiles of a grid have their own."""
        return (self.token, self.beside_token) if self.beside_token else (self.token,)


class Tile(models.Model):
    """One photo of a grid trial. Written by study.sessions only."""

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="tiles")
    stimulus = models.ForeignKey(Stimulus, on_delete=models.PROTECT, related_name="tiles")
    position = models.PositiveSmallIntegerField(help_text="Place in the grid, row by row, from 0.")
    token = models.CharField(max_length=32, unique=True, default=new_token)
    selected = models.BooleanField(null=True, help_text="Empty until the grid was submitted.")

    class Meta:
        ordering = ["trial", "position"]
        constraints = [models.UniqueConstraint(fields=["trial", "position"], name="one_tile_per_position")]

    def __str__(self) -> str:
        return f"tile {self.position} of {self.trial}"


class SessionPart(models.Model):
    """One part of a session on several days, from its beginning; sessions in one go have none."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveSmallIntegerField(help_text="From 1.")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When its last photo was answered.")
    completion_code = models.CharField(
        max_length=40, blank=True, help_text="What the person got for this part; empty: nothing of its own."
    )
    device = models.JSONField(default=dict, help_text="Where it was done; empty until it is over.")

    class Meta:
        ordering = ["session", "number"]
        constraints = [models.UniqueConstraint(fields=["session", "number"], name="one_row_per_part")]

    def __str__(self) -> str:
        return f"part {self.number} of {self.session}"

    @property
    def done_at(self) -> PartDevice:
        """The device at which it was done."""
        return msgspec.convert(self.device, PartDevice)

    @property
    def minutes(self) -> float | None:
        """How long it took; None while it is under way."""
        return (self.ended_at - self.began_at).total_seconds() / 60 if self.ended_at else None
