"""The maps by which a photo was cut at a level: where its subject is, and what drew attention."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from django.db import models
from numpy.typing import NDArray

from study.models import Item, Level

Map = NDArray[np.float64]


class CropMaps(models.Model):
    """Two maps of one photo, [g, g] over its extent; those that no longer hold stay for undoing."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="crop_maps")
    level = models.ForeignKey(Level, on_delete=models.CASCADE, related_name="crop_maps")
    packed = models.BinaryField(help_text="Both maps, as numpy's compressed archive.")
    current = models.BooleanField(default=True, help_text="Whether the photo is cut by them now.")

    class Meta:
        verbose_name_plural = "crop maps"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "level"],
                condition=models.Q(current=True),
                name="one_current_pair_of_maps",
            )
        ]

    def __str__(self) -> str:
        return f"maps of {self.item} at {self.level}"

    @property
    def subject(self) -> Map:
        """Where the subject is."""
        return self._unpacked()["subject"]

    @property
    def attention(self) -> Map:
        """What drew attention at the lighter levels."""
        return self._unpacked()["attention"]

    def _unpacked(self) -> dict[str, Map]:
        with np.load(io.BytesIO(bytes(self.packed)), allow_pickle=False) as archive:
            return {name: archive[name].astype(float) for name in ("subject", "attention")}


def packed(subject: NDArray[Any], attention: NDArray[Any]) -> bytes:
    """Return two maps in the form in which they are stored."""
    stored = io.BytesIO()
    np.savez_compressed(stored, subject=subject.astype(np.float32), attention=attention.astype(np.float32))
    return stored.getvalue()


def current_maps(item: int, level: int) -> CropMaps | None:
    """Return the maps by which a photo is cut at a level; None where it was cut before they were stored."""
    return CropMaps.objects.filter(item=item, level=level, current=True).first()


def replace_maps(item: int, level: int, subject: NDArray[Any], attention: NDArray[Any]) -> CropMaps:
    """Store the maps by which a photo is cut at a level from now on."""
    CropMaps.objects.filter(item=item, level=level, current=True).update(current=False)
    return CropMaps.objects.create(item_id=item, level_id=level, packed=packed(subject, attention))
