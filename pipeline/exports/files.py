"""Everything a researcher takes home, as CSV and JSON: streamed, tidy, safe to open in a spreadsheet."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from django.db.models import QuerySet

from pipeline.datasets import stimuli_at
from pipeline.exports import predicted_rows, trial_rows
from pipeline.exports.columns.table_columns import header
from pipeline.exports.compared_rows import machine_lines, newest_comparison, pair_lines
from pipeline.exports.csv_lines import Row, csv_lines
from pipeline.exports.dataset.codebook import codebook_rows
from pipeline.exports.dataset.psych_ds import description
from pipeline.exports.questionnaire_rows import questionnaire_rows
from pipeline.exports.registering.preregistration import FILE, preregistration_of
from pipeline.exports.registering.registry_texts import for_aspredicted, for_osf
from pipeline.exports.study_rows import (
    model_vs_human_row,
    participant_row,
    run_row,
    session_row,
    stimulus_row,
)
from pipeline.exports.tile_rows import tile_rows
from study.models import Item, Participant, StudyVersion


def trials_csv(version: StudyVersion, mode: str) -> Iterator[str]:
    """Return the lines of trials.csv: people's trials, and the answers of the machine that counts."""
    return _table("trials.csv", version, _trials(version, mode))


def predictions_csv(version: StudyVersion, _mode: str) -> Iterator[str]:
    """Return the lines of predictions.csv, which are the same in every mode."""
    return _table("predictions.csv", version, predicted_rows.all_predictions(version))


def tiles_csv(version: StudyVersion, mode: str) -> Iterator[str]:
    """Return the lines of tiles.csv: the photos of every grid that a participant closed."""
    return _table("tiles.csv", version, tile_rows(version, mode))


def participants_csv(version: StudyVersion, mode: str) -> Iterator[str]:
    """Return the lines of participants.csv."""
    people = _participants(version, mode).iterator(chunk_size=500)
    return _table("participants.csv", version, map(participant_row, people))


def sessions_csv(version: StudyVersion, mode: str) -> Iterator[str]:
    """Return the lines of sessions.csv."""
    begun = _participants(version, mode).filter(session__isnull=False)
    joined = begun.select_related("session__assignment").prefetch_related("session__parts")
    with_sessions = joined.iterator(chunk_size=500)
    return _table("sessions.csv", version, map(session_row, with_sessions))


def questionnaire_csv(version: StudyVersion, mode: str) -> Iterator[str]:
    """Return the lines of questionnaire.csv: what people answered to the researcher's own form."""
    begun = _participants(version, mode).filter(session__isnull=False).select_related("session")
    rows = (
        row
        for participant in begun.iterator(chunk_size=500)
        for row in questionnaire_rows(version, participant)
    )
    return _table("questionnaire.csv", version, rows)


def stimuli_csv(version: StudyVersion, _mode: str) -> Iterator[str]:
    """Return the lines of stimuli.csv, which are the same in every mode."""
    levels = version.study.levels.values_list("number", flat=True)
    stimuli = stimuli_at(version.study, levels, Item.Split.values)
    return _table(
        "stimuli.csv", version, (stimulus_row(each, version.renumbered_by) for each in stimuli.iterator(2000))
    )


def runs_csv(version: StudyVersion, _mode: str) -> Iterator[str]:
    """Return the lines of runs.csv, which are the same in every mode."""
    runs = version.study.attacker_runs.select_related("job")
    return _table("runs.csv", version, (run_row(run, version.renumbered_by) for run in runs))


def machines_csv(version: StudyVersion, mode: str) -> Iterator[str]:
    """Return the lines of machines.csv: machines side by side, as the newest analysis stored them."""
    return _table("machines.csv", version, machine_lines(newest_comparison(version, mode)))


def machine_pairs_csv(version: StudyVersion, mode: str) -> Iterator[str]:
    """Return the lines of machine_pairs.csv: whom each machine errs with, by the same analysis."""
    return _table("machine_pairs.csv", version, pair_lines(newest_comparison(version, mode)))


def checks_json(version: StudyVersion, _mode: str) -> Iterator[str]:
    """Return the results of learning curves, controls and baselines; they have no common columns."""
    checks = version.study.checks.done()
    results = [{"level": check.level, "kind": check.kind, "found": check.result} for check in checks]
    return iter([json.dumps(results, indent=2, ensure_ascii=False, sort_keys=True)])


def codebook_csv(version: StudyVersion, _mode: str) -> Iterator[str]:
    """Return the lines of codebook.csv, which are the same in every mode."""
    return _table("codebook.csv", version, codebook_rows(_categories(version)))


def model_vs_human_csv(version: StudyVersion, mode: str) -> Iterator[str]:
    """Return the test trials in the layout of the model-vs-human toolbox, which knows named classes only."""
    if version.design.asks.words:
        return _table("model_vs_human.csv", version, ())
    tested = (row for row in _trials(version, mode) if row["block_type"] == "test")
    return _table("model_vs_human.csv", version, map(model_vs_human_row, tested))


def dataset_description(version: StudyVersion, _mode: str) -> Iterator[str]:
    """Return the Psych-DS description of the files, with the frozen design."""
    tables = [name for name in FILES if name.endswith(".csv")]
    described = description(version, tables)  # sorted: databases keep keys in orders of their own
    return iter([json.dumps(described, indent=2, ensure_ascii=False, sort_keys=True)])


def preregistration_json(version: StudyVersion, _mode: str) -> Iterator[str]:
    """Return the preregistration of the version, whose hash reports name."""
    return iter([preregistration_of(version).json()])


def preregistration_for_osf(version: StudyVersion, _mode: str) -> Iterator[str]:
    """Return the preregistration as answers to the questions of OSF."""
    return iter([for_osf(preregistration_of(version))])


def preregistration_for_aspredicted(version: StudyVersion, _mode: str) -> Iterator[str]:
    """Return the preregistration as answers to the questions of AsPredicted."""
    return iter([for_aspredicted(preregistration_of(version))])


def _table(file: str, version: StudyVersion, rows: Iterable[Row]) -> Iterator[str]:
    return csv_lines(header(file, _categories(version)), rows)


def _trials(version: StudyVersion, mode: str) -> Iterator[Row]:
    return chain(trial_rows.human_rows(version, mode), predicted_rows.machine_rows(version, mode))


def _participants(version: StudyVersion, mode: str) -> QuerySet[Participant]:
    """Return the participants of one mode; who has withdrawn is in no file."""
    return version.participants.filter(mode=mode, withdrawn_at=None).order_by("pk")


def _categories(version: StudyVersion) -> Iterable[str]:
    return version.frozen.class_names.values()


FILES: dict[str, Callable[[StudyVersion, str], Iterator[str]]] = {
    "trials.csv": trials_csv,
    "predictions.csv": predictions_csv,
    "tiles.csv": tiles_csv,
    "participants.csv": participants_csv,
    "sessions.csv": sessions_csv,
    "questionnaire.csv": questionnaire_csv,
    "stimuli.csv": stimuli_csv,
    "runs.csv": runs_csv,
    "machines.csv": machines_csv,
    "machine_pairs.csv": machine_pairs_csv,
    "checks.json": checks_json,
    "codebook.csv": codebook_csv,
    "model_vs_human.csv": model_vs_human_csv,
    "dataset_description.json": dataset_description,
    FILE: preregistration_json,
    "preregistration-osf.txt": preregistration_for_osf,
    "preregistration-aspredicted.txt": preregistration_for_aspredicted,
}
