"""Rows about participants, sessions, stimuli and attacker runs, and trials as model-vs-human writes them."""

from __future__ import annotations

import json
from collections import Counter

from pipeline.exports.columns.part_columns import part_columns
from pipeline.exports.csv_lines import Row
from pipeline.exports.stimulus_columns import stimulus_columns
from pipeline.models import AttackerRun
from pipeline.models.run_records import renumbered_list
from study.models import Participant, Session, Stimulus
from study.sessions.screen_size import largest_degrees
from study.sizing.visual_angle import pixels_per_degree


def participant_row(participant: Participant) -> Row:
    """Return one row of participants.csv."""
    return {
        "agent_id": participant.public_id,
        "mode": participant.mode,
        "language": participant.language,
        "consented_at": participant.consented_at.isoformat(),
        "consent_sha256": participant.consent_sha256,
    }


def session_row(participant: Participant) -> Row:
    """Return one row of sessions.csv."""
    session = participant.session
    return {
        "session_id": session.token[:8],
        "agent_id": participant.public_id,
        "mode": participant.mode,
        "list_id": session.assignment.number if session.assignment else None,
        "status": session.status,
        "status_reason": session.status_reason,
        "started_at": session.started_at.isoformat(),
        "completed_at": session.completed_at.isoformat() if session.completed_at else None,
        **part_columns(session),
        "practice_round": session.practice_round,
        "browser": session.browser,
        "os": session.os,
        "input_device": session.input_device,
        "answers_by": session.answers_by,
        "inputs_used": "|".join(_inputs_used(session)),
        "viewport_w": session.viewport_w,
        "viewport_h": session.viewport_h,
        "dpr": session.dpr,
        "refresh_hz": session.refresh_hz,
        "clock_grain_ms": session.clock_grain_ms,
        "presentation_lag_ms": session.presentation_lag_ms,
        "onset_known_by": session.onset_known_by,
        **_size_columns(session),
        "forced_colours": None if session.forced_colours is None else int(session.forced_colours),
        "surround": session.surround,
        "answers": json.dumps(session.answers, ensure_ascii=False, sort_keys=True),
    }


def _size_columns(session: Session) -> Row:
    """Return how large a pixel of the screen was, and the largest photo on it."""
    mm_per_px, distance = session.screen_mm_per_px, session.viewing_distance_cm
    per_degree = pixels_per_degree(mm_per_px, distance) if mm_per_px and distance else None
    return {
        "size_known_by": session.size_known_by,
        "screen_mm_per_px": mm_per_px,
        "viewing_distance_cm": distance,
        "distance_known_by": session.distance_known_by,
        "distance_spread_cm": session.distance_spread_cm,
        "distance_tries": session.distance_tries,
        "px_per_degree": per_degree,
        "photo_degrees": largest_degrees(session),
    }


def _inputs_used(session: Session) -> list[str]:
    """Return what a person answered with, the most frequent first."""
    given = session.trials.exclude(response_input="").values_list("response_input", flat=True)
    return [name for name, _ in Counter(given.order_by("pk")).most_common()]


def stimulus_row(stimulus: Stimulus, renumbered_by: int = 0) -> Row:
    """Return one row of stimuli.csv, with the numbers of rows at their origin."""
    return {
        **stimulus_columns(stimulus, renumbered_by),
        "source_name": stimulus.item.source_name,
        "split": stimulus.item.split,
        "left": stimulus.left,
        "top": stimulus.top,
        "window_width": stimulus.window_width,
        "window_height": stimulus.window_height,
        "covered": stimulus.covered,
        "width_px": stimulus.width,
        "height_px": stimulus.height,
        "subject_source": stimulus.subject_source,
        "subject_detail": stimulus.subject_detail,
        "subject_people": stimulus.subject_people,
        "people_alike": stimulus.people_alike,
        "nested": stimulus.nested,
        "made_by": renumbered_list(stimulus.made_by, -renumbered_by),
        "by_hand": stimulus.by_hand,
        "review": stimulus.review,
    }


def run_row(run: AttackerRun, renumbered_by: int = 0) -> Row:
    """Return one row of runs.csv, with the numbers of rows at their origin."""
    return {
        "run_id": f"run{run.pk - renumbered_by}",
        "role": run.role,
        "architecture": run.architecture,
        "seed": run.seed,
        "trained_through": run.trained_through,
        "round": run.round,
        "searched": run.recipe or None,
        "recipe_from": run.searched_recipe.provenance if run.searched_recipe else None,
        "warm_from": f"run{run.warm_from_id - renumbered_by}" if run.warm_from_id else None,
        "state": run.job.state,
        "validation_accuracy": run.validation_accuracy,
        "corrected_accuracy": run.corrected_accuracy,
        "calibration_error": run.calibration_error,
        "offsets": json.dumps(run.offsets),
        "seconds": run.seconds,
        "device": run.device,
        "checkpoint_sha256": run.checkpoint_sha256,
        "config": json.dumps(run.config, sort_keys=True),
    }


def model_vs_human_row(trial: Row) -> Row:
    """Return one row of model_vs_human.csv from a row of trials.csv; `rt` is in seconds."""
    person = trial["agent_type"] == "human"
    return {
        "subj": f"subject-{trial['agent_id']}" if person else trial["agent_id"],
        "session": trial["session_id"],
        "trial": trial.get("trial_index", trial["trial_id"]),
        "rt": trial["rt_ms"] / 1000 if trial.get("rt_ms") is not None else None,
        "object_response": trial["response"] or ("" if "na" in trial["choices"].split("|") else "na"),
        "category": trial["category"],
        "condition": trial["crop_level"],
        "imagename": f"item{trial['item_id']}",
    }
