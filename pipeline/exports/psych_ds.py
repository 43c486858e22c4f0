"""A study as one Psych-DS dataset: description, tables under their names in `data`, and a script for R.

The rules of its schema 1.5.0 (https://psych-ds.github.io) that an exported dataset must keep: a description
of type Dataset with a context, a name, a description and all variables; tables in `data` whose names are
pairs of a keyword and a value; every column a variable, every variable a column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from pipeline.exports.columns import TABLES, WITH_PROBABILITIES
from stats.table.column import Column
from stats.table.schema import probability_column
from study.models import StudyVersion

ARCHIVE = "psych-ds.zip"
DESCRIPTION, TRIALS = "dataset_description.json", "trials.csv"
SCRIPT = Path(__file__).with_name("accuracies.R")

Exports = dict[str, Callable[[StudyVersion, str], Iterator[str]]]


def description(version: StudyVersion, tables: Iterable[str]) -> dict[str, Any]:
    """Return the description of a dataset, with the frozen design.

    Parameters
    ----------
    version
        Whose files.
    tables
        Names of the exported tables; their columns are the dataset's variables.
    """
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": version.study.name,
        "description": f"Sweetspot study {version.study.code}, version {version.number}",
        "schemaVersion": "Psych-DS 1.5.0",
        "variableMeasured": list(_variables(version, tables)),
        "configHash": version.config_hash,
        "frozenAt": version.frozen_at.isoformat(),
        "config": version.config,
    }


def write_archive(file: IO[bytes], version: StudyVersion, mode: str, exports: Exports) -> None:
    """Write the whole dataset as a zip file, and go back to its start.

    Parameters
    ----------
    file
        Where to write; also open for reading.
    version, mode
        Whose files.
    exports
        The exported files by name; tables are those that end with .csv.
    """
    with ZipFile(file, "w", ZIP_DEFLATED) as dataset:
        for name, make in exports.items():
            place = place_of(name, version, mode)
            with dataset.open(place, "w") as raw, TextIOWrapper(raw, "utf-8", newline="") as lines:
                lines.writelines(make(version, mode))
        dataset.writestr("README.md", _readme(version, mode))
        dataset.writestr(f"analysis/{SCRIPT.name}", SCRIPT.read_text(encoding="utf-8"))
    file.seek(0)


def place_of(name: str, version: StudyVersion, mode: str) -> str:
    """Return where an exported file lies in the dataset.

    Parameters
    ----------
    name
        Of the exported file, such as trials.csv.
    version, mode
        Whose file.
    """
    if name == DESCRIPTION:
        return name
    if not name.endswith(".csv"):
        return f"documentation/{name}"
    first, *others = name.removesuffix(".csv").split("_")
    table = first + "".join(map(str.capitalize, others))
    code = re.sub("[^a-zA-Z0-9]", "", version.study.code)
    return f"data/study-{code}_version-{version.number}_mode-{mode}_table-{table}_data.csv"


def _variables(version: StudyVersion, tables: Iterable[str]) -> Iterator[dict[str, str]]:
    """Iterate over one variable per name of a column; where tables differ in what it means, all are told."""
    columns: dict[str, list[Column]] = {}
    for table in tables:
        classes = version.frozen.class_names.values() if table in WITH_PROBABILITIES else ()
        for column in (*TABLES[table], *map(probability_column, classes)):
            columns.setdefault(column.name, []).append(column)
    for name, declared in columns.items():
        meanings = dict.fromkeys(map(_meaning, declared))
        unit = {"unitText": declared[0].unit} if declared[0].unit else {}
        yield {"@type": "PropertyValue", "name": name, "description": "; or ".join(meanings), **unit}


def _meaning(column: Column) -> str:
    """Return what a column means, what values it takes, and when it is blank, as one line."""
    parts = (
        column.label,
        column.derivation,
        f"values: {', '.join(column.levels)}" if column.levels else "",
        "" if column.missing == "never" else f"blank: {column.missing}",
    )
    return "; ".join(filter(None, parts))


def _readme(version: StudyVersion, mode: str) -> str:
    trials = place_of(TRIALS, version, mode)
    return (
        f"# {version.study.name}\n\nVersion {version.number}, mode {mode}. `{DESCRIPTION}` describes every "
        f"column and holds the frozen design.\n\n    Rscript analysis/{SCRIPT.name} {trials}\n\nprints "
        f"accuracies with base R; `python -m stats verdict {trials}` gives the verdict.\n"
    )
