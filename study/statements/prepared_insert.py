"""Inserts of many rows whose SQL is written once: Django asks of each value of each row how to write it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

MOST_PARAMETERS = 999  # of one statement, in any database


class PreparedInsert:
    """Adds rows as `bulk_create` does, but does not tell them their keys."""

    def __init__(self, model: type[Model]) -> None:
        self._fields = [field for field in model._meta.concrete_fields if not field.primary_key]
        self._table = model._meta.db_table

    def __call__(self, rows: Sequence[Model]) -> None:
        """Add the rows, all or none."""
        most = MOST_PARAMETERS // len(self._fields)
        with transaction.atomic(savepoint=False), connection.cursor() as cursor:
            for first in range(0, len(rows), most):
                batch = rows[first : first + most]
                values = [value for row in batch for value in self._values(row)]
                cursor.execute(f"{self._begin} {', '.join([self._places] * len(batch))}", values)

    def _values(self, row: Model) -> list[Any]:
        return [
            field.get_db_prep_save(field.pre_save(row, add=True), connection=connection)
            for field in self._fields
        ]

    @cached_property
    def _places(self) -> str:
        return f"({', '.join(['%s'] * len(self._fields))})"

    @cached_property
    def _begin(self) -> str:
        quoted = connection.ops.quote_name
        columns = ", ".join(quoted(str(field.column)) for field in self._fields)
        return f"INSERT INTO {quoted(self._table)} ({columns}) VALUES"
