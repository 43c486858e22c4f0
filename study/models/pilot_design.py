"""The part of a study's design that is about its pilot."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

STRICTLY_BETWEEN_0_AND_1 = [MinValueValidator(0.01), MaxValueValidator(0.99)]
MOST_CANDIDATES = 3


class PilotDesign(models.Model):
    """How people choose the crops that other people and the machine are then tested on."""

    pilot = models.BooleanField(
        default=False,
        help_text="People choose among windows of each test photo before the machine is attacked.",
    )
    pilot_candidates = models.PositiveSmallIntegerField(
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_CANDIDATES)],
        help_text="Windows of a photo at a level, at most; each asks for answers of its own.",
    )
    pilot_floor = models.FloatField(
        default=0.6,
        validators=STRICTLY_BETWEEN_0_AND_1,
        help_text="Share of people who must recognise a crop.",
    )
    pilot_certainty = models.FloatField(
        default=0.8,
        validators=STRICTLY_BETWEEN_0_AND_1,
        help_text="How probable it must be, after the answers, that so many people do.",
    )
    pilot_least_answers = models.PositiveIntegerField(
        default=6, validators=[MinValueValidator(1)], help_text="With fewer answers no crop is taken."
    )
    pilot_people = models.PositiveIntegerField(
        default=40, validators=[MinValueValidator(1)], help_text="Complete sessions of the pilot wanted."
    )
    pilot_trials = models.PositiveIntegerField(
        default=120, validators=[MinValueValidator(1)], help_text="Photos that a person of the pilot answers."
    )

    class Meta:
        abstract = True
