"""Checks of whether an attacker's failure is meaningful."""

from __future__ import annotations

import json

from django.db import models
from django.utils.translation import gettext_lazy as _

from pipeline.models.jobs import Job
from study.models import Study


class CheckQuerySet(models.QuerySet["Check"]):
    def done(self) -> CheckQuerySet:
        """Keep checks that have a result."""
        return self.filter(result__isnull=False)

    def at(self, level: int) -> CheckQuerySet:
        """Keep checks of one level."""
        return self.filter(level=level)


class Check(models.Model):
    """One question about the attackers of a level, with its measured answer."""

    class Kind(models.TextChoices):
        CURVE = "curve", _("Can the machine still improve? (learning curve)")
        CONTROLS = "controls", _("Is it the attention, or just missing pixels? (crops of equal area)")
        SHUFFLE = "shuffle", _("Does it learn from labels only? (shuffled labels)")
        NUISANCE = "nuisance", _("Can classes be told without looking? (file, colour, collection)")
        COVER = "cover", _("Do the grey boxes tell the class? (removal artefact)")
        ATTENTION = "attention", _("Is the attention faithful and stable?")

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="checks")
    level = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="check_row")
    result = models.JSONField(null=True)
    figure = models.TextField(blank=True, help_text="SVG.")

    objects = CheckQuerySet.as_manager()

    class Meta:
        ordering = ["level", "pk"]
        constraints = [models.UniqueConstraint(fields=["study", "level", "kind"], name="one_check_per_level")]

    def __str__(self) -> str:
        return f"{self.kind} at level {self.level}"

    @property
    def numbers(self) -> str:
        """The result as indented JSON."""
        return json.dumps(self.result, indent=2, ensure_ascii=False)
