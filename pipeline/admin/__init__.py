"""The researcher's side of the Django admin."""

from __future__ import annotations

from pipeline.admin import machine, photos, studies

__all__ = ["machine", "photos", "studies"]
