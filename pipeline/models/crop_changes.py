"""What researchers did to crops, each with the state before it, so that it can be undone."""

from __future__ import annotations

from typing import Self

import msgspec
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from study.models import Stimulus, Study


class CropState(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything about a stimulus that a change by hand may alter."""

    item: int
    level: int  # its row
    candidate: int
    left: float
    top: float
    window_width: float
    window_height: float
    subject_kept: float | None = None
    attention_kept: float | None = None
    subject_fill: float | None = None
    nested: bool | None = None
    covered: str = ""
    subject_source: str = ""
    subject_detail: str = ""
    subject_people: int | None = None
    people_alike: bool = False
    made_by: str = ""
    review: str = ""
    by_hand: bool = False

    @classmethod
    def of(cls, stimulus: Stimulus) -> Self:
        """Return the state that a stimulus is in."""
        named = {name: getattr(stimulus, name) for name in cls.__struct_fields__ if name not in PLACE}
        return cls(stimulus.item_id, stimulus.level_id, **named)

    @property
    def picture(self) -> tuple[object, ...]:
        """What decides its pixels."""
        return self.left, self.top, self.window_width, self.window_height, self.covered

    def fields(self) -> dict[str, object]:
        """Return the values that belong into the fields of the stimulus."""
        return {name: getattr(self, name) for name in self.__struct_fields__ if name not in KEY}


PLACE = ("item", "level")
KEY = (*PLACE, "candidate")


class PhotoState(msgspec.Struct, frozen=True, omit_defaults=True):
    """What holds for a whole photo, where a change touched more than a review."""

    item: int
    outdated_from: int | None = None
    maps: tuple[int, ...] = ()  # rows of the maps by which it was cut
    left_out: tuple[int, ...] = ()  # numbers of levels at which it had no crop
    picked: tuple[float, float, float, float] | None = None
    picked_person: bool = False


class Before(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a change found; the crops of a photo are complete from the level on that it changed."""

    crops: tuple[CropState, ...]
    photo: PhotoState | None = None
    from_level: int = 0


class CropChange(models.Model):
    """One decision about crops, or one change of a photo by hand."""

    class Kind(models.TextChoices):
        REVIEW = "review", _("reviewed")
        REDRAW = "redraw", _("window drawn by hand")
        PICK = "pick", _("subject picked")

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="crop_changes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    kind = models.CharField(max_length=10, choices=Kind)
    token = models.CharField(
        max_length=36, help_text="Names the request: one that is sent twice is done once."
    )
    at = models.DateTimeField(auto_now_add=True)
    before = models.JSONField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["study", "token"], name="one_change_per_token")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"

    @property
    def found(self) -> Before:
        """The state before the change."""
        return msgspec.convert(self.before, Before)

    @property
    def items(self) -> set[int]:
        """The photos that it touched."""
        photo = self.found.photo
        return {crop.item for crop in self.found.crops} | ({photo.item} if photo else set())
