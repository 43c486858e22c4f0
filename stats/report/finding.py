"""A secondary analysis as the report prints it and as it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from stats.report.blocks import Picture, Section, Table


class Finding(Struct, frozen=True):
    """One secondary analysis: sentences, tables and figures, and the same numbers as plain values.

    Attributes
    ----------
    name : short and unique; its key in JSON
    title : heading
    paragraphs, tables, pictures : what is printed
    numbers : the same numbers for JSON; None where the analysis was not possible
    reason : why it was not possible, or ""
    warnings : what belongs among the warnings of the whole report
    """

    name: str
    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    numbers: Any = None
    reason: str = ""
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, without the name and without the drawings, which are stored apart."""
        pictures = tuple(Picture(picture.name, picture.caption) for picture in self.pictures)
        values: dict[str, Any] = msgspec.to_builtins(replace(self, pictures=pictures))
        del values["name"]
        return values

    def section(self) -> Section:
        """Return the finding as a part of the report; an analysis that was not possible is its reason."""
        paragraphs = (f"Not computed: {self.reason}.",) if self.reason else self.paragraphs
        return Section(self.title, paragraphs, self.tables, self.pictures)


def finding_from(name: str, values: Mapping[str, Any], figures: Mapping[str, str]) -> Finding:
    """Return a finding as `Finding.to_dict` wrote it.

    Parameters
    ----------
    name
        Of the finding.
    values
        What `to_dict` returned.
    figures
        SVG texts of all figures, by name.

    Raises
    ------
    msgspec.ValidationError
        When the values are no finding; the message names the place.

    Examples
    --------
    >>> finding = Finding("gap", "Gap", ("People lead.",), pictures=(Picture("gap", "Gap.", "<svg/>"),))
    >>> finding_from("gap", finding.to_dict(), {"gap": "<svg/>"}) == finding
    True
    """
    stored = msgspec.convert({"name": name, **values}, Finding)
    drawn = tuple(replace(picture, svg=figures[picture.name]) for picture in stored.pictures)
    return replace(stored, pictures=drawn)
