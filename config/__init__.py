"""Composition root: where the rooms are joined into one site, one queue and one local stack."""

from __future__ import annotations

from config.celery import app as celery_app

# Naming the app here binds every `shared_task` to it, in the web process as well as in the workers.
__all__ = ["celery_app"]
