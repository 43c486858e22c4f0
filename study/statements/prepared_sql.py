"""Small statements whose SQL is written once: to write it anew takes Django longer than to have it run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import local
from typing import Any, Generic, TypeVar

from django.db import DatabaseError, connection, connections
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

from study.statements.row_reading import InstanceReader, Row, RowReader

Instance = TypeVar("Instance", bound=Model)
Reader = TypeVar("Reader", bound=RowReader)
Value = str | int


class UnpreparedError(ValueError):
    """A queryset does not compare each of its values once, as it was given."""


class PreparedQuery(Generic[Instance]):
    """A queryset of which only values change; its rows are instances, with those that it joins or prefetches.

    Parameters
    ----------
    build
        Makes the queryset of some values; it must compare each with one column, once.
    kinds
        Type of each value.
    """

    def __init__(self, build: Callable[..., QuerySet[Instance]], *kinds: type[Value]) -> None:
        self._statements = _Statements(build, kinds)

    def __call__(self, *values: Value) -> list[Instance]:
        """Return the rows of the queryset of these values.

        Raises
        ------
        UnpreparedError
            If the queryset compares a value more than once, or not as it was given.
        TransactionManagementError
            If it locks rows outside a transaction, which would give them free at once.
        """
        statement = self._statements.here()
        return statement.instances(statement.fetched(values))

    def first(self, *values: Value) -> Instance | None:
        """Return the first row, None where there is none."""
        return next(iter(self(*values)), None)


class PreparedValues:
    """A queryset of `values_list`, of which only the values change that it compares; its rows are tuples.

    Parameters
    ----------
    build, kinds
        As of a `PreparedQuery`.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *kinds: type[Value]) -> None:
        self._statements = _Statements(build, kinds)

    def __call__(self, *values: Value) -> list[tuple[Any, ...]]:
        """Return the rows of the queryset of these values; raise what a `PreparedQuery` does."""
        statement = self._statements.here()
        return statement.tuples(statement.fetched(values))

    def first(self, *values: Value) -> tuple[Any, ...] | None:
        """Return the first row, None where there is none."""
        return next(iter(self(*values)), None)


class _Statements:
    """The SQL of a queryset, written once for each kind of database."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], kinds: Sequence[type[Value]]) -> None:
        self._build = build
        self._stand_ins = [kind(10**9 + place) for place, kind in enumerate(kinds)]
        self._by_vendor: dict[str, _Statement] = {}

    def here(self) -> _Statement:
        """Return the statement for the database that is asked now."""
        return self._by_vendor.get(connection.vendor) or self._write()

    def _write(self) -> _Statement:
        queryset = self._build(*self._stand_ins)
        compiler = queryset.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        places = [
            [at for at, each in enumerate(parameters) if each == stand_in] for stand_in in self._stand_ins
        ]
        if any(len(place) != 1 for place in places):
            raise UnpreparedError(f"Each value must be compared once, as it is given: {sql}")
        statement = _Statement(
            sql,
            parameters,
            [place for (place,) in places],
            compiler,
            bool(queryset.query.select_for_update),
            vars(queryset)["_prefetch_related_lookups"],
        )
        return self._by_vendor.setdefault(connection.vendor, statement)


@dataclass(frozen=True)
class _Statement:
    """The SQL of a queryset, and what makes instances or plain values of its rows."""

    sql: str
    fixed: Sequence[Any]
    places: Sequence[int]
    compiler: SQLCompiler
    locks: bool
    prefetched: Sequence[str]
    of_thread: local = field(default_factory=local)

    def fetched(self, values: Iterable[Value]) -> list[Row]:
        """Run the statement with these values; return the database's own rows."""
        if self.locks and not connection.in_atomic_block:
            raise TransactionManagementError("Rows are locked inside a transaction only.")
        parameters = list(self.fixed)
        for place, value in zip(self.places, values, strict=True):
            parameters[place] = value
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            return list(cursor.fetchall())

    def tuples(self, rows: list[Row]) -> list[tuple[Any, ...]]:
        """Return rows with their values converted as the model's fields say."""
        return [tuple(row) for row in self._reader(RowReader).values(rows)]

    def instances(self, rows: list[Row]) -> list[Any]:
        """Return rows as instances, with those that are joined and prefetched."""
        return self._reader(InstanceReader).instances(rows, self.prefetched)

    def _reader(self, kind: type[Reader]) -> Reader:
        """Return what reads rows of this thread's connection; other threads have connections of their own."""
        here = connections[connection.alias]
        reader: Reader | None = getattr(self.of_thread, "reader", None)
        if reader is None or reader.connection is not here:
            reader = self.of_thread.reader = kind(self.compiler, here)
        return reader


class PreparedUpdate:
    """Writes some fields of a row that exists, as `save(update_fields=...)` does.

    Parameters
    ----------
    model
        Of the rows.
    names
        Fields to write.
    """

    def __init__(self, model: type[Model], *names: str) -> None:
        self._fields = [field for field in model._meta.concrete_fields if field.name in names]
        if len(self._fields) < len(set(names)):
            raise UnpreparedError(f"{model.__name__} has not all of the fields {', '.join(names)}.")
        self._table, self._key = model._meta.db_table, str(model._meta.pk.column)

    def __call__(self, row: Model) -> None:
        """Write the fields of a row."""
        self.all_alike([row])

    def all_alike(self, rows: Sequence[Model]) -> None:
        """Write the fields of rows that have the same values in all of them, by one statement."""
        if not rows:
            return
        first = rows[0]
        values = [
            field.get_db_prep_save(field.pre_save(first, add=False), connection=connection)
            for field in self._fields
        ]
        places = ", ".join(["%s"] * len(rows))
        with connection.cursor() as cursor:
            cursor.execute(f"{self._before_keys} ({places})", [*values, *(row.pk for row in rows)])
            if cursor.rowcount != len(rows):
                keys = ", ".join(str(row.pk) for row in rows)
                raise DatabaseError(f"Not all of the rows {keys} of {self._table}: not there any more.")

    @cached_property
    def _before_keys(self) -> str:
        quoted = connection.ops.quote_name
        columns = ", ".join(f"{quoted(str(field.column))} = %s" for field in self._fields)
        table, key = quoted(self._table), quoted(self._key)
        return f"UPDATE {table} SET {columns} WHERE {key} IN"  # noqa: S608 - names of the model, no values
