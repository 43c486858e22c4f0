"""The record of a search in its row, where pages read it, and machines that have none of its files."""

from __future__ import annotations

import msgspec

from attacker.search.search_record import SearchRecord
from pipeline.models import AttackSearch


def record_of(search: AttackSearch) -> SearchRecord | None:
    """Return the trials of a search that have ended; None before it began."""
    return None if search.record is None else msgspec.convert(search.record, SearchRecord, str_keys=True)


def as_kept(record: SearchRecord) -> object:
    """Return a record as a row keeps it."""
    return msgspec.to_builtins(record, str_keys=True)
