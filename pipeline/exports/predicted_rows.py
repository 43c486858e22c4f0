"""Rows of predictions.csv, and of machines in trials.csv: answers of networks, here and from outside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from pipeline.exports.csv_lines import Row, copied
from pipeline.exports.machine_answers import YesNoQuestions, machine_of
from pipeline.exports.outside import outside_rows
from pipeline.exports.pairs.pair_questions import PairQuestions
from pipeline.exports.trial_rows import NAMES_OF_TASKS, study_columns
from pipeline.models.frozen_machines import MachineAnswer, OutsideAnswer, OutsideMachine
from stats.table.column import names_of
from stats.table.columns.machine_columns import ROUND, SEED, SPLIT, TRAINED, probability_column
from study.asking.trial_task import AnsweredBy
from study.models import Item, StudyVersion
from study.plan import plan_of

OF_RECIPE = names_of((SEED, TRAINED, ROUND, SPLIT))
# What an answer of a network of this study cost, nobody counts.
OF_OWN: Row = {"brought_as": None, "answer_state": "answered", "answer_seconds": None, "answer_cost": None}


def machine_rows(version: StudyVersion, mode: str) -> Iterator[Row]:
    """Iterate over the test answers of the machine that counts: the strongest attacker of each level."""
    for split, row in _counting_rows(version, mode):
        if split == Item.Split.TEST:
            yield row


def validated_machine_rows(version: StudyVersion) -> Iterator[Row]:
    """Iterate over its test and validation answers, with `split`: what class offsets are refitted on."""
    for split, row in _counting_rows(version, ""):
        yield row | {"split": split}


def _counting_rows(version: StudyVersion, mode: str) -> Iterator[tuple[str, Row]]:
    """Iterate over splits and rows of the machine that counts, which may come from outside."""
    machine, rows = machine_of(version), _MachineRows(version)
    for answer in _counting_answers(version):
        for row in rows(answer, mode):
            yield answer.split, row
    for outside in machine.outside:
        for their_answer, row in rows_from_outside(version, outside, mode):
            if machine.overruled.get(their_answer.level) == outside.number:
                yield their_answer.split, row


def rows_from_outside(
    version: StudyVersion, outside: OutsideMachine, mode: str = ""
) -> Iterator[tuple[OutsideAnswer, Row]]:
    """Iterate over the answers of a machine from outside, each with its rows, as far as people judge them."""
    frozen, rows, levels = _frozen_tests(version), _MachineRows(version), set(plan_of(version).levels)
    classes = len(version.frozen.class_names)
    for answer in outside.answers:
        if answer.level in levels and _is_comparable(answer, frozen):
            for row in rows(outside_rows.as_network_answer(outside, answer, classes), mode):
                yield answer, row | outside_rows.columns_from_outside(outside, answer, row)


def answers_from_outside(version: StudyVersion) -> Iterator[Row]:
    """Iterate over the rows of all machines from outside, with what predictions.csv says of them."""
    for outside in machine_of(version).outside:
        for answer, row in rows_from_outside(version, outside):
            yield row | outside_rows.recipe_from_outside(outside, answer)


def _counting_answers(version: StudyVersion) -> Iterator[MachineAnswer]:
    """Iterate over answers of networks that count to frozen test photos and to validation photos."""
    machine, frozen, levels = machine_of(version), _frozen_tests(version), set(plan_of(version).levels)
    levels -= machine.overruled.keys()
    counting = {(level, run) for level, runs in machine.counting.items() if level in levels for run in runs}
    answers = [answer for answer in machine.answers if (answer.level, answer.run) in counting]
    for answer in sorted(answers, key=lambda answer: (answer.level, answer.run, answer.stimulus)):
        if _is_comparable(answer, frozen):
            yield answer


def all_predictions(version: StudyVersion) -> Iterator[Row]:
    """Iterate over the answers of every network, with transfer attacks and validation photos."""
    frozen, rows = _frozen_tests(version), _MachineRows(version)
    for answer in machine_of(version).answers:
        if _is_comparable(answer, frozen):
            for row in rows(answer, ""):
                yield row | copied(answer, OF_RECIPE) | {"searched": rows.searched.get(answer.run)} | OF_OWN
    yield from answers_from_outside(version)


def _is_comparable(answer: MachineAnswer | OutsideAnswer, frozen: frozenset[int]) -> bool:
    """Whether it answers a validation photo, or a test photo that people judge as well."""
    return answer.split != Item.Split.TEST or answer.stimulus in frozen


def _frozen_tests(version: StudyVersion) -> frozenset[int]:
    """Return the stimuli that people judge, as they were frozen, whatever was reviewed or added since."""
    return frozenset(picture.stimulus - version.renumbered_by for picture in plan_of(version).tested)


class _MachineRows:
    """The rows of a network's answer: one about its class, or one for each question that people get."""

    def __init__(self, version: StudyVersion) -> None:
        self.version = version
        self.questions = questions_of(version)
        self.searched = machine_of(version).searched

    def __call__(self, answer: MachineAnswer, mode: str) -> Iterator[Row]:
        row = _machine_row(self.version, answer, mode, self.searched.get(answer.run, ""))
        if self.questions is None:
            yield row
            return
        for number, given in enumerate(self.questions.answers_to(answer), start=1):
            name = f"p{answer.prediction}q{number}"
            yield row | {"row_id": name, "trial_id": name, "chance": 0.5} | given


def questions_of(version: StudyVersion) -> YesNoQuestions | PairQuestions | None:
    """Return what the machine is asked about photos; None where it names their class, as people do."""
    task = version.design.asks
    if task.shows_pairs:
        return PairQuestions.of(version, machine_of(version).answers)
    if task.answered_by == AnsweredBy.YES_NO:
        outside = [answer for each in machine_of(version).outside for answer in each.answers]
        return YesNoQuestions.of(version, [*machine_of(version).answers, *outside])
    return None


def _machine_row(version: StudyVersion, answer: MachineAnswer, mode: str, searched: str) -> Row:
    choices = list(version.frozen.class_names.values())
    recipe = f"-{searched}" if searched else ""
    return {
        **study_columns(version),
        "row_id": f"p{answer.prediction}",
        "agent_type": "model",
        "agent_id": f"{answer.architecture}-seed{answer.seed}{recipe}",
        "session_id": f"run{answer.run}",
        "mode": mode,
        "block_type": "test",
        "trial_id": f"p{answer.prediction}",
        **answer.shown,
        **dict.fromkeys(NAMES_OF_TASKS),
        "choices": "|".join(choices),
        "response": answer.response,
        "response_status": "answered",
        "correct": int(answer.correct),
        "excluded_trial": 0,
        "excluded_participant": 0,
        "architecture": answer.architecture,
        "trained_on_level": int(answer.trained_through >= answer.level),  # lighter crops are trained on too
        **_probabilities(choices, answer.logits),
    }


def _probabilities(choices: Sequence[str], logits: Sequence[float]) -> Row:
    """Return the softmax of the logits, one column per class."""
    shifted = np.exp(np.asarray(logits) - np.max(logits))
    shares = shifted / shifted.sum()
    names = names_of(map(probability_column, choices))
    return {name: round(float(share), 6) for name, share in zip(names, shares, strict=True)}
