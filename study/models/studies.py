"""A study while it is designed, and the frozen versions that answers belong to."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from study.design import MAIN, PILOT, Design
from study.models.adaptive_design import AdaptiveDesign
from study.models.look_design import LookDesign
from study.models.pilot_design import PilotDesign
from study.models.task_design import SHARE, TaskDesign
from study.models.text_design import TextDesign
from study.parts.parts_design import PartsDesign
from study.statements.prepared_sql import PreparedQuery
from study.tokens import new_code
from study.version_config import VersionConfig

LEAST_PIXELS, MOST_PIXELS = 32, 1024


class Stage(models.TextChoices):
    MAIN = MAIN, _("main study")
    PILOT = PILOT, _("pilot")


class LevelFamily(models.TextChoices):
    SUBJECT = "subject", _("subject: a window that keeps a share of the subject")
    CROP = "crop", _("crop: a window that keeps a share of the photo")
    BOX = "box", _("grey boxes: the photo is kept, parts of it are covered")


class PersonDetector(models.TextChoices):
    NONE = "none", _("none")
    MASK_RCNN = "maskrcnn_resnet50_fpn_v2", _("Mask R-CNN (outlines of people)")
    KEYPOINT_RCNN = "keypointrcnn_resnet50_fpn", _("Keypoint R-CNN (joints of people)")


class PersonRule(models.TextChoices):
    LARGEST = "largest", _("the largest person")
    CENTRAL = "central", _("the person nearest to the middle")


class CropDesigners(models.TextChoices):
    SEPARATE = "separate", _("networks that saw design photos only")
    ATTACKERS = "attackers", _("the attackers themselves (as the original study did)")


def require_usable_side(pixels: int) -> None:
    """Refuse a side that no network can use; 0 leaves it to the network."""
    if pixels and not LEAST_PIXELS <= pixels <= MOST_PIXELS:
        raise ValidationError(f"0, or {LEAST_PIXELS} to {MOST_PIXELS} pixels.")


def default_architectures() -> list[str]:
    return ["efficientnet_lite0"]


class StudyQuerySet(models.QuerySet["Study"]):
    def of(self, user: Any, least: int = 0) -> StudyQuerySet:
        """Return studies that this user owns, or works on in at least this `Role`; all for a superuser."""
        if user.is_superuser:
            return self.all()
        shared = user.study_memberships.filter(role__gte=least)
        return self.filter(Q(owner=user) | Q(pk__in=shared.values("study")))

    def open(self) -> StudyQuerySet:
        """Return studies that take participants."""
        return self.filter(status=Study.Status.OPEN)


class Study(TaskDesign, PartsDesign, AdaptiveDesign, TextDesign, PilotDesign, LookDesign):
    """One question asked of people and machine; its fields are the design until it is frozen."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", _("open for participants")
        CLOSED = "closed", _("closed")

    name = models.CharField(max_length=120)
    code = models.SlugField(unique=True, default=new_code, help_text="Part of the participants' link.")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="studies")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    # What counts as a sweet spot.
    floor = models.FloatField(default=0.85, validators=SHARE, help_text="People must stay above this.")
    ceiling = models.FloatField(default=0.75, validators=SHARE, help_text="The machine must fall below this.")
    competence = models.FloatField(
        default=0.80, validators=SHARE, help_text="What the attacker must exceed on full photos (gate 0)."
    )
    alpha = models.FloatField(default=0.05, validators=SHARE, help_text="Family-wise error rate.")
    human_gate = models.CharField(
        max_length=5,
        choices=[
            ("floor", _("accuracy above the floor")),
            ("loss", _("loss against uncropped photos below delta")),
        ],
        default="floor",
        help_text="What people must be shown to do; with the loss, everybody is their own control.",
    )
    loss_delta = models.FloatField(
        default=0.10,
        validators=[MinValueValidator(0.01), MaxValueValidator(0.99)],
        help_text="Loss of accuracy that would be too large; plays a part with the loss only.",
    )

    # The machine.
    architectures = models.JSONField(default=default_architectures)
    seeds = models.PositiveIntegerField(default=5, validators=[MinValueValidator(1)])
    attacker_preset = models.CharField(
        max_length=10,
        choices=[
            ("full", _("full fine-tuning")),
            ("quick", _("quick (laptop)")),
            ("lora", _("low-rank adapters (large networks)")),
            ("probe", _("frozen probe (linear head)")),
        ],
        default="full",
    )
    device = models.CharField(
        max_length=5, choices=[("auto", "auto"), ("cpu", "CPU"), ("cuda", "CUDA")], default="auto"
    )
    image_size = models.PositiveIntegerField(
        default=0,
        validators=[require_usable_side],
        help_text="Side in pixels at which the networks see a photo; 0: the one each was pretrained at.",
    )
    test_time_augmentation = models.BooleanField(
        default=True, help_text="Each answer is the mean over the photo and its mirror image."
    )
    level_family = models.CharField(
        max_length=7,
        choices=LevelFamily,
        default=LevelFamily.SUBJECT,
        help_text="What a level keeps, and how it hides the rest of the photo.",
    )
    least_fill = models.FloatField(
        default=0.1,
        validators=SHARE,
        help_text="Levels by subject: the subject fills at least this share of every crop.",
    )
    least_crop_pixels = models.PositiveIntegerField(
        default=64,
        validators=[MinValueValidator(1)],
        help_text="Levels by subject: no crop has a shorter side than this in pixels of its photo. A photo "
        "without such a crop is left out at that level.",
    )
    one_sharpness = models.BooleanField(
        default=True,
        help_text="Levels by subject: all crops of a level are shown with the same number of pixels, so that "
        "sharpness tells nothing about the size of a window.",
    )
    photos_may_leave = models.BooleanField(
        default=False,
        help_text="The photos may be sent to machines of others, such as hosted models.",
    )
    person_detector = models.CharField(
        max_length=30,
        choices=PersonDetector,
        default=PersonDetector.NONE,
        help_text="Asked for the person in photos that come without a mask, box or landmarks.",
    )
    person_rule = models.CharField(
        max_length=7,
        choices=PersonRule,
        default=PersonRule.LARGEST,
        help_text="Which person a photo is about where the detector sees several.",
    )
    crop_designers = models.CharField(
        max_length=10,
        choices=CropDesigners,
        default=CropDesigners.SEPARATE,
        help_text="Whose attention decides the next level; the attackers' own favours the defender.",
    )
    attention_weight = models.FloatField(
        default=0.5, help_text="Lambda of the crop rule: how much attended area counts against subject kept."
    )
    improvement_epsilon = models.FloatField(
        default=0.02, validators=SHARE, help_text="A gain surely below this means: cannot improve."
    )
    max_rounds = models.PositiveIntegerField(
        default=3, validators=[MinValueValidator(1)], help_text="Retrainings per level at most."
    )
    minimum_levels = models.PositiveIntegerField(
        default=3, help_text="Crop levels to make before the loop may stop early."
    )
    review_required = models.BooleanField(
        default=False, help_text="Wait at each level until every crop for people has been reviewed."
    )

    objects = StudyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "studies"
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ceiling__lt=F("floor")),
                name="ceiling_below_floor",
                violation_error_message="The machine's ceiling must be below the people's floor.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Whether the study takes participants."""
        return self.status == Study.Status.OPEN

    def version(self) -> StudyVersion | None:
        """Return the newest frozen version, which new participants join; its configuration is read late."""
        newest = _NEWEST.first(self.pk)
        if newest:
            newest.study = self
        return newest


