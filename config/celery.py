"""The Celery application; its configuration is the `CELERY_*` part of the settings."""

from __future__ import annotations

import os
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import (
    beat_init,
    setup_logging,
    worker_init,
    worker_ready,
    worker_shutdown,
    worker_shutting_down,
)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("sweetspot")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.task(name="config.celery.forget_addresses")  # type: ignore[untyped-decorator]
def forget_addresses() -> None:
    """Delete failed logins of more than an hour ago, with the hashes of the addresses that they came from."""
    from axes.models import AccessAttempt
    from django.utils import timezone

    AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - timedelta(hours=1)).delete()


@setup_logging.connect  # type: ignore[untyped-decorator]
def write_as_the_site_does(**_signal: Any) -> None:
    """Keep Celery from setting up lines of its own: that somebody listens is enough."""


@worker_ready.connect  # type: ignore[untyped-decorator]
@beat_init.connect  # type: ignore[untyped-decorator]
def announce_readiness(**_signal: Any) -> None:
    """Leave a sign for the supervisor; a ping would go unheard while the first task runs."""
    ready_file = os.environ.get("SWEETSPOT_READY_FILE")
    if ready_file:
        Path(ready_file).touch()


@worker_init.connect  # type: ignore[untyped-decorator]
def share_with_children(**_signal: Any) -> None:
    """Prepare before the first fork what children share: the name of this process, and its stop."""
    from pipeline.queue import orderly_stop
    from pipeline.queue.this_process import this_process

    this_process()
    worker_shutting_down.connect(lambda **_signal: orderly_stop.ask_to_stop(), weak=False)


@worker_init.connect  # type: ignore[untyped-decorator]
def require_what_trains(**_signal: Any) -> None:
    """Do not start where only what serves the site is installed: jobs taken here would fail."""
    if find_spec("torch") is None:
        raise SystemExit(
            "This worker takes no jobs, as torch is not installed here: only what serves the site is. "
            "Install the rest with pip install '.[attacker]', and start it again."
        )


@worker_init.connect  # type: ignore[untyped-decorator]
def prove_store(**_signal: Any) -> None:
    """Do not start where files cannot be stored: jobs taken here would fail, not wait for other workers."""
    from django.core.files.storage import default_storage

    from pipeline.storage import UnusableStoreError, prove

    try:
        prove(default_storage)
    except UnusableStoreError as error:
        raise SystemExit(
            f"This worker takes no jobs, as the store of files does not work from here ({error}). "
            "Make var/media writable, or check the store's address and keys (docs/operations.md), "
            "and start it again."
        ) from error


@worker_ready.connect  # type: ignore[untyped-decorator]
def begin_signs(sender: Any, **_signal: Any) -> None:
    """Leave signs of life from now on, until the worker ends in order."""
    from pipeline.queue.process_signs import Signing

    signing = Signing(sender.app.amqp.queues.consume_from)
    signing.begin()
    worker_shutdown.connect(lambda **_signal: signing.end(), weak=False)


@beat_init.connect  # type: ignore[untyped-decorator]
def begin_watch(**_signal: Any) -> None:
    """Watch the site from beat, which goes on where workers have died, if somebody wants to be told."""
    from config.alarms.watch import Watch, is_wanted, tell

    if is_wanted():
        Watch(tell).begin()
