"""Imports that wait for a researcher: what was read of an upload, and what was chosen about it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from study.models import Study


class PhotoImportQuerySet(models.QuerySet["PhotoImport"]):
    def waiting(self) -> PhotoImportQuerySet:
        """Keep imports that a researcher has to look at."""
        is_read = Q(survey__isnull=False) | Q(readings__isnull=False)
        return self.filter(is_read, choices__isnull=True)


class PhotoImport(models.Model):
    """An upload from its arrival to its import; the photos it brought are no items of the study yet."""

    study = models.OneToOneField(Study, on_delete=models.CASCADE, related_name="photo_import")
    upload = models.CharField(max_length=255, help_text="Name of the zip file in the storage.")
    encoding = models.CharField(max_length=20, blank=True, help_text="Of the names in it, if it was asked.")
    readings = models.JSONField(null=True, help_text="How each encoding reads the names, while that is open.")
    survey = models.JSONField(null=True, help_text="What was read.")
    choices = models.JSONField(null=True, help_text="How the photos are divided into classes.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PhotoImportQuerySet.as_manager()

    def __str__(self) -> str:
        return f"import into {self.study}"

    def keep(self, **fields: Any) -> None:
        """Store fields of a row that may have been discarded meanwhile: then nothing is stored."""
        PhotoImport.objects.filter(pk=self.pk).update(**fields)
