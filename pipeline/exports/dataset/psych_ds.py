"""A study as one Psych-DS dataset: description, tables under their names in `data`, scripts for pandas and R.

The rules of its schema 1.5.0 (https://psych-ds.github.io) that an exported dataset must keep: a description
of type Dataset with a context, a name, a description and all variables; tables in `data` whose names are
pairs of a keyword and a value; every column a variable, every variable a column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline.exports.columns.table_columns import TABLES, WITH_PROBABILITIES
from pipeline.exports.registering.preregistration import preregistration_of
from pipeline.exports.zip_stream import Member, encoded, zip_stream
from stats.table.column import Column
from stats.table.columns.machine_columns import probability_column
from study.models import StudyVersion

ARCHIVE = "psych-ds.zip"
DESCRIPTION, TRIALS = "dataset_description.json", "trials.csv"
SCRIPTS = [Path(__file__).with_name(name) for name in ("verdict_table.py", "verdict_table.R")]
ABOUT = {
    TRIALS: "one row per trial of people, and per answer of the networks that count",
    "predictions.csv": "the answers of every network to every photo, also of other levels",
    "tiles.csv": "one row per photo of a grid; empty where single photos were shown",
    "participants.csv": "one row per participant; no id of a platform",
    "sessions.csv": "one row per session: device, times, how it ended",
    "questionnaire.csv": "answers to the researcher's own questionnaire",
    "stimuli.csv": "one row per photo and level, with the window and the file name of the photo",
    "runs.csv": "one row per trained network",
    "machines.csv": "machines side by side by level, as the newest analysis stored them; empty before it",
    "machine_pairs.csv": "error consistency of all machines and people with each other, by the same analysis",
    "codebook.csv": "every column of every table: meaning, type, unit, values, blanks, files",
    "model_vs_human.csv": "the test trials in the layout of the model-vs-human toolbox",
}
README = """# {name}

Version {version}, mode {mode}; a Psych-DS dataset. `dataset_description.json` describes every column and
holds the frozen design; `documentation` holds the preregistration and the checks of the machine.

## Tables

{contents}

## The verdict's table again

With pandas and SciPy, or with base R, which give the same numbers:

    python analysis/verdict_table.py {trials} {limits}
    Rscript analysis/verdict_table.R {trials} {limits}

after floor, ceiling, competence and alpha of the frozen design.{loss} The whole analysis, with
every sentence and figure of the report, is

    python -m stats report {trials} --out report {options}
"""
OF_THE_LOSS = (
    " This design asks for a loss of accuracy below a delta instead of a floor: the scripts give accuracies "
    "and intervals, and the p of the loss is that of `python -m stats verdict`."
)

Exports = dict[str, Callable[[StudyVersion, str], Iterator[str]]]


def description(version: StudyVersion, tables: Iterable[str]) -> dict[str, Any]:
    """Return the description of a dataset, with the frozen design."""
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": version.study.name,
        "description": f"Sweetspot study {version.study.code}, version {version.number}",
        "schemaVersion": "Psych-DS 1.5.0",
        "variableMeasured": list(_variables(version, tables)),
        "configHash": version.config_hash,
        "preregistrationHash": preregistration_of(version).sha256,
        "frozenAt": version.frozen_at.isoformat(),
        "config": version.config,
    }


def dataset_zip(version: StudyVersion, mode: str, exports: Exports) -> Iterator[bytes]:
    """Iterate over the bytes of the whole dataset as a zip file; no table is ever whole in memory.

    Tables are the exported files that end with .csv.
    """
    return zip_stream(_members(version, mode, exports))


def _members(version: StudyVersion, mode: str, exports: Exports) -> Iterator[Member]:
    yield Member("README.md", [_readme(version, mode, exports).encode()])
    for name, make in exports.items():
        yield Member(place_of(name, version, mode), encoded(make(version, mode)))
    for script in SCRIPTS:
        yield Member(f"analysis/{script.name}", [script.read_bytes()])


def place_of(name: str, version: StudyVersion, mode: str) -> str:
    """Return where an exported file lies in the dataset."""
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


def _readme(version: StudyVersion, mode: str, exports: Exports) -> str:
    design, tables = version.design, [name for name in exports if name.endswith(".csv")]
    limits = f"{design.floor} {design.ceiling} {design.competence} {design.alpha}"
    asked = ("floor", "ceiling", "competence", "alpha", "human_gate")
    options = " ".join(f"--{name.replace('_', '-')} {getattr(design, name)}" for name in asked)
    contents = "\n".join(f"- `{place_of(name, version, mode)}`: {ABOUT[name]}" for name in tables)
    return README.format(
        name=version.study.name,
        version=version.number,
        mode=mode,
        trials=place_of(TRIALS, version, mode),
        limits=limits,
        options=options,
        contents=contents,
        loss=OF_THE_LOSS if design.human_gate == "loss" else "",
    )
