"""Rows of trials.csv and predictions.csv: one per trial, people and machine in the same columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import numpy as np

from pipeline.exports.csv_lines import Row
from pipeline.exports.machine_answers import machine_of
from pipeline.exports.stimulus_columns import stimulus_columns
from pipeline.models.frozen_machines import MachineAnswer
from stats.table.column import names_of
from stats.table.schema import DEVICE, DISPLAY, DURATIONS, REACTION, probability_column
from study.exclusions import exclusions_of
from study.models import Item, Participant, Stimulus, StudyVersion, Trial
from study.plan import plan_of

# Copied as they are from fields of the same names.
OF_TRIAL = names_of((*REACTION, *DURATIONS, *DISPLAY))
OF_SESSION = names_of(DEVICE)
OF_RECIPE = ("architecture", "seed", "trained_through", "round", "split")


def human_rows(version: StudyVersion, mode: str) -> Iterator[Row]:
    """Iterate over every trial of one photo of every session; practice and excluded rows stay, flagged.

    People of a pilot have no rows here: a version knows participants of the main study only.
    """
    participants = version.participants.filter(mode=mode, withdrawn_at=None, session__isnull=False)
    begun = participants.select_related("session__assignment").order_by("pk")
    for _stimulus, row in rows_of_people(version, begun):
        yield row


def rows_of_people(
    version: StudyVersion, participants: Iterable[Participant]
) -> Iterator[tuple[Stimulus, Row]]:
    """Iterate over the rows of these participants, each with what it showed."""
    choices = version.frozen.class_names
    for participant in participants:
        session = participant.session
        trials = list(
            session.trials.answered().select_related(
                "stimulus__item__category", "stimulus__level", "response"
            )
        )
        excluded = exclusions_of(session, trials, version.design)
        for trial in trials:
            if trial.stimulus is None:
                continue  # a grid: see pipeline.exports.tile_rows
            row = human_columns(version, participant, trial) | _answer_columns(trial, choices)
            category = {"category": choices[trial.stimulus.item.category_id]}  # as it was frozen
            row |= stimulus_columns(trial.stimulus) | category | excluded.columns(trial)
            yield trial.stimulus, row


def machine_rows(version: StudyVersion, mode: str) -> Iterator[Row]:
    """Iterate over the test answers of the machine that counts: the strongest attacker of each level."""
    for answer in _counting_answers(version):
        if answer.split == Item.Split.TEST:
            yield _machine_row(version, answer, mode)


def validated_machine_rows(version: StudyVersion) -> Iterator[Row]:
    """Iterate over its test and validation answers, with `split`: what class offsets are refitted on."""
    for answer in _counting_answers(version):
        yield _machine_row(version, answer, "") | {"split": answer.split}


def _counting_answers(version: StudyVersion) -> Iterator[MachineAnswer]:
    """Iterate over answers of the machine that counts to frozen test photos and to validation photos."""
    machine, frozen, levels = machine_of(version), _frozen_tests(version), set(plan_of(version).levels)
    counting = {(level, run) for level, runs in machine.counting.items() if level in levels for run in runs}
    answers = [answer for answer in machine.answers if (answer.level, answer.run) in counting]
    for answer in sorted(answers, key=lambda answer: (answer.level, answer.run, answer.stimulus)):
        if _is_comparable(answer, frozen):
            yield answer


def all_predictions(version: StudyVersion) -> Iterator[Row]:
    """Iterate over the answers of every network, with transfer attacks and validation photos."""
    frozen = _frozen_tests(version)
    for answer in machine_of(version).answers:
        if _is_comparable(answer, frozen):
            yield _machine_row(version, answer, "") | {name: getattr(answer, name) for name in OF_RECIPE}


def _is_comparable(answer: MachineAnswer, frozen: frozenset[int]) -> bool:
    """Whether it answers a validation photo, or a test photo that people judge as well."""
    return answer.split != Item.Split.TEST or answer.stimulus in frozen


def _frozen_tests(version: StudyVersion) -> frozenset[int]:
    """Return the stimuli that people judge, whatever was reviewed or added after freezing."""
    return frozenset(picture.stimulus for picture in plan_of(version).tested)


def human_columns(version: StudyVersion, participant: Participant, trial: Trial) -> Row:
    """Return the columns that a person's trial has in every task."""
    session = participant.session
    return {
        **_study_columns(version),
        "agent_type": "human",
        "agent_id": participant.public_id,
        "session_id": session.token[:8],
        "mode": participant.mode,
        "list_id": session.assignment.number if session.assignment else None,
        "block_id": trial.block_id,
        "block_type": trial.block_type,
        "trial_id": f"t{trial.pk}",
        "trial_index": trial.trial_index,
        "attempt": trial.attempt,
        "response_status": trial.response_status,
        **{name: getattr(trial, name) for name in OF_TRIAL},
        "onset_utc": _timestamp(trial.onset_utc),
        "received_utc": _timestamp(trial.received_at),
        **{name: getattr(session, name) for name in OF_SESSION},
    }


def _answer_columns(trial: Trial, choices: dict[int, str]) -> Row:
    """Return the answer; a timeout is wrong, and a trial that was broken off is neither right nor wrong."""
    aborted = trial.response_status == Trial.ResponseStatus.ABORTED
    return {
        "row_id": f"t{trial.pk}",
        "choices": "|".join(choices.values()),
        "choice_positions": "|".join(choices[pk] for pk in trial.choice_order),
        "response": choices[trial.response_id] if trial.response_id else None,
        "correct": None if aborted else int(bool(trial.correct)),
    }


def _machine_row(version: StudyVersion, answer: MachineAnswer, mode: str) -> Row:
    choices = list(version.frozen.class_names.values())
    return {
        **_study_columns(version),
        "row_id": f"p{answer.prediction}",
        "agent_type": "model",
        "agent_id": f"{answer.architecture}-seed{answer.seed}",
        "session_id": f"run{answer.run}",
        "mode": mode,
        "block_type": "test",
        "trial_id": f"p{answer.prediction}",
        **answer.shown,
        "choices": "|".join(choices),
        "response": answer.response,
        "response_status": "answered",
        "correct": int(answer.correct),
        "excluded_trial": 0,
        "excluded_participant": 0,
        **_probabilities(choices, answer.logits),
    }


def _study_columns(version: StudyVersion) -> Row:
    return {
        "study_id": version.study.code,
        "study_version": version.number,
        "config_hash": version.config_hash,
    }


def _probabilities(choices: Sequence[str], logits: Sequence[float]) -> Row:
    """Return the softmax of the logits, one column per class."""
    shifted = np.exp(np.asarray(logits) - np.max(logits))
    shares = shifted / shifted.sum()
    names = names_of(map(probability_column, choices))
    return {name: round(float(share), 6) for name, share in zip(names, shares, strict=True)}


def _timestamp(value: datetime | None) -> str | None:
    return value.isoformat(timespec="milliseconds") if value else None
