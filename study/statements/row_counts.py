"""The number of rows as a column of another statement, counted for each of its rows by itself."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Func, IntegerField, QuerySet, Subquery


def counted(rows: QuerySet[Any]) -> Subquery:
    """Return the number of rows, which are tied to a row of the other statement by `OuterRef`."""
    numbers = rows.order_by().annotate(how_many=Func(F("pk"), function="COUNT")).values("how_many")
    return Subquery(numbers, output_field=IntegerField())
