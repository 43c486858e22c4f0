"""Searches for a stronger attack on a level: what was asked for, and what was tried so far."""

from __future__ import annotations

from typing import Any

import msgspec
from django.db import models

from pipeline.models.jobs import Job
from study.models import Study


class SearchTerms(msgspec.Struct, frozen=True):
    """What a search starts from; it stays as it is while the search goes on.

    Attributes
    ----------
    today : settings of the recipe that is to be beaten, as `attacker.config.AttackerConfig` takes them
    architectures : other networks to try
    seed : of the draw of recipes
    """

    today: dict[str, Any]
    architectures: tuple[str, ...] = ()
    seed: int = 0


class SearchSummary(msgspec.Struct, frozen=True):
    """What a search on one level found, on validation photos, as versions and reports keep it.

    Attributes
    ----------
    tried : recipes, the study's own among them
    on_all : those that learned from all training photos; the others fell out on a part of them
    today, strongest : accuracy of the study's own recipe, and of the strongest
    median, worst : accuracy, of those that learned from all training photos
    words : in which settings the strongest differs from the study's own; empty if that is the strongest
    key : of the strongest recipe; empty if the study's own is the strongest
    cpu_hours : that all trials took
    """

    tried: int
    on_all: int
    today: float
    strongest: float
    median: float
    worst: float
    words: str
    key: str
    cpu_hours: float


class AttackSearch(models.Model):
    """The search on one level of a study. A larger budget goes on with it, so that nothing is tried twice."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="attack_searches")
    level = models.PositiveIntegerField(help_text="Number of the level that is attacked.")
    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="attack_search")
    terms = models.JSONField(help_text="Recipe that is to be beaten, other networks, seed.")
    recipes = models.PositiveIntegerField(help_text="Most recipes to try, the study's own among them.")
    cpu_seconds = models.FloatField(help_text="Most processor time of all its calls together.")
    record = models.JSONField(null=True, help_text="Every trial that has ended, and what it took.")
    summary = models.JSONField(null=True, help_text="What was found; blank until it has ended.")

    class Meta:
        ordering = ["level"]
        verbose_name_plural = "attack searches"
        constraints = [models.UniqueConstraint(fields=["study", "level"], name="one_search_per_level")]

    def __str__(self) -> str:
        return f"search on level {self.level}"

    @property
    def outcome(self) -> SearchSummary | None:
        """What the search found; None until it has ended."""
        return msgspec.convert(self.summary, SearchSummary | None)
