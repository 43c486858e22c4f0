"""Machines from outside: packs of stimuli, inquiries at endpoints about them, and answers that came back."""

from __future__ import annotations

import hashlib
import zlib

from django.conf import settings
from django.db import models

from pipeline.models.jobs import Job
from study.models import Category, Stimulus, Study


class PredictionPack(models.Model):
    """Stimuli under names drawn by chance, as they were when the pack was frozen."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="packs")
    name = models.CharField(max_length=16, help_text="The pack's own name, in its manifest.")
    choices = models.JSONField(help_text="Names of the classes, in the order of columns and logits.")
    size = models.PositiveIntegerField(help_text="Number of stimuli.")
    level = models.PositiveIntegerField(null=True, help_text="Level of all its photos; empty: all levels.")
    shots = models.PositiveIntegerField(default=0, help_text="Labelled examples of each class.")
    examples_seed = models.PositiveIntegerField(default=0, help_text="By which they were drawn.")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["study", "name"], name="one_pack_per_name")]

    def __str__(self) -> str:
        return f"pack {self.name} of {self.study}"


class PackedStimulusRow(models.Model):
    """Which stimulus a name in a pack stands for; nobody outside is told."""

    pack = models.ForeignKey(PredictionPack, on_delete=models.CASCADE, related_name="stimuli")
    stimulus = models.ForeignKey(Stimulus, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=16)
    sha256 = models.CharField(max_length=64, help_text="Of the file that was packed.")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["pack", "name"], name="one_stimulus_per_name")]

    def __str__(self) -> str:
        return self.name


class PackedExampleRow(models.Model):
    """A labelled training photo that a pack shows."""

    pack = models.ForeignKey(PredictionPack, on_delete=models.CASCADE, related_name="examples")
    stimulus = models.ForeignKey(Stimulus, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=16)
    sha256 = models.CharField(max_length=64, help_text="Of the file that was packed.")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["pack", "name"], name="one_example_per_name")]

    def __str__(self) -> str:
        return self.name


class BroughtMachineQuerySet(models.QuerySet["BroughtMachine"]):
    def taken(self) -> BroughtMachineQuerySet:
        """Keep machines whose answers were taken; others only wait for a look."""
        return self.filter(taken_at__isnull=False)

    def waiting(self) -> BroughtMachineQuerySet:
        """Keep machines whose table was read and waits for a look."""
        return self.filter(taken_at__isnull=True)


class BroughtMachine(models.Model):
    """A machine that answered a pack somewhere else: what its owner says of it, and its table as it came."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="brought_machines")
    pack = models.ForeignKey(PredictionPack, on_delete=models.CASCADE, related_name="machines")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, help_text="Kind of attack, as its owner says.")
    examples = models.PositiveIntegerField(
        null=True, help_text="Labelled photos of each class that it was shown, as its table says."
    )
    trained_through = models.PositiveIntegerField(null=True, help_text="Heaviest level trained on, if said.")
    trained_on = models.CharField(
        max_length=500, blank=True, help_text="What it learnt from; blank: unknown."
    )
    source = models.CharField(max_length=500, blank=True, help_text="Whose it is, and which weights.")
    form = models.CharField(max_length=13, help_text="What its table says of each stimulus.")
    table = models.BinaryField(help_text="The table as it came, compressed.")
    table_sha256 = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    objects = BroughtMachineQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["study", "name"], name="one_brought_machine_per_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def content(self) -> bytes:
        """The table as it came."""
        return zlib.decompress(bytes(self.table))

    def keep(self, content: bytes) -> None:
        """Hold the table as it came, and its hash."""
        self.table, self.table_sha256 = zlib.compress(content), hashlib.sha256(content).hexdigest()


class BroughtAnswer(models.Model):
    """One answer of a machine from outside to one stimulus."""

    machine = models.ForeignKey(BroughtMachine, on_delete=models.CASCADE, related_name="answers")
    stimulus = models.ForeignKey(Stimulus, on_delete=models.CASCADE, related_name="brought_answers")
    state = models.CharField(max_length=10, help_text="How it ended; all but answered count as wrong.")
    response = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    logits = models.JSONField(default=list, help_text="One per class, in the classes' order; none of labels.")
    text = models.TextField(blank=True)
    correct = models.BooleanField()
    seconds = models.FloatField(null=True, help_text="That it took; blank: not known.")
    cost = models.FloatField(
        null=True, help_text="In the currency of whoever filled the table; blank: not known."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["machine", "stimulus"], name="one_brought_answer_per_stimulus")
        ]

    def __str__(self) -> str:
        return f"{self.machine}: {self.response or self.state}"


class Inquiry(models.Model):
    """One machine that is asked about one pack: the terms that somebody looked at, and its job once begun."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="inquiries")
    pack = models.ForeignKey(PredictionPack, on_delete=models.CASCADE, related_name="inquiries")
    name = models.CharField(max_length=60, help_text="Of the machine.")
    kind = models.CharField(max_length=10, help_text="Kind of attack, as its owner says.")
    endpoint = models.CharField(max_length=60, help_text="As the administrator's setting names it.")
    plan = models.JSONField(help_text="What all requests have in common.")
    terms = models.JSONField(help_text="Cap and prices.")
    estimate = models.JSONField(help_text="Number and most cost of the requests, as somebody looked at them.")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    job = models.OneToOneField(Job, on_delete=models.SET_NULL, null=True, related_name="inquiry")
    planned_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "inquiries"
        constraints = [models.UniqueConstraint(fields=["study", "name"], name="one_inquiry_per_name")]

    def __str__(self) -> str:
        return self.name


class InquiryLine(models.Model):
    """One line of an inquiry's log: before a request is sent, and when it has ended."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="lines")
    content = models.TextField(help_text="A line of the log of requests, as JSON.")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.content[:80]
