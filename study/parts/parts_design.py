"""The part of a study's design that is about several days."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

MOST_PARTS = 10
MOST_HOURS = 90 * 24.0


class PartsDesign(models.Model):
    """In how many parts a person takes part, and how far these are from each other."""

    parts = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PARTS)],
        help_text="The blocks are shared among so many parts on different days; 1: all in one go.",
    )
    part_least_hours = models.FloatField(
        default=12.0,
        validators=[MinValueValidator(0.0), MaxValueValidator(MOST_HOURS)],
        help_text="Several parts: the next one may begin so many hours after the end of the one before.",
    )
    part_most_hours = models.FloatField(
        default=7 * 24.0,
        validators=[MinValueValidator(1.0), MaxValueValidator(MOST_HOURS)],
        help_text="Several parts: the next one must begin within so many hours; later nobody can go on.",
    )
    part_practice = models.BooleanField(
        default=False, help_text="Several parts: each later one begins with a round of practice."
    )
    part_codes = models.BooleanField(
        default=False, help_text="Several parts: everybody gets a completion code after each of them."
    )

    class Meta:
        abstract = True
