"""Source photos, their classes, and each photo at each crop level."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from study.choosing.answer_labels import label_problem
from study.models.crop_levels import Level
from study.models.studies import Study


def require_labels(labels: Any) -> None:
    """Refuse labels that no button could carry."""
    problem = label_problem(labels)
    if problem:
        raise ValidationError(problem)


class Category(models.Model):
    """A class that people and machine tell apart, such as an action."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="categories")
    name = models.CharField(max_length=120)
    position = models.PositiveIntegerField(help_text="Order of the classes in outputs of the network.")
    labels = models.JSONField(
        default=dict,
        blank=True,
        validators=[require_labels],
        help_text='What answer buttons say, by language: {"en": "Dunk", "de": "Dunking"}; empty: the name.',
    )

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["study", "name"], name="one_category_per_name"),
            models.UniqueConstraint(fields=["study", "position"], name="one_category_per_position"),
        ]

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """A source photo. It has one role for good, at every crop level."""

    class Split(models.TextChoices):
        TRAIN = "train", _("train: fits the attacker")
        VALIDATION = "validation", _("validation: selects the attacker; practice and catch trials")
        TEST = "test", _("test: judged by people and machine")
        DESIGN = "design", _("design: where the crop rule looks")

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="items")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="items")
    source_name = models.CharField(max_length=255, help_text="File name as imported; never shown to people.")
    source_sha256 = models.CharField(max_length=64)
    source_bytes = models.PositiveBigIntegerField(null=True, help_text="Size of the file as it was imported.")
    source_quantisation = models.FloatField(
        null=True,
        help_text="Mean step of its JPEG tables, 0 for other formats: compression may tell a class.",
    )
    origin = models.CharField(
        max_length=255, blank=True, help_text="The picture it was taken from, as sources.csv names it."
    )
    collection = models.CharField(
        max_length=255,
        blank=True,
        help_text="Where it was got: site, archive, camera, as sources.csv names it.",
    )
    photo = models.FileField(upload_to="items/", max_length=255, help_text="Upright RGB, without metadata.")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    cluster = models.CharField(
        max_length=64,
        help_text="Near-duplicates and parts of one picture share this; a split keeps it whole.",
    )
    split = models.CharField(max_length=10, choices=Split)
    landmarks = models.JSONField(
        null=True,
        editable=False,
        help_text="Joints of the person: x, y (shares of the photo) and visibility, where they came with it.",
    )
    landmarks_by = models.CharField(
        max_length=120, blank=True, help_text="Program that estimated the joints; blank: a person set them."
    )
    mask = models.FileField(
        upload_to="masks/",
        max_length=255,
        blank=True,
        help_text="Of the subject: a picture of the photo's size, bright where it is, where it came with it.",
    )
    box = models.JSONField(
        null=True,
        editable=False,
        help_text="Of the subject: left, top, right, bottom (shares of the photo), where it came with it.",
    )
    people = models.JSONField(
        null=True,
        editable=False,
        help_text="Boxes of the people seen in it, and whom the study's rule takes; blank: not looked for.",
    )
    picked = models.JSONField(
        null=True,
        editable=False,
        help_text="Of the subject, as a researcher picked it: left, top, right, bottom (shares).",
    )
    picked_person = models.BooleanField(
        default=False,
        editable=False,
        help_text="The box picked is that of a person or part seen; else it was drawn.",
    )
    outdated_from = models.PositiveIntegerField(
        null=True,
        editable=False,
        help_text="Level from which on its crops are to be cut again, after a change by hand.",
    )
    hand_changes = models.PositiveIntegerField(
        default=0, editable=False, help_text="How often a researcher changed a crop or the subject."
    )

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["study", "source_sha256"], name="one_item_per_photo")]
        indexes = [models.Index(fields=["study", "split"])]

    def __str__(self) -> str:
        return f"{self.source_name} ({self.category})"


class StimulusQuerySet(models.QuerySet["Stimulus"]):
    def for_people(self) -> StimulusQuerySet:
        """Return stimuli that participants may judge: of test photos, not left out by review or pilot."""
        return self.filter(item__split=Item.Split.TEST).exclude(review__in=Stimulus.LEFT_OUT)


