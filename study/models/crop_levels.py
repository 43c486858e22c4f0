"""The crop levels of a study, and the lists that say which photo is shown at which of them."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from study.models.studies import Study, StudyVersion
from study.version_config import level_extent


class Level(models.Model):
    """How much of the photo is left: level 0 is the whole photo."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="levels")
    number = models.PositiveIntegerField()
    side = models.FloatField(
        null=True,
        blank=True,
        validators=[MinValueValidator(0.02), MaxValueValidator(1.0)],
        help_text="Side of the window as a share of the photo's side; 1 is the whole photo.",
    )
    subject_share = models.FloatField(
        null=True,
        blank=True,
        validators=[MinValueValidator(0.02), MaxValueValidator(1.0)],
        help_text="Levels by subject: share of the subject that every crop keeps; 1 is the whole photo.",
    )
    crop_pixels = models.PositiveIntegerField(
        null=True,
        editable=False,
        help_text="Side of every crop in pixels; empty: each has as many as its window.",
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["study", "number"], name="one_level_per_number"),
            models.CheckConstraint(
                condition=Q(side__isnull=True) ^ Q(subject_share__isnull=True),
                name="side_or_subject_share",
                violation_error_message="Give each level either a side or a share of the subject.",
            ),
        ]

    def __str__(self) -> str:
        return f"level {self.number} ({self.extent})"

    @property
    def extent(self) -> str:
        """How much of a photo the level keeps, in words."""
        return level_extent(self.side, self.subject_share)

    @property
    def least_pixels(self) -> int:
        """Least side of a window in pixels of its photo: no crop is shown larger than it is."""
        return self.crop_pixels or self.study.least_crop_pixels

    @property
    def amount(self) -> float:
        """How much the level keeps, in (0, 1]: of the photo's side, or of the subject."""
        amount = self.subject_share if self.side is None else self.side
        assert amount is not None  # the constraint of the table
        return amount


class AssignmentList(models.Model):
    """One row of the Latin square: which photo is shown at which level."""

    version = models.ForeignKey(StudyVersion, on_delete=models.CASCADE, related_name="lists")
    number = models.PositiveIntegerField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="one_list_per_number")]

    def __str__(self) -> str:
        return f"list {self.number} of {self.version}"
