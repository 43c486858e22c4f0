"""Signs of life: rows that workers write every few seconds, so that it is known which of them are there."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta

import structlog
from django.db import DatabaseError, InterfaceError, connection
from django.db.models.functions import Now

from pipeline.models import ProcessSign
from pipeline.queue.process_memory import memory_of
from pipeline.queue.this_process import code_version, this_process

SIGN_EVERY = 5.0  # seconds
FORGOTTEN = timedelta(hours=1)  # after that the sign of a process that was killed is deleted
log = structlog.get_logger()


def leave_sign(queues: Iterable[str] = ()) -> None:
    """Write that this process lives, and which queues it serves."""
    facts = {
        "queues": ",".join(sorted(queues)),
        "code_version": code_version()[:120],
        "memory": memory_of(os.getpid()),
        "signed_at": Now(),
    }
    if not ProcessSign.objects.filter(name=this_process()).update(**facts):
        ProcessSign.objects.create(name=this_process(), **facts)


def forget_old_signs() -> None:
    """Delete the signs of processes that ended long ago without saying so."""
    ProcessSign.objects.filter(signed_at__lt=Now() - FORGOTTEN).delete()


class Signing:
    """A thread that leaves signs of this worker until it is ended."""

    def __init__(self, queues: Iterable[str]) -> None:
        self._queues = tuple(queues)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sign_until_ended, daemon=True, name="signs-of-life")

    def begin(self) -> None:
        """Leave the first sign now, from the thread, then one every few seconds."""
        self._thread.start()

    def end(self) -> None:
        """Leave no more signs, and take back the last one: the worker is gone, and in order."""
        self._ended.set()
        self._thread.join(timeout=SIGN_EVERY)
        with suppress(DatabaseError, InterfaceError):  # else it grows old, and is forgotten
            ProcessSign.objects.filter(name=this_process()).delete()

    def _sign_until_ended(self) -> None:
        while True:
            try:
                leave_sign(self._queues)
            except (DatabaseError, InterfaceError) as error:
                log.warning("no sign of life left", error=str(error))
            finally:
                connection.close()  # this thread's own; a child that is forked now must not inherit it
            if self._ended.wait(SIGN_EVERY):
                return