class CropManager(models.Manager["Stimulus"]):
    """The crops that people and machine are tested on: one of each photo at each level."""

    def get_queryset(self) -> StimulusQuerySet:
        return StimulusQuerySet(self.model, using=self._db).filter(candidate=0)


class CandidateManager(models.Manager["Stimulus"]):
    """The windows that the pilot asks people about; none of them is a crop that counts."""

    def get_queryset(self) -> StimulusQuerySet:
        return StimulusQuerySet(self.model, using=self._db).filter(candidate__gt=0)


class Stimulus(models.Model):
    """One item at one level, rendered once to a file, so that people and machine get the same pixels.

    Where a pilot asks people which window to take, its candidates are rows as well. `objects` knows only the
    crops that count, `candidates` only the others.
    """

    class Review(models.TextChoices):
        PENDING = "pending", _("not looked at")
        APPROVED = "approved", _("approved")
        DISCARDED = "discarded", _("discarded: a person could not tell")
        UNCLEAR = "unclear", _("unclear: people of the pilot could not tell")

    LEFT_OUT = (Review.DISCARDED, Review.UNCLEAR)

    class SubjectSource(models.TextChoices):
        PICKED = "picked", _("the person or part that the researcher picked")
        DRAWN = "drawn", _("a box that the researcher drew")
        MASK = "mask", _("a mask that came with the photo")
        BOX = "box", _("a box that came with the photo")
        LANDMARKS = "landmarks", _("landmarks that came with the photo")
        DETECTOR = "detector", _("a person that a detector saw")
        POSE = "pose", _("landmarks that a pose estimator saw")
        FOREGROUND = "foreground", _("what stands out, whatever its class")

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="stimuli")
    level = models.ForeignKey(Level, on_delete=models.CASCADE, related_name="stimuli")
    image = models.FileField(upload_to="stimuli/", max_length=255)
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    left = models.FloatField(help_text="Window as shares of the source photo's width and height.")
    top = models.FloatField()
    window_width = models.FloatField()
    window_height = models.FloatField()
    subject_kept = models.FloatField(null=True, help_text="Share of the subject map inside the window.")
    attention_kept = models.FloatField(null=True, help_text="Share of the attention map inside the window.")
    subject_source = models.CharField(
        max_length=10, choices=SubjectSource, blank=True, help_text="How the subject was located."
    )
    subject_detail = models.CharField(
        max_length=120, blank=True, help_text="Details of the method that located the subject."
    )
    subject_people = models.PositiveSmallIntegerField(
        null=True, help_text="People that the detector saw in the photo; blank: it was not asked."
    )
    people_alike = models.BooleanField(
        default=False,
        help_text="Another person or part of like size is in the photo: is the right one taken?",
    )
    subject_fill = models.FloatField(null=True, help_text="Share of the crop that the subject fills.")
    nested = models.BooleanField(
        null=True, help_text="Whether the window lies inside the photo's next lighter crop."
    )
    covered = models.CharField(
        max_length=64, blank=True, help_text="Grey boxes: one bit per cell of the photo's grid, hexadecimal."
    )
    made_by = models.CharField(
        max_length=255, blank=True, help_text="Attacker runs whose attention was used."
    )
    review = models.CharField(max_length=10, choices=Review, default=Review.PENDING)
    by_hand = models.BooleanField(default=False, help_text="A researcher chose the window.")
    candidate = models.PositiveSmallIntegerField(
        default=0,
        help_text="0: the crop that counts. From 1 on: a window that the pilot asks about, least attention "
        "first.",
    )

    objects = CropManager.from_queryset(StimulusQuerySet)()
    candidates = CandidateManager.from_queryset(StimulusQuerySet)()
    of_any_kind = models.Manager["Stimulus"]()

    class Meta:
        verbose_name_plural = "stimuli"
        ordering = ["level", "item"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "level", "candidate"], name="one_stimulus_per_item_level_candidate"
            )
        ]

    def __str__(self) -> str:
        return f"{self.item} at {self.level}"

    @property
    def crop_fraction(self) -> float:
        """Share of the photo's area that is cut away or covered."""
        if self.level.side is None:
            return 1.0 - self.window_width * self.window_height
        return 1.0 - self.level.side**2

    @property
    def subject_lost(self) -> float:
        """Share of the subject that is out of sight; the level's own share where a researcher cut by hand."""
        return 1.0 - (self.level.amount if self.subject_kept is None else self.subject_kept)
