"""The database's own rows as plain values or instances; what makes them is prepared once for a connection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import prefetch_related_objects
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

Row = Sequence[Any]


class RowReader:
    """Reads rows of one statement from one connection: each thread has a connection of its own.

    Which columns are to be converted, and how, Django works out anew for each result; that takes longer than
    to convert a row.
    """

    def __init__(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self._compiler = copy(compiler)
        self._compiler.connection = connection
        columns = [column for column, *_ in self._compiler.select[: self._compiler.col_count]]
        self._converters = self._compiler.get_converters(columns)

    def values(self, rows: Iterable[Row]) -> Iterable[Row]:
        """Return rows with their values converted as the model's fields say."""
        return self._compiler.apply_converters(rows, self._converters) if self._converters else rows


class InstanceReader(RowReader):
    """Reads rows as instances, with those that are joined and prefetched."""

    def __init__(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> None:
        super().__init__(compiler, connection)
        select, model = self._compiler.select, self._compiler.klass_info
        self._model = model["model"]
        self._own = slice(model["select_fields"][0], model["select_fields"][-1] + 1)
        self._names = frozenset(column.target.attname for column, *_ in select[self._own])
        self._annotated = self._compiler.annotation_col_map
        self._populators = get_related_populators(model, select, connection.alias)  # type: ignore[call-arg]

    def instances(self, rows: Iterable[Row], prefetched: Sequence[str]) -> list[Any]:
        """Return the instances of rows, with what is prefetched for them."""
        instances = list(map(self._instance, self.values(rows)))
        prefetch_related_objects(instances, *prefetched)
        return instances

    def _instance(self, row: Row) -> Any:
        instance = self._model.from_db(self.connection.alias, self._names, row[self._own])
        for populator in self._populators:
            populator.populate(row, instance)
        for name, column in self._annotated.items():
            setattr(instance, name, row[column])
        return instance
