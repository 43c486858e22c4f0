"""Everything a researcher takes home, as CSV: streamed, tidy, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import QuerySet

from pipeline.exports import tile_rows, trial_rows
from pipeline.exports.codebook import CODEBOOK_COLUMNS, codebook_rows
from pipeline.exports.trial_rows import Row
from pipeline.models import AttackerRun
from study.models import Participant, StudyVersion

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

PARTICIPANT_COLUMNS = ["agent_id", "mode", "language", "consented_at", "consent_sha256"]
SESSION_COLUMNS = [
    "session_id", "agent_id", "mode", "list_id", "status", "status_reason", "started_at", "completed_at",
    "practice_round", "browser", "os", "input_device", "viewport_w", "viewport_h", "dpr", "refresh_hz",
    "answers",
]  # fmt: skip
STIMULUS_COLUMNS = [
    "stimulus_id", "stim_sha256", "item_id", "source_id", "category", "split", "crop_level", "crop_fraction",
    "left", "top", "window_width", "window_height", "covered", "width_px", "height_px", "subject_kept",
    "attention_kept", "made_by", "by_hand", "review",
]  # fmt: skip
RUN_COLUMNS = [
    "run_id", "role", "architecture", "seed", "trained_through", "round", "warm_from", "state",
    "validation_accuracy", "corrected_accuracy", "calibration_error", "offsets", "seconds", "device",
    "checkpoint_sha256", "config",
]  # fmt: skip


def trials_csv(version: StudyVersion, mode: str) -> Iterator[str]:
    rows = (row for part in (trial_rows.human_rows, trial_rows.machine_rows) for row in part(version, mode))
    return _csv([*trial_rows.COLUMNS, *_probability_columns(version)], rows)


def predictions_csv(version: StudyVersion) -> Iterator[str]:
    columns = [*trial_rows.COLUMNS, *trial_rows.MACHINE_COLUMNS, *_probability_columns(version)]
    return _csv(columns, trial_rows.all_predictions(version))


def tiles_csv(version: StudyVersion, mode: str) -> Iterator[str]:
    """The tile-grid task: one row per tile, apart from trials.csv."""
    return _csv(tile_rows.COLUMNS, tile_rows.tile_rows(version, mode))


def participants_csv(version: StudyVersion, mode: str) -> Iterator[str]:
    return _csv(PARTICIPANT_COLUMNS, (_participant_row(person) for person in _people(version, mode)))


def sessions_csv(version: StudyVersion, mode: str) -> Iterator[str]:
    people = _people(version, mode).filter(session__isnull=False).select_related("session__assignment")
    return _csv(SESSION_COLUMNS, (_session_row(person) for person in people))


def _people(version: StudyVersion, mode: str) -> QuerySet[Participant]:
    """Of one mode; who has withdrawn is in no file."""
    return version.participants.filter(mode=mode, withdrawn_at=None).order_by("pk")


def stimuli_csv(version: StudyVersion) -> Iterator[str]:
    from pipeline.datasets import stimuli_at
    from study.models import Item

    levels = version.study.levels.values_list("number", flat=True)
    stimuli = stimuli_at(version.study, levels, Item.Split.values)
    return _csv(STIMULUS_COLUMNS, (_stimulus_row(stimulus) for stimulus in stimuli.iterator(2000)))


def runs_csv(version: StudyVersion) -> Iterator[str]:
    runs = version.study.attacker_runs.select_related("job")
    return _csv(RUN_COLUMNS, (_run_row(run) for run in runs))


def checks_json(version: StudyVersion) -> Iterator[str]:
    """Learning curves, controls and baselines as they were found; they have no common columns."""
    checks = version.study.checks.done()
    found = [{"level": one.level, "kind": one.kind, "found": one.result} for one in checks]
    yield json.dumps(found, indent=2, ensure_ascii=False)


def codebook_csv(version: StudyVersion) -> Iterator[str]:
    names = list(version.study.categories.values_list("name", flat=True))
    return _csv(CODEBOOK_COLUMNS, codebook_rows(names))


def model_vs_human_csv(version: StudyVersion, mode: str) -> Iterator[str]:
    """The layout of the model-vs-human toolbox; `rt` in seconds, `condition` is the crop level."""
    columns = ["subj", "session", "trial", "rt", "object_response", "category", "condition", "imagename"]
    rows = (row for part in (trial_rows.human_rows, trial_rows.machine_rows) for row in part(version, mode))
    return _csv(columns, (_geirhos_row(row) for row in rows if row["block_type"] == "test"))


def dataset_description(version: StudyVersion) -> Iterator[str]:
    """Psych-DS description of the files."""
    description = {
        "name": version.study.name,
        "schemaVersion": "Psych-DS 0.4.0",
        "description": f"Sweetspot study {version.study.code}, version {version.number}",
        "configHash": version.config_hash,
        "frozenAt": version.frozen_at.isoformat(),
        "variableMeasured": trial_rows.COLUMNS,
        "config": version.config,
    }
    yield json.dumps(description, indent=2, ensure_ascii=False)


def _csv(columns: list[str], rows: Iterable[Row]) -> Iterator[str]:
    """Lines of a CSV file; the whole table is never in memory."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, extrasaction="ignore", restval="")
    writer.writeheader()
    yield _drained(buffer)
    for row in rows:
        writer.writerow({name: _safe(row.get(name)) for name in columns})
        yield _drained(buffer)


