"""Rows of trials.csv about people: one per trial, in the columns that machines have too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from pipeline.exports.columns.part_columns import device_of
from pipeline.exports.columns.people_columns import OF_TASKS
from pipeline.exports.csv_lines import Row
from pipeline.exports.pairs.paired_photos import PhotoPairs
from pipeline.exports.stimulus_columns import size_columns, stimulus_columns
from pipeline.exports.typed_answers import TypedAnswers
from stats.table.column import names_of
from stats.table.columns.screen_columns import DEVICE, DISPLAY, DURATIONS
from stats.table.schema import REACTION
from study.asking.yes_no_question import NO, YES
from study.exclusions import exclusions_of
from study.models import Participant, Stimulus, StudyVersion, Trial
from study.plan import plan_of
from study.sessions.screen_size import degrees_on

# Copied as they are from fields of the same names.
OF_TRIAL = names_of((*REACTION, *DURATIONS, *DISPLAY))
OF_DEVICE = names_of(DEVICE)
NAMES_OF_TASKS = names_of(OF_TASKS)


def human_rows(version: StudyVersion, mode: str) -> Iterator[Row]:
    """Iterate over every trial of one photo of every session; practice and excluded rows stay, flagged.

    People of a pilot have no rows here: a version knows participants of the main study only.
    """
    participants = version.participants.filter(mode=mode, withdrawn_at=None, session__isnull=False)
    begun = participants.select_related("session__assignment").prefetch_related("session__parts")
    for _stimulus, row in rows_of_people(version, begun.order_by("pk").iterator(chunk_size=500)):
        yield row


def rows_of_people(
    version: StudyVersion, participants: Iterable[Participant]
) -> Iterator[tuple[Stimulus, Row]]:
    """Iterate over the rows of these participants, each with what it showed."""
    choices, typed, pairs = version.frozen.class_names, TypedAnswers(version), PhotoPairs(version)
    for participant in participants:
        session = participant.session
        language = session.chosen_language or participant.language
        trials = list(
            session.trials.answered().select_related(
                "stimulus__item__category", "stimulus__level", "beside__item", "response"
            )
        )
        if typed.are_asked:
            typed.score_all(trials, language)
        excluded = exclusions_of(session, trials, version.design, participant.ruling)
        for trial in trials:
            if trial.stimulus is None:
                continue  # a grid: see pipeline.exports.tile_rows
            row = human_columns(version, participant, trial) | _answer_columns(trial, choices)
            row |= typed.columns(trial, language) if typed.are_asked else {}
            row |= size_columns(
                trial.stimulus, trial.shown_px, degrees_on(device_of(version, trial, session), trial.shown_px)
            )
            row["row_id"] = row["trial_id"]
            category = {"category": choices[trial.stimulus.item.category_id]}  # as it was frozen
            row |= (
                stimulus_columns(trial.stimulus, version.renumbered_by)
                | category
                | pairs.columns(trial)
                | excluded.columns(trial)
            )
            yield trial.stimulus, row


def human_columns(version: StudyVersion, participant: Participant, trial: Trial) -> Row:
    """Return the columns that a person's trial has in every task."""
    session = participant.session
    device = device_of(version, trial, session)
    return {
        **study_columns(version),
        "agent_type": "human",
        "agent_id": participant.public_id,
        "session_id": session.token[:8],
        "mode": participant.mode,
        "list_id": session.assignment.number if session.assignment else None,
        "part": plan_of(version).part_of(trial.block_id, trial.attempt),
        "block_id": trial.block_id,
        "block_type": trial.block_type,
        "trial_id": f"t{trial.pk - version.renumbered_by}",
        "trial_index": trial.trial_index,
        "attempt": trial.attempt,
        "level_probability": trial.level_probability,
        "response_status": trial.response_status,
        **{name: getattr(trial, name) for name in OF_TRIAL},
        "onset_utc": _timestamp(trial.onset_utc),
        "received_utc": _timestamp(trial.received_at),
        **{name: getattr(device, name) for name in OF_DEVICE},
    }


def _answer_columns(trial: Trial, choices: dict[int, str]) -> Row:
    """Return the answer; a timeout is wrong, and a trial that was broken off is neither right nor wrong."""
    aborted = trial.response_status == Trial.ResponseStatus.ABORTED
    return {
        **dict.fromkeys(NAMES_OF_TASKS),
        "correct": None if aborted else int(bool(trial.correct)),
        **_words_columns(trial, choices),
    }


def _words_columns(trial: Trial, choices: dict[int, str]) -> Row:
    """Return what there was to choose from; comparisons of two photos have it from their pairs."""
    if trial.beside_id is None and trial.target_id is not None:
        return _yes_no_columns(trial, choices)
    if trial.beside_id is not None and trial.target_id is None:
        return {}
    return _class_columns(trial, choices)


def _class_columns(trial: Trial, choices: dict[int, str]) -> Row:
    return {
        "choices": "|".join(choices.values()),
        "choice_positions": "|".join(choices[pk] for pk in trial.choice_order),
        "response": choices[trial.response_id] if trial.response_id else None,
        "first_key_ms": trial.first_key_ms,
    }


def _yes_no_columns(trial: Trial, choices: dict[int, str]) -> Row:
    return {
        "asked": choices[trial.target_id] if trial.target_id else None,
        "choices": f"{YES}|{NO}",
        "choice_positions": "|".join(trial.choice_order),
        "response": None if trial.said_yes is None else (YES if trial.said_yes else NO),
        "chance": 0.5,
    }


def study_columns(version: StudyVersion) -> Row:
    return {
        "study_id": version.study.code,
        "study_version": version.number,
        "config_hash": version.config_hash,
    }


def _timestamp(value: datetime | None) -> str | None:
    return value.isoformat(timespec="milliseconds") if value else None
