"""Rows of trials.csv about people: one per trial, in the columns that machines have too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache, partial
from operator import attrgetter

from pipeline.exports.closed_trials import ClosedTrial, ClosedTrials, batches
from pipeline.exports.columns.people_columns import OF_TASKS
from pipeline.exports.csv_lines import Row, copied
from pipeline.exports.pairs.paired_photos import PhotoPairs
from pipeline.exports.stimulus_columns import size_columns, stimulus_columns
from pipeline.exports.typed_answers import TypedAnswers
from stats.table.column import names_of
from stats.table.columns.screen_columns import DEVICE, DISPLAY, DURATIONS
from stats.table.schema import REACTION, TRIALS
from study.asking.yes_no_question import NO, YES
from study.exclusions import exclusions_of
from study.models import Participant, Stimulus, StudyVersion, Trial
from study.plan import plan_of
from study.sessions.screen_size import degrees_on

# Copied as they are from fields of the same names.
OF_PLAN = ("block_id", "block_type", "trial_index", "attempt", "level_probability", "response_status")
OF_TRIAL = (*OF_PLAN, *names_of((*REACTION, *DURATIONS, *DISPLAY)))
_of_trial = attrgetter(*OF_TRIAL)
OF_DEVICE = names_of(DEVICE)
NAMES_OF_TASKS = names_of(OF_TASKS)
COLUMNS = names_of((*TRIALS, *OF_TASKS))


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
    of_trial = OfTrials(version)
    closed = ClosedTrials(Trial.objects.filter(stimulus__isnull=False))  # grids: pipeline.exports.tile_rows
    for people in batches(participants):
        trials = closed.of(people)
        for person in people:
            yield from of_trial.rows(person, trials[person.session.pk])


class OfTrials:
    """Makes the rows of a version's trials; what many of them have alike is made once."""

    def __init__(self, version: StudyVersion) -> None:
        self.version, self.plan = version, plan_of(version)
        self.classes = version.frozen.class_names
        self.typed, self.pairs = TypedAnswers(version), PhotoPairs(version)
        self.choices = "|".join(self.classes.values())
        self.in_order = cache(lambda order: "|".join(self.classes[pk] for pk in order))
        self.shown: dict[int, Row] = {}

    def rows(self, participant: Participant, trials: Sequence[ClosedTrial]) -> Iterator[tuple[Stimulus, Row]]:
        """Iterate over the rows of one person's trials, each with what it showed."""
        session = participant.session
        language = session.chosen_language or participant.language
        trials = self.typed.scored(trials, language)
        excluded = exclusions_of(session, trials, self.plan.design, participant.ruling)
        of_person = cache(partial(person_columns, self.version, participant))
        for trial in trials:
            part = self.plan.part_of(trial.block_id, trial.attempt)
            assert trial.stimulus
            yield (
                trial.stimulus,
                {
                    **of_person(part),
                    **self._of_stimulus(trial.stimulus),
                    **trial_columns(self.version, trial),
                    **self._answer(trial),
                    **self.typed.columns(trial, language),
                    **size_columns(
                        trial.stimulus, trial.shown_px, degrees_on(session.device_in(part), trial.shown_px)
                    ),
                    **self.pairs.columns(trial),
                    **excluded.columns(trial),
                },
            )

    def _of_stimulus(self, stimulus: Stimulus) -> Row:
        if stimulus.pk not in self.shown:
            category = self.classes[stimulus.item.category_id]  # as it was frozen
            known = stimulus_columns(stimulus, self.version.renumbered_by)
            self.shown[stimulus.pk] = known | {"category": category}
        return self.shown[stimulus.pk]

    def _answer(self, trial: ClosedTrial) -> Row:
        """Return the answer; a timeout is wrong, and a trial that was broken off neither right nor wrong."""
        aborted = trial.response_status == Trial.ResponseStatus.ABORTED
        return {"correct": None if aborted else int(bool(trial.correct)), **self._words(trial)}

    def _words(self, trial: ClosedTrial) -> Row:
        """Return what there was to choose from; comparisons of two photos have it from their pairs."""
        if trial.beside_id is None and trial.target_id is not None:
            return _yes_no_columns(trial, self.classes[trial.target_id])
        if trial.beside_id is not None and trial.target_id is None:
            return {}
        return {
            "choices": self.choices,
            "choice_positions": self.in_order(trial.choice_order),
            "response": self.classes[trial.response_id] if trial.response_id else None,
            "first_key_ms": trial.first_key_ms,
        }


def _yes_no_columns(trial: ClosedTrial, asked: str) -> Row:
    return {
        "asked": asked,
        "choices": f"{YES}|{NO}",
        "choice_positions": "|".join(trial.choice_order),
        "response": None if trial.said_yes is None else (YES if trial.said_yes else NO),
        "chance": 0.5,
    }


def person_columns(version: StudyVersion, participant: Participant, part: int) -> Row:
    """Return the columns that all trials of a person have alike within a part."""
    session = participant.session
    return {
        **dict.fromkeys(COLUMNS),  # all of them, so that no row of a million has to grow
        **study_columns(version),
        "agent_type": "human",
        "agent_id": participant.public_id,
        "session_id": session.token[:8],
        "mode": participant.mode,
        "list_id": session.assignment.number if session.assignment else None,
        "part": part,
        **copied(session.device_in(part), OF_DEVICE),
    }


def trial_columns(version: StudyVersion, trial: ClosedTrial) -> Row:
    """Return the columns that a person's trial has in every task."""
    name = f"t{trial.pk - version.renumbered_by}"
    return {
        "trial_id": name,
        "row_id": name,
        **dict(zip(OF_TRIAL, _of_trial(trial), strict=True)),
        "onset_utc": _timestamp(trial.onset_utc),
        "received_utc": _timestamp(trial.received_at),
    }


def study_columns(version: StudyVersion) -> Row:
    return {
        "study_id": version.study.code,
        "study_version": version.number,
        "config_hash": version.config_hash,
    }


def _timestamp(value: datetime | None) -> str | None:
    return value.isoformat(timespec="milliseconds") if value else None
