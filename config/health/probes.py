"""Probes of the parts of the site: each does what the site needs of that part, once and on a small scale."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DatabaseError, InterfaceError, connection, transaction

from config.health.site_parts import Health, Part, State
from config.health.time_limit import TimeLimited, TooSlowError
from pipeline.queue.notify import broker_replies
from pipeline.queue.process_signs import leave_sign
from pipeline.queue.queue_standing import QueueStanding, queue_standings
from pipeline.storage import gives_back

DATABASE_MILLISECONDS = 3000  # a write that takes longer counts as not possible
STORE_SECONDS = 3.0
FULL, NEARLY_FULL = 0.1, 2.0  # GB free
BACKUP_HOURS = 26.0  # one a day, and time to make it
log = structlog.get_logger()
_store_gives_back = TimeLimited(lambda: gives_back(default_storage), STORE_SECONDS)


def health() -> Health:
    """Ask every part."""
    database = probe_database()
    return Health(
        {
            "database": database,
            "disk": probe_disk(shutil.disk_usage(settings.SWEETSPOT_VAR).free / 1e9),
            "store": probe_store(_store_gives_back),
            "broker": probe_broker(),
            **probe_queues(database),
            **({"backup": probe_backup(Path(settings.BACKUP_FOLDER))} if settings.BACKUP_FOLDER else {}),
        }
    )


def probe_database() -> Part:
    """Write a row: this process's own sign of life."""
    try:
        with _briefly():
            leave_sign()
    except (DatabaseError, InterfaceError) as error:
        log.warning("the database cannot be written", error=str(error))
        return Part(State.DOWN, "not writable")
    return Part(State.OK, "writable")


def probe_disk(free: float) -> Part:
    """Judge the GB that are free for the files of this machine; SQLite's database is one of them."""
    figures = {"free_gb": round(free, 1)}
    if free < FULL:
        state = State.DOWN if connection.vendor == "sqlite" else State.DEGRADED
        return Part(state, "full: make room", figures)
    if free < NEARLY_FULL:
        return Part(State.DEGRADED, "nearly full: make room", figures)
    return Part(State.OK, "has room", figures)


def probe_store(store_gives_back: Callable[[], bool]) -> Part:
    """Write a small file, read it back and delete it."""
    try:
        same = store_gives_back()
    except TooSlowError:
        return Part(State.DEGRADED, f"no answer within {STORE_SECONDS:.0f} s")
    except Exception as error:  # each kind of storage has errors of its own
        log.warning("the store of files fails", error=str(error))
        return Part(State.DEGRADED, "cannot be written and read")
    return (
        Part(State.OK, "writes, reads, deletes") if same else Part(State.DEGRADED, "gives back other bytes")
    )


def probe_broker() -> Part:
    if broker_replies():
        return Part(State.OK, "answers")
    return Part(State.DEGRADED, "does not answer; jobs wait in the database")


def probe_queues(database: Part) -> dict[str, Part]:
    """Tell of each queue what waits in it and when its workers last left a sign."""
    if database.state is State.DOWN:
        return {}
    return {f"queue_{standing.queue}": _queue_part(standing) for standing in queue_standings()}


def _queue_part(standing: QueueStanding) -> Part:
    last = None if standing.last_sign is None else round(standing.last_sign, 1)
    figures = {"last_sign_seconds": last, "waiting_jobs": standing.waiting}
    if standing.is_served:
        return Part(State.OK, "a worker serves it", figures)
    return Part(State.DEGRADED, "no worker serves it", figures)


def probe_backup(folder: Path) -> Part:
    """Judge the age of the newest backup: a file, or a folder of `python -m config.backup`."""
    try:
        finished = (path for path in folder.iterdir() if not path.name.startswith("."))
        newest = max((path.stat().st_mtime for path in finished), default=None)
    except OSError as error:
        log.warning("the folder of backups cannot be read", error=str(error))
        return Part(State.DEGRADED, "the folder cannot be read")
    if newest is None:
        return Part(State.DEGRADED, "there is none")
    hours = (time.time() - newest) / 3600
    old = hours > BACKUP_HOURS
    return Part(State.DEGRADED if old else State.OK, "old" if old else "recent", {"hours": round(hours, 1)})


@contextmanager
def _briefly() -> Iterator[None]:
    """Let the database give up early where it would wait for a lock, in one transaction."""
    if connection.vendor != "sqlite":
        with transaction.atomic():
            _execute(f"SET LOCAL statement_timeout = {DATABASE_MILLISECONDS}")
            yield
        return
    usual = 1000 * settings.DATABASES["default"]["OPTIONS"]["timeout"]
    _execute(f"PRAGMA busy_timeout = {DATABASE_MILLISECONDS}")
    try:
        with transaction.atomic():
            yield
    finally:
        _execute(f"PRAGMA busy_timeout = {usual}")


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
