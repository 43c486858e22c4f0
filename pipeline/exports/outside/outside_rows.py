"""Answers of machines from outside, in the columns of every other machine."""

from __future__ import annotations

from pipeline.brought.overruling import scores_for_questions
from pipeline.exports.csv_lines import Row
from pipeline.models.frozen_machines import MachineAnswer, OutsideAnswer, OutsideMachine
from stats.table.columns.machine_columns import PROBABILITY


def as_network_answer(machine: OutsideMachine, answer: OutsideAnswer, classes: int) -> MachineAnswer:
    """Return an answer as a network of this study gives it, for the columns that both have."""
    return MachineAnswer(
        prediction=answer.answer,
        run=machine.number,
        architecture=machine.name,
        seed=0,
        trained_through=machine.trained_through or 0,
        round=1,
        stimulus=answer.stimulus,
        split=answer.split,
        level=answer.level,
        shown=answer.shown,
        response=answer.response or "",
        correct=answer.correct,
        logits=scores_for_questions(answer.logits, answer.place, answer.label, classes),
    )


def columns_from_outside(machine: OutsideMachine, answer: OutsideAnswer, row: Row) -> Row:
    """Return the columns in which a row differs from one of a network that was trained here."""
    through = machine.trained_through
    columns = {
        "row_id": f"b{row['row_id'][1:]}",
        "trial_id": f"b{row['trial_id'][1:]}",
        "agent_id": machine.name,
        "session_id": f"outside{machine.number}",
        "response": row["response"] or None,
        "trained_on_level": None if through is None else int(through >= answer.level),
    }
    if not answer.logits:
        columns |= {name: None for name in row if name.startswith(PROBABILITY)}
    return columns


def recipe_from_outside(machine: OutsideMachine, answer: OutsideAnswer) -> Row:
    """Return what predictions.csv says of the machine beyond the columns of trials.csv."""
    return {
        "trained_through": machine.trained_through,
        "searched": None,
        "brought_as": machine.kind,
        "answer_state": answer.state,
        "answer_seconds": answer.seconds,
        "answer_cost": answer.cost,
        "split": answer.split,
    }
