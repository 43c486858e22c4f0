"""Participants, their external identities (kept apart), and their sessions."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from study.choosing.answer_search import BUTTONS, SEARCH
from study.models.crop_levels import AssignmentList
from study.models.studies import Stage, StudyVersion
from study.parts.part_device import PartDevice
from study.parts.part_under_way import PartUnderWay
from study.parts.return_window import Coming
from study.questions.questionnaire import Questionnaire
from study.sizing import screen_measure
from study.tokens import new_token


class Mode(models.TextChoices):
    LIVE = "live", _("live")
    PREVIEW = "preview", _("preview (never counted)")
    SIMULATED = "simulated", _("simulated (robots)")


class MainParticipantManager(models.Manager["Participant"]):
    """People of the main study only: who chose the crops in a pilot is in no table and no analysis of it."""

    def get_queryset(self) -> models.QuerySet[Participant]:
        return super().get_queryset().filter(stage=Stage.MAIN)


class Ruling(models.TextChoices):
    """What a researcher has decided about one person against the rules as the site reads them."""

    BY_RULES = "", "the rules decide"
    COUNTED = "counted", "counted, though a rule leaves them out"
    NOT_SERIOUS = "not_serious", "left out: said that they did not answer seriously"
    INSTRUCTED = "instructed", "left out: did not follow the instructed answer"
    CATCH = "catch", "left out: too few uncropped photos right"
    TOO_MANY_FAST = "too_many_fast", "left out: too many answers too fast"


class Participant(models.Model):
    """A person (or robot) in one frozen version; nothing is stored before consent.

    `objects`, and with it `version.participants`, knows participants of the main study only.
    """

    version = models.ForeignKey(StudyVersion, on_delete=models.PROTECT, related_name="participants")
    stage = models.CharField(max_length=5, choices=Stage, default=Stage.MAIN)
    public_id = models.CharField(max_length=32, unique=True, default=new_token)
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.LIVE)
    language = models.CharField(max_length=12, default="en")
    consented_at = models.DateTimeField()
    consent_text = models.TextField(default="", help_text="What was agreed to, word for word.")
    consent_sha256 = models.CharField(max_length=64, help_text="Hash of the text that was agreed to.")
    withdrawn_at = models.DateTimeField(
        null=True, blank=True, help_text="Answers are erased; this row stays."
    )
    kept_out_as = models.CharField(
        max_length=64,
        blank=True,
        help_text="Of a pilot's participant, and of who withdrew: a keyed hash of the platform's id. It "
        "keeps them from taking part again, and cannot be read back.",
    )

    ruling = models.CharField(
        max_length=16,
        choices=Ruling,
        default=Ruling.BY_RULES,
        blank=True,
        help_text="A researcher's decision; the log has its reason.",
    )

    objects = MainParticipantManager()
    of_any_stage = models.Manager["Participant"]()

    class Meta:
        indexes = [models.Index(fields=["kept_out_as"])]

    def __str__(self) -> str:
        return f"participant {self.public_id[:8]} ({self.mode})"


class RulingChange(models.Model):
    """One decision of a researcher about a person, with its reason; none is ever changed or deleted."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="ruling_changes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    before = models.CharField(max_length=16, choices=Ruling, blank=True)
    after = models.CharField(max_length=16, choices=Ruling, blank=True)
    reason = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.participant}: {self.get_after_display()}"


class ExternalIdentity(models.Model):
    """Who a recruitment platform says this is; exported only in a restricted file."""

    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="identity")
    platform = models.CharField(max_length=20)
    person = models.CharField(max_length=128)
    study_reference = models.CharField(max_length=128, blank=True)
    session_reference = models.CharField(max_length=128, blank=True)
    submit_to = models.CharField(max_length=60, blank=True, help_text="MTurk's host that takes the work.")
    earlier_references = models.JSONField(
        default=list,
        blank=True,
        help_text="References of the visits for earlier parts, where each is a visit of its own.",
    )

    class Meta:
        verbose_name_plural = "external identities"

    def __str__(self) -> str:
        return f"{self.platform} identity of {self.participant}"


