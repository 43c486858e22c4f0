"""Analyses: settings, hash of the data, result."""

from __future__ import annotations

from django.db import models

from pipeline.models.jobs import Job
from study.models import Study, StudyVersion
from study.models.people import Mode


class Analysis(models.Model):
    """One verdict, with everything needed to repeat it."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="analyses")
    version = models.ForeignKey(StudyVersion, on_delete=models.PROTECT, related_name="analyses")
    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="analysis")
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.LIVE)
    settings = models.JSONField(default=dict)
    result = models.JSONField(null=True, help_text="The verdict as `python -m stats` writes it.")
    text = models.TextField(blank=True, help_text="The table of levels and the verdict as text.")
    figures = models.JSONField(default=dict, help_text="SVG text by name.")
    attack_matrix = models.JSONField(null=True)
    secondary = models.JSONField(null=True, help_text="Secondary analyses, such as the psychometric curves.")
    photos_apart = models.JSONField(
        null=True, help_text="Photos that people know and the machine does not, and the reverse, by level."
    )
    machines_apart = models.JSONField(null=True, help_text="The same of each machine, whatever its kind.")
    table_sha256 = models.CharField(max_length=64, blank=True)
    software = models.JSONField(default=dict)
    cause = models.TextField(blank=True, help_text="Why it was made: what has changed since the one before.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "analyses"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"analysis of {self.version} ({self.mode}), {self.created_at:%Y-%m-%d %H:%M}"
