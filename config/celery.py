"""The Celery application; its configuration is the `CELERY_*` part of the settings."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("sweetspot")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect  # type: ignore[untyped-decorator]
@beat_init.connect  # type: ignore[untyped-decorator]
def announce_readiness(**_signal: Any) -> None:
    """Leave a sign for the supervisor; a ping would go unheard while the first task runs."""
    ready_file = os.environ.get("SWEETSPOT_READY_FILE")
    if ready_file:
        Path(ready_file).touch()
