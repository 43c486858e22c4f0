"""Parts of a report from tables of trials alone, without a site."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from stats.decision.gates import PACKAGES
from stats.figures import accuracy_figure, matrix_figure, svg
from stats.machine.attack_matrix import AttackMatrix, NoMatrixError, attack_matrix
from stats.provenance import provenance
from stats.report.attack_grid import grid_of
from stats.report.content import Facts, Source
from stats.secondary.every_analysis import secondary
from stats.secondary.material import Material
from stats.table.tidy import tidy

DRAWN_BY = ("matplotlib", "fpdf2")


def source_of(material: Material, facts: Facts) -> Source:
    """Run every secondary analysis, draw every figure, and return them as the parts of a report.

    Parameters
    ----------
    facts
        Result of `facts_of`.
    """
    matrix = _matrix(material)
    figures = {"accuracy": svg(accuracy_figure(material.outcome, material.guessing))}
    if matrix is not None:
        figures["matrix"] = svg(matrix_figure(matrix))
    return Source(
        facts=facts,
        outcome=material.outcome,
        findings=tuple(secondary(material)),
        figures=figures,
        matrix=grid_of(matrix) if matrix else None,
    )


def _matrix(material: Material) -> AttackMatrix | None:
    rows = material.trials if material.predictions is None else material.predictions
    try:
        return attack_matrix(rows, ceiling=material.criteria.ceiling, alpha=material.criteria.alpha)
    except NoMatrixError:
        return None


def facts_of(name: str, tables: Sequence[str], material: Material, now: datetime) -> Facts:
    """Return hashes of the files and of the stimuli, versions of the software, and the settings used.

    Parameters
    ----------
    name
        Name of the study.
    tables
        Paths of the tables that were read.
    now
        Moment of the analysis, with a time zone.
    """
    hashes = {name: _sha256(path) for name, path in zip(_names(tables), tables, strict=True)}
    stimuli = stimuli_sha256(material.trials, material.mode)
    if stimuli:
        hashes["stimuli (ids, levels and SHA-256 of all)"] = stimuli
    settings = {
        name: f"{value}"
        for name, value in material.outcome.settings.items()
        if isinstance(value, str | int | float) and value != ""
    }
    software = provenance((*PACKAGES, *DRAWN_BY)).software()
    return Facts(name, f"{now.astimezone(UTC):%Y-%m-%d %H:%M} UTC", hashes, software, settings)


def _sha256(path: str) -> str:
    """Return the hash of a file, read piece by piece."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _names(tables: Sequence[str]) -> list[str]:
    """Return the files' names, or their paths where two files have one name."""
    names = [Path(path).name for path in tables]
    return names if len(set(names)) == len(names) else list(map(str, tables))


def stimuli_sha256(trials: pd.DataFrame, mode: str | None) -> str:
    """Return one hash over item, level and pixels of all test stimuli; "" if the table lacks pixel hashes."""
    counted = tidy(trials, mode).trials
    if "stim_sha256" not in counted or counted["stim_sha256"].isna().all():
        return ""
    known = counted.dropna(subset="stim_sha256")[["item_id", "crop_level", "stim_sha256"]].drop_duplicates()
    lines = sorted(f"{item} {level:g} {digest}" for item, level, digest in known.itertuples(index=False))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
