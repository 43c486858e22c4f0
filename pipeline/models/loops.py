"""The loop of a study and the log of its decisions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from study.models import Study

REASON_LENGTH = 1000


class Loop(models.Model):
    """The loop of a study: its state, and why it ended."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        WAITING = "waiting", _("waiting for people")
        FINISHED = "finished", _("finished")
        FAILED = "failed", _("failed")
        STOPPED = "stopped", _("stopped by a researcher")

    study = models.OneToOneField(Study, on_delete=models.CASCADE, related_name="loop")
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"loop of {self.study} ({self.state})"

    @property
    def is_finished(self) -> bool:
        return self.state in (Loop.State.FINISHED, Loop.State.FAILED, Loop.State.STOPPED)


class LoopEntry(models.Model):
    """One decision of a loop, with its reason."""

    loop = models.ForeignKey(Loop, on_delete=models.CASCADE, related_name="entries")
    at = models.DateTimeField(auto_now_add=True)
    level = models.PositiveIntegerField()
    decision = models.CharField(max_length=20)
    reason = models.CharField(max_length=REASON_LENGTH)

    class Meta:
        verbose_name_plural = "loop entries"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["loop", "level", "decision", "reason"], name="log_each_decision_once"
            )
        ]

    def __str__(self) -> str:
        return f"level {self.level}: {self.decision}"
