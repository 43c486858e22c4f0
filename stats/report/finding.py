"""What a secondary analysis gives back, and what it starts from."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from stats.decision.criteria import Criteria
from stats.decision.results import Verdict
from stats.decision.verdict import own_level_only
from stats.report.blocks import Picture, Section, Table
from stats.table.arrays import Coded, encode
from stats.table.tidy import tidy


@dataclass(frozen=True)
class Looks:
    """Looks at the results while people still took part.

    Attributes
    ----------
    unplanned : analyses run before the study closed, this one included where it is one of them
    planned_people : people the study means to have; None where no number was fixed
    """

    unplanned: int = 0
    planned_people: int | None = None


@dataclass(frozen=True)
class Material:
    """What secondary analyses may use.

    Attributes
    ----------
    trials : the tidy table that the verdict rests on
    outcome : the verdict
    mode : which human rows count, where the table holds several modes
    predictions : machine rows of both splits with `prob_<class>`; None where only the trials are known
    looks : looks before the end
    resamples : of the two-way bootstrap
    consistency_resamples : of the bootstrap of kappa, which costs more
    seed : of all generators
    """

    trials: pd.DataFrame
    outcome: Verdict
    mode: str | None = None
    predictions: pd.DataFrame | None = None
    looks: Looks = field(default_factory=Looks)
    resamples: int = 10_000
    consistency_resamples: int = 1000
    seed: int = 0

    @property
    def criteria(self) -> Criteria:
        return self.outcome.criteria

    @cached_property
    def coded(self) -> Coded:
        """The answers of the primary analysis."""
        return encode(own_level_only(tidy(self.trials, self.mode).primary))


@dataclass(frozen=True)
class Finding:
    """One secondary analysis: sentences, tables and figures, and the same numbers as plain values.

    Attributes
    ----------
    name : short, unique; the key in JSON
    title : heading
    paragraphs, tables, pictures : what a reader sees
    numbers : the same for JSON; None where the analysis was not possible
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
        """Return plain values for JSON; figures are told by name and caption."""
        return {
            "title": self.title,
            "paragraphs": list(self.paragraphs),
            "tables": [table.to_dict() for table in self.tables],
            "pictures": [{"name": picture.name, "caption": picture.caption} for picture in self.pictures],
            "numbers": self.numbers,
            "reason": self.reason,
            "warnings": list(self.warnings),
        }

    def section(self) -> Section:
        """Return the finding as a part of a document; a failed analysis is its reason."""
        told = (f"Not computed: {self.reason}.",) if self.reason else self.paragraphs
        return Section(self.title, told, self.tables, self.pictures)


def finding_from(name: str, values: dict[str, Any], figures: dict[str, str]) -> Finding:
    """Return a finding from what `to_dict` wrote and from the SVG texts of its figures by name."""
    return Finding(
        name,
        values["title"],
        tuple(values["paragraphs"]),
        tuple(Table.from_dict(table) for table in values["tables"]),
        tuple(Picture(**told, svg=figures[told["name"]]) for told in values["pictures"]),
        values["numbers"],
        values["reason"],
        tuple(values["warnings"]),
    )


def named_level(level: float) -> str:
    """Return a level as part of a figure's name."""
    return f"{level:g}".replace(".", "_").replace("-", "minus")