def _drained(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _safe(value: Any) -> Any:
    """Booleans as 0/1, and no cell that a spreadsheet would run as a formula."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def _probability_columns(version: StudyVersion) -> list[str]:
    return [f"prob_{name}" for name in version.study.categories.values_list("name", flat=True)]


def _participant_row(person: Participant) -> Row:
    return {
        "agent_id": person.public_id,
        "mode": person.mode,
        "language": person.language,
        "consented_at": person.consented_at.isoformat(),
        "consent_sha256": person.consent_sha256,
    }


def _session_row(person: Participant) -> Row:
    session = person.session
    copied = {name: getattr(session, name, None) for name in SESSION_COLUMNS}
    return copied | {
        "session_id": session.token[:8],
        "agent_id": person.public_id,
        "mode": person.mode,
        "list_id": session.assignment.number if session.assignment else None,
        "started_at": session.started_at.isoformat(),
        "completed_at": session.completed_at.isoformat() if session.completed_at else None,
        "answers": json.dumps(session.answers, ensure_ascii=False),
    }


def _stimulus_row(stimulus: Any) -> Row:
    copied = {name: getattr(stimulus, name, None) for name in STIMULUS_COLUMNS}
    return copied | trial_rows.stimulus_columns(stimulus) | {
        "split": stimulus.item.split,
        "width_px": stimulus.width,
        "height_px": stimulus.height,
    }  # fmt: skip


def _run_row(run: AttackerRun) -> Row:
    copied = {name: getattr(run, name, None) for name in RUN_COLUMNS}
    return copied | {
        "run_id": f"run{run.pk}",
        "warm_from": f"run{run.warm_from_id}" if run.warm_from_id else None,
        "state": run.job.state,
        "offsets": json.dumps(run.offsets),
        "config": json.dumps(run.config, sort_keys=True),
    }


def _geirhos_row(row: Row) -> Row:
    return {
        "subj": row["agent_id"],
        "session": row["session_id"],
        "trial": row.get("trial_index", row["trial_id"]),
        "rt": row["rt_ms"] / 1000 if row.get("rt_ms") is not None else None,
        "object_response": row["response"] or "na",
        "category": row["category"],
        "condition": row["crop_level"],
        "imagename": f"item{row['item_id']}",
    }


FILES: dict[str, Callable[[StudyVersion, str], Iterator[str]]] = {
    "trials.csv": trials_csv,
    "predictions.csv": lambda version, _: predictions_csv(version),
    "tiles.csv": tiles_csv,
    "participants.csv": participants_csv,
    "sessions.csv": sessions_csv,
    "stimuli.csv": lambda version, _: stimuli_csv(version),
    "runs.csv": lambda version, _: runs_csv(version),
    "checks.json": lambda version, _: checks_json(version),
    "codebook.csv": lambda version, _: codebook_csv(version),
    "model_vs_human.csv": model_vs_human_csv,
    "dataset_description.json": lambda version, _: dataset_description(version),
}
