"""Files that may go are chosen, shown by their sums, and deleted."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import structlog
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from pipeline.retention.choosing import Deletable, Wish, chosen, sums_of
from pipeline.retention.deletable_files import deletable_files

log = structlog.get_logger()


def would_go(wish: Wish) -> list[Deletable]:
    """Return the files that would go now, oldest first; nothing is deleted."""
    return chosen(deletable_files(), wish, timezone.now())


def free(wish: Wish) -> list[Deletable]:
    """Delete the files that go, and return those.

    What is no longer deletable by the time it would go, since its training was begun again meanwhile, stays.
    """
    going = would_go(wish)
    still = set(deletable_files())
    gone = [file for file in going if file in still]
    _delete(gone)
    for each in sums_of(gone):
        log.info("files were deleted to free space", kind=each.kind, files=each.files, bytes=each.bytes)
    return gone


def _delete(files: Iterable[Deletable]) -> None:
    for file in files:
        for name in file.names:
            if file.in_store:
                default_storage.delete(name)
            else:
                Path(settings.SWEETSPOT_VAR, name).unlink(missing_ok=True)