class SessionQuerySet(models.QuerySet["Session"]):
    def completed(self) -> SessionQuerySet:
        """Return sessions that were finished."""
        return self.filter(status=Session.Status.COMPLETED)

    def with_version(self) -> SessionQuerySet:
        """Join sessions to their participant and version, without long fields that no answer needs."""
        joined = self.select_related("participant__version")
        return joined.defer("participant__version__config", "participant__consent_text", "answers")

    def holding_a_place(self, now: datetime) -> SessionQuerySet:
        """Return sessions that count when lists are filled: completes, and starts whose lease still runs."""
        running = Q(status__in=Session.RUNNING, lease_until__gt=now)
        return self.filter(Q(status=Session.Status.COMPLETED) | running)


class MainSessionManager(models.Manager.from_queryset(SessionQuerySet)):  # type: ignore[misc]
    """Sessions of the main study only, for the same reason."""

    def get_queryset(self) -> SessionQuerySet:
        return SessionQuerySet(self.model, using=self._db).filter(participant__stage=Stage.MAIN)


class Session(PartUnderWay):
    """One participant's way through the study; the server stores their position and the order of trials.

    `objects` knows sessions of the main study only.
    """

    class Status(models.TextChoices):
        CONSENTED = "consented", _("consented")
        PRACTICE = "practice", _("in practice")
        TRIALS = "trials", _("in trials")
        BETWEEN = "between", _("between two parts")
        QUESTIONS = "questions", _("at the questionnaire")
        COMPLETED = "completed", _("completed")
        SCREENED_OUT = "screened_out", _("screened out")
        STOPPED = "stopped", _("stopped early, answers kept")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class OnsetKnownBy(models.TextChoices):
        PRESENTATION = "presentation", _("the browser told how long a frame takes to the screen")
        TWO_FRAMES = "two_frames", _("assumed two frames after it was drawn: the browser tells nothing")
        WORKER_FRAME = "worker_frame", _("the frame after it was drawn, in a thread of its own")
        PAGE_FRAME = "page_frame", _("the frame after it was drawn, in the page's own thread")

    class AnswersBy(models.TextChoices):
        BUTTONS = BUTTONS, _("a button for each class")
        SEARCH = SEARCH, _("the first letters are typed")

    class SizeKnownBy(models.TextChoices):
        CARD = screen_measure.CARD, _("a bank card was laid on the screen")
        RULER = screen_measure.RULER, _("a line was measured by a ruler")
        NOT_MEASURED = screen_measure.NOT_MEASURED, _("not measured")

    class DistanceKnownBy(models.TextChoices):
        BLIND_SPOT = screen_measure.BLIND_SPOT, _("measured by the blind spot of an eye")
        TAPE = screen_measure.TAPE, _("measured with a tape, and typed")
        PLANNED = screen_measure.PLANNED, _("planned: the design does not ask")
        SKIPPED = screen_measure.SKIPPED, _("planned: the person went on without")
        TOO_NARROW = screen_measure.TOO_NARROW, _("planned: the window was too narrow to measure")
        IMPLAUSIBLE = screen_measure.IMPLAUSIBLE, _("planned: two measurements could not be right")

    RUNNING = (Status.CONSENTED, Status.PRACTICE, Status.TRIALS, Status.BETWEEN, Status.QUESTIONS)
    NOT_RETURNED = "not_returned"  # reason of who did not come for the next part in time

    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="session")
    assignment = models.ForeignKey(
        AssignmentList, on_delete=models.PROTECT, related_name="sessions", null=True
    )
    token = models.CharField(max_length=32, unique=True, default=new_token)
    chosen_language = models.CharField(
        max_length=16, blank=True, help_text="The language that the person chose; empty: their browser's."
    )
    status = models.CharField(max_length=12, choices=Status, default=Status.CONSENTED)
    status_reason = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField()
    lease_until = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    completion_code = models.CharField(max_length=20, blank=True)
    return_link = models.TextField(
        blank=True,
        help_text="Kept on withdrawal, when the identity that it may need is erased: people are paid.",
    )
    comprehension_attempts = models.PositiveIntegerField(default=0)
    practice_round = models.PositiveIntegerField(default=1)
    choice_order = models.JSONField(
        default=list, help_text="Category ids in the order of the first buttons; each trial has its own."
    )
    browser = models.CharField(max_length=40, blank=True)
    os = models.CharField(max_length=40, blank=True)
    input_device = models.CharField(max_length=20, blank=True)
    viewport_w = models.PositiveIntegerField(null=True)
    viewport_h = models.PositiveIntegerField(null=True)
    dpr = models.FloatField(null=True)
    refresh_hz = models.FloatField(null=True)
    clock_grain_ms = models.FloatField(null=True, help_text="Smallest step of the browser's clock.")
    presentation_lag_ms = models.FloatField(
        null=True, help_text="How long a frame takes to the screen, as the browser tells."
    )
    onset_known_by = models.CharField(
        max_length=12,
        choices=OnsetKnownBy,
        blank=True,
        help_text="How a photo's onset is known.",
    )
    size_known_by = models.CharField(
        max_length=12,
        choices=SizeKnownBy,
        blank=True,
        help_text="How the size of the screen's pixels is known; empty: nobody asked.",
    )
    screen_mm_per_px = models.FloatField(null=True, help_text="Side of a pixel of the screen.")
    viewing_distance_cm = models.FloatField(
        null=True, help_text="From eyes to screen: measured, or as the design plans it for this device."
    )
    distance_known_by = models.CharField(
        max_length=12,
        choices=DistanceKnownBy,
        blank=True,
        help_text="How the viewing distance is known; empty: the screen was not measured, or not yet this.",
    )
    distance_spread_cm = models.FloatField(
        null=True, help_text="Range of the middle half of the rounds at the blind spot."
    )
    distance_tries = models.PositiveSmallIntegerField(default=0, help_text="At the blind spot.")
    forced_colours = models.BooleanField(null=True, help_text="The system replaces the page's colours.")
    surround = models.CharField(max_length=40, blank=True, help_text="The colour around photos, as CSS.")
    answers_by = models.CharField(
        max_length=7,
        choices=AnswersBy,
        blank=True,
        help_text="How classes are answered on this device; empty: not by classes, or before it was stored.",
    )
    open_tab = models.CharField(max_length=36, blank=True, help_text="The tab that may answer.")
    answers = models.JSONField(default=dict, help_text="The closing questionnaire.")

    objects = MainSessionManager()
    of_any_stage = SessionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"session {self.token[:8]} ({self.status})"

    @property
    def questionnaire(self) -> Questionnaire:
        """The answers to the closing questionnaire."""
        return msgspec.convert(self.answers, Questionnaire)

    @property
    def mode(self) -> str:
        return self.participant.mode

    def is_running(self) -> bool:
        """Return whether the participant can still go on."""
        return self.status in Session.RUNNING

    def has_not_returned(self, now: datetime) -> bool:
        """Return whether the next part was to be begun and was not."""
        if self.status == Session.Status.BETWEEN:
            return self.return_window.coming(now) is Coming.LATE
        return self.status == Session.Status.STOPPED and self.status_reason == Session.NOT_RETURNED

    def device_in(self, part: int) -> Session | PartDevice:
        """Return what tells the device of a part: that of an earlier part, else this session's."""
        if part == self.part:
            return self
        return next((row.done_at for row in self.parts.all() if row.number == part), self)

    def lease_has_run_out(self, now: datetime) -> bool:
        """Return whether the place may have been given to somebody else after a long silence."""
        return self.lease_until <= now
