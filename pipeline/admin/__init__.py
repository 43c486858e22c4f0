"""The researcher's side of the Django admin."""

from __future__ import annotations

from pipeline.admin import account_admin, machine_admin, photo_admin, study_admin

__all__ = ["account_admin", "machine_admin", "photo_admin", "study_admin"]
