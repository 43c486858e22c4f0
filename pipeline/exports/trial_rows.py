"""Rows of trials.csv and predictions.csv: one per trial, people and machine in the same columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import numpy as np
from django.db.models import QuerySet

from pipeline.attacks.strongest import machine_by_level
from pipeline.exports.csv_lines import Row
from pipeline.models import AttackerRun, Prediction
from stats.table.column import names_of
from stats.table.schema import DEVICE, DISPLAY, DURATIONS, REACTION, probability_column
from study.exclusions import exclusions_of
from study.models import Item, Participant, Stimulus, StudyVersion, Trial
from study.plan import plan_of

# Copied as they are from fields of the same names.
OF_TRIAL = names_of((*REACTION, *DURATIONS, *DISPLAY))
OF_SESSION = names_of(DEVICE)


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
    choices = _choices(version)
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
            yield trial.stimulus, row | stimulus_columns(trial.stimulus) | excluded.columns(trial)


def machine_rows(version: StudyVersion, mode: str) -> Iterator[Row]:
    """Iterate over the test answers of the machine that counts: the strongest attacker of each level."""
    choices = list(_choices(version).values())
    for prediction in _machine_predictions(version):
        if prediction.stimulus.item.split == Item.Split.TEST:
            yield _machine_row(version, prediction, mode, choices)


def validated_machine_rows(version: StudyVersion) -> Iterator[Row]:
    """Iterate over its test and validation answers, with `split`: what class offsets are refitted on."""
    choices = list(_choices(version).values())
    for prediction in _machine_predictions(version):
        yield _machine_row(version, prediction, "", choices) | {"split": prediction.stimulus.item.split}


def _machine_predictions(version: StudyVersion) -> Iterator[Prediction]:
    """Iterate over answers of the machine that counts to frozen test photos and to validation photos."""
    frozen = _frozen_tests(version)
    machines = machine_by_level(version.study)
    for level in version.study.levels.filter(number__in=plan_of(version).levels):
        machine = machines.get(level.number)
        runs = machine.runs if machine else ()
        for prediction in _predictions(runs).filter(stimulus__level=level).iterator(chunk_size=2000):
            if _is_comparable(prediction, frozen):
                yield prediction


def all_predictions(version: StudyVersion) -> Iterator[Row]:
    """Iterate over the answers of every network, with transfer attacks and validation photos."""
    choices = list(_choices(version).values())
    frozen = _frozen_tests(version)
    runs = version.study.attacker_runs.attackers().trained()
    for prediction in _predictions(runs).iterator(chunk_size=2000):
        if _is_comparable(prediction, frozen):
            yield _machine_row(version, prediction, "", choices) | _recipe_columns(prediction)


def _is_comparable(prediction: Prediction, frozen: frozenset[int]) -> bool:
    """Whether it answers a validation photo, or a test photo that people judge as well."""
    return prediction.stimulus.item.split != Item.Split.TEST or prediction.stimulus_id in frozen


def _frozen_tests(version: StudyVersion) -> frozenset[int]:
    """Return the stimuli that people judge, whatever was reviewed or added after freezing."""
    return frozenset(picture.stimulus for picture in plan_of(version).tested)


def _predictions(runs: Iterable[AttackerRun]) -> QuerySet[Prediction]:
    return (
        Prediction.objects.filter(run__in=runs)
        .select_related("run", "stimulus__item__category", "stimulus__level", "response")
        .order_by("run_id", "stimulus_id")
    )


def _choices(version: StudyVersion) -> dict[int, str]:
    return dict(version.study.categories.values_list("pk", "name"))


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
        "response": trial.response.name if trial.response else None,
        "correct": None if aborted else int(bool(trial.correct)),
    }


def _machine_row(version: StudyVersion, prediction: Prediction, mode: str, choices: Sequence[str]) -> Row:
    run = prediction.run
    return {
        **_study_columns(version),
        "row_id": f"p{prediction.pk}",
        "agent_type": "model",
        "agent_id": f"{run.architecture}-seed{run.seed}",
        "session_id": f"run{run.pk}",
        "mode": mode,
        "block_type": "test",
        "trial_id": f"p{prediction.pk}",
        **stimulus_columns(prediction.stimulus),
        "choices": "|".join(choices),
        "response": prediction.response.name,
        "response_status": "answered",
        "correct": int(prediction.correct),
        "excluded_trial": 0,
        "excluded_participant": 0,
        **_probabilities(choices, prediction.logits),
    }


def _recipe_columns(prediction: Prediction) -> Row:
    run = prediction.run
    return {
        "architecture": run.architecture,
        "seed": run.seed,
        "trained_through": run.trained_through,
        "round": run.round,
        "split": prediction.stimulus.item.split,
    }


def _study_columns(version: StudyVersion) -> Row:
    return {
        "study_id": version.study.code,
        "study_version": version.number,
        "config_hash": version.config_hash,
    }


def stimulus_columns(stimulus: Stimulus) -> Row:
    """Return the columns that name a photo at a level."""
    return {
        "item_id": stimulus.item_id,
        "source_id": stimulus.item.cluster[:16],
        "stimulus_id": stimulus.pk,
        "stim_sha256": stimulus.sha256,
        "crop_level": stimulus.level.number,
        "crop_fraction": round(stimulus.crop_fraction, 6),
        "subject_kept": stimulus.subject_kept,
        "attention_kept": stimulus.attention_kept,
        "subject_share": stimulus.subject_fill,
        "category": stimulus.item.category.name,
    }


def _probabilities(choices: Sequence[str], logits: Sequence[float]) -> Row:
    """Return the softmax of the logits, one column per class."""
    shifted = np.exp(np.asarray(logits) - np.max(logits))
    shares = shifted / shifted.sum()
    names = names_of(map(probability_column, choices))
    return {name: round(float(share), 6) for name, share in zip(names, shares, strict=True)}


def _timestamp(value: datetime | None) -> str | None:
    return value.isoformat(timespec="milliseconds") if value else None
