"""The researcher's side of the Django admin."""

from pipeline.admin import machine, photos, studies

__all__ = ["machine", "photos", "studies"]
