"""Jobs: rows that workers claim, the broker only notifies them; and the signs of life of workers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from study.models import Study

RETEST_PREFIX = "test:again:"  # of the keys of jobs that test one stimulus anew


class JobQuerySet(models.QuerySet["Job"]):
    def unfinished(self) -> JobQuerySet:
        """Keep jobs that wait or run."""
        return self.filter(state__in=Job.UNFINISHED)

    def without_retests(self) -> JobQuerySet:
        """Leave out tests of single stimuli that were cut again by hand: the loop does not wait for them."""
        return self.exclude(key__startswith=RETEST_PREFIX)


class Job(models.Model):
    """One piece of work for a worker: its state, progress, owner and lease."""

    class Kind(models.TextChoices):
        READ = "read", _("read photos")
        IMPORT = "import", _("import photos")
        TRAIN = "train", _("train and test an attacker")
        CROP = "crop", _("render the crops of a level")
        FOLLOW = "follow", _("cut photos again after a change by hand")
        CHOOSE = "choose", _("take the crops that the pilot chose")
        TEST = "test", _("test attackers on a level")
        COMBINE = "combine", _("average the architectures of a level")
        CHECK = "check", _("check an attacker or a level")
        SEARCH = "search", _("search for a stronger attack")
        ANALYSE = "analyse", _("analyse the study")
        POWER = "power", _("plan the number of people")
        SIMULATE = "simulate", _("let robots take part")
        ASK = "ask", _("ask a machine behind an endpoint")
        NOTIFY = "notify", _("send a notice")

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        SUCCEEDED = "succeeded", _("succeeded")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    UNFINISHED = (State.QUEUED, State.RUNNING)
    MAX_ATTEMPTS = 3

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="jobs")
    key = models.CharField(max_length=120, help_text="What the job is for; asking twice makes one job.")
    kind = models.CharField(max_length=10, choices=Kind)
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    progress = models.FloatField(default=0.0, help_text="Share done, 0 to 1.")
    begun_from = models.FloatField(
        default=0.0, help_text="Share that was done before this attempt began, 0 to 1."
    )
    message = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)
    report = models.JSONField(null=True, help_text="Report of a finished import.")
    attempts = models.PositiveIntegerField(default=0)
    owner_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True)
    ring_after = models.DateTimeField(help_text="When workers are notified again of a job that still waits.")
    cancel_requested = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    worker = models.CharField(max_length=120, blank=True, help_text="Host and process it ran in.")

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["study", "key"], name="one_job_per_key")]

    def __str__(self) -> str:
        return f"{self.key} ({self.state})"

    @property
    def is_finished(self) -> bool:
        return self.state not in Job.UNFINISHED

    @property
    def percent(self) -> int:
        return round(100 * self.progress)


class ProcessSign(models.Model):
    """The last sign of life of one process: a worker with its queues, or a web process, which has none."""

    name = models.CharField(max_length=120, unique=True, help_text="Host and number of the process.")
    queues = models.CharField(max_length=80, blank=True, help_text="Queues that a worker takes jobs from.")
    code_version = models.CharField(max_length=120)
    memory = models.BigIntegerField(null=True, help_text="Bytes, with its children; empty where not known.")
    signed_at = models.DateTimeField(help_text="When it last wrote this row, by the database's clock.")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