class MainVersionManager(models.Manager["StudyVersion"]):
    """Versions of the main study only, so that nothing that is analysed can be a pilot by mistake."""

    def get_queryset(self) -> models.QuerySet[StudyVersion]:
        return super().get_queryset().filter(stage=Stage.MAIN)


class StudyVersion(models.Model):
    """A design that can no longer change; answers, exclusions and analysis refer to it.

    `objects`, and with it the `versions` of a study, knows versions of the main study only.
    """

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="versions")
    stage = models.CharField(max_length=5, choices=Stage, default=Stage.MAIN)
    number = models.PositiveIntegerField()
    config = models.JSONField(help_text="The whole design with the hashes of all stimuli.")
    config_hash = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()
    renumbered_by = models.PositiveBigIntegerField(
        default=0,
        editable=False,
        help_text="What an import from another installation added to the numbers of all rows; "
        "configuration, machine and exported tables have the numbers of the origin.",
    )

    objects = MainVersionManager()
    of_any_stage = models.Manager["StudyVersion"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["study", "stage", "number"], name="one_version_per_stage_and_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.study} {'pilot' if self.is_pilot else f'v{self.number}'}"

    @property
    def is_pilot(self) -> bool:
        """Whether its people choose crops; they never enter the main study."""
        return self.stage == Stage.PILOT

    @cached_property
    def frozen(self) -> VersionConfig:
        """Read the configuration, which can never change, with the numbers that rows have here."""
        return VersionConfig.read(self.config).renumbered(self.renumbered_by)

    @property
    def design(self) -> Design:
        """The frozen design, which is read once per process: it can never change."""
        return self.frozen.design if self._state.adding else design_of(self.pk, self.config_hash)


@lru_cache(maxsize=256)
def design_of(version: int, _config_hash: str) -> Design:
    """Return the design of a stored version; one that was deleted and imported again has another hash."""
    return StudyVersion.of_any_stage.get(pk=version).frozen.design


_NEWEST: PreparedQuery[StudyVersion] = PreparedQuery(
    lambda study: StudyVersion.objects.filter(study=study).defer("config").order_by("-number")[:1], int
)
