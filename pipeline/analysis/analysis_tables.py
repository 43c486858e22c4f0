"""The tables that an analysis starts from, as data frames."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.exports import predicted_rows
from pipeline.exports.columns.people_columns import PREDICTIONS
from pipeline.exports.files import trials_csv
from pipeline.exports.machine_answers import machine_of
from stats.table.column import names_of
from stats.table.columns.machine_columns import SPLIT
from stats.table.schema import TRIALS
from study.models import Item, StudyVersion

if TYPE_CHECKING:
    import pandas as pd


def exported_trials(version: StudyVersion, mode: str) -> tuple[pd.DataFrame, str]:
    """Return the table that a researcher exports, read as the shell command reads it, and its SHA-256.

    Parameters
    ----------
    version, mode
        Whose trials.
    """
    from stats.table.read import read_trials

    table = "".join(trials_csv(version, mode)).encode()
    with tempfile.TemporaryDirectory(prefix="sweetspot-analysis-") as scratch:
        path = Path(scratch) / "trials.csv"
        path.write_bytes(table)
        return read_trials(path), hashlib.sha256(table).hexdigest()


def matrix_predictions(version: StudyVersion) -> pd.DataFrame:
    """Return the answers, to all splits, of the attacks that the cells of the attack matrix show.

    Parameters
    ----------
    version
        Whose attackers.
    """
    import pandas as pd

    cells = machine_of(version).cells
    shown = {(f"run{run}", cell.tested_at) for cell in cells for run in cell.runs}
    predictions = predicted_rows.all_predictions(version)
    answers = [
        row
        for row in predictions
        if (row["session_id"], row["crop_level"]) in shown or row.get("brought_as") is not None
    ]
    return pd.DataFrame(answers, columns=None if answers else names_of(PREDICTIONS))


def machine_predictions(version: StudyVersion) -> pd.DataFrame:
    """Return the answers of each level's strongest attack to its test and validation photos.

    Parameters
    ----------
    version
        Whose attackers.
    """
    import pandas as pd

    answers = list(predicted_rows.validated_machine_rows(version))
    return pd.DataFrame(answers, columns=None if answers else names_of((*TRIALS, SPLIT)))


def all_machines(version: StudyVersion) -> pd.DataFrame | None:
    """Return the answers of all machines, those from outside among them, to test photos; None without any.

    Parameters
    ----------
    version
        Whose machines.
    """
    import pandas as pd

    answers = [row for row in predicted_rows.all_predictions(version) if row["split"] == Item.Split.TEST]
    return pd.DataFrame(answers) if answers else None
