"""The part of a study's design that is about which level of a photo a person is shown."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from study.design import ADAPTIVE, LATIN


class Assignments(models.TextChoices):
    LATIN = LATIN, _("Latin square: every level equally often")
    ADAPTIVE = ADAPTIVE, _("adaptive: mostly where the person's own answers say most")


class AdaptiveDesign(models.Model):
    """Whether levels are assigned in advance, or follow each person's own answers."""

    assignment = models.CharField(
        max_length=8,
        choices=Assignments,
        default=Assignments.LATIN,
        help_text="Photos once per person in both.",
    )
    adaptive_accuracy = models.FloatField(
        default=0.85,
        validators=[MinValueValidator(0.1), MaxValueValidator(0.94)],
        help_text="Adaptive: the level at which a person has this accuracy is sought.",
    )
    adaptive_even_share = models.FloatField(
        default=0.3,
        validators=[MinValueValidator(0.1), MaxValueValidator(1.0)],
        help_text="Adaptive: share of the photos that draw their level evenly among all.",
    )
    adaptive_step = models.PositiveSmallIntegerField(
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text="Adaptive: photos whose levels are chosen, and which are loaded, together.",
    )

    class Meta:
        abstract = True
