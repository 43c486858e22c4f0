"""Rows of a table as lines of JSON and back, with every value exactly as it was."""

from __future__ import annotations

from typing import Any

import msgspec
from django.db.models import Field, FileField, Model

from pipeline.bundle.bundle_tables import BundledTable
from pipeline.models.run_records import renumbered_list
from study.models import Session, Stimulus
from study.tokens import new_token

SHOWN = 8  # characters of a session's token that tables show; the rest would let its finder go on with it


def line_of(table: BundledTable, row: Model) -> str:
    """Return a row as one line of JSON; what stays behind is not in it."""
    values = {
        field.attname: _plain(field, row)
        for field in row._meta.concrete_fields
        if field.name not in table.blanked
    }
    if isinstance(row, Session):
        values["token"] = row.token[:SHOWN]
    return msgspec.json.encode(values).decode() + "\n"


def _plain(field: Field[Any, Any], row: Model) -> Any:
    value = field.value_from_object(row)
    if isinstance(field, FileField):
        return str(value)
    return bytes(value) if isinstance(value, memoryview) else value


def row_of(table: BundledTable, line: bytes, by: int, file_names: dict[str, str]) -> Model:
    """Return the row of a line, with numbers that are larger by so much and files under their new names.

    `by` is added to the numbers of all rows; `file_names` are those of this storage by those in the bundle.
    """
    stored: dict[str, Any] = msgspec.json.decode(line)
    values = {
        field.attname: _value(field, stored[field.attname], by, file_names)
        for field in table.model._meta.concrete_fields
        if field.attname in stored
    }
    for name in table.numbered:
        values[name] = [
            each + by if isinstance(each, int) else each  # words of a task, such as yes and no
            for each in values[name]
        ]
    row = table.model(**values)
    if isinstance(row, Session):
        row.token += new_token()[SHOWN:]
    if isinstance(row, Stimulus):
        row.made_by = renumbered_list(row.made_by, by)
    return row


def _value(field: Field[Any, Any], stored: Any, by: int, file_names: dict[str, str]) -> Any:
    if stored is None:
        return None
    if field.primary_key or field.is_relation:
        return stored + by
    if isinstance(field, FileField):
        return file_names.get(stored, "")
    value = field.to_python(stored)
    return bytes(value) if isinstance(value, memoryview) else value
