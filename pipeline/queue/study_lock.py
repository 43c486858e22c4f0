"""The lock on a study: who decides what is cut next holds it, so that two never decide at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from study.models import Study


@contextmanager
def locked(study: Study) -> Iterator[None]:
    """Hold a study's row until the block is stored: loop, freezing and work by hand wait for each other.

    SQLite locks the whole database when a transaction begins, and needs no lock of a row.
    """
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=study.pk)
        yield
