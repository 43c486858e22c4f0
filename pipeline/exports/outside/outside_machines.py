"""Machines from outside as they stand in a version, and what a report says of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attacker.packs.kinds import KINDS, UNKNOWN
from pipeline.exports.stimulus_columns import stimulus_columns
from pipeline.models import BroughtAnswer, BroughtMachine
from pipeline.models.frozen_machines import Machine, OutsideAnswer, OutsideMachine
from stats.apa import share
from study.models import Study


def machines_from_outside(
    study: Study, accuracies: Mapping[int, dict[int, float]], renumbered_by: int
) -> list[OutsideMachine]:
    """Return all machines from outside that were taken, with their answers.

    `accuracies` are on validation photos, by machine and level (`pipeline.brought.overruling.validated`).
    """
    machines = study.brought_machines.taken().select_related("pack").defer("table")
    return [_machine(machine, accuracies.get(machine.pk, {}), renumbered_by) for machine in machines]


def _machine(machine: BroughtMachine, validated: dict[int, float], by: int) -> OutsideMachine:
    answers = BroughtAnswer.objects.filter(machine=machine).order_by("stimulus_id")
    rows = answers.select_related("stimulus__item__category", "stimulus__level", "response")
    return OutsideMachine(
        number=machine.pk - by,
        name=machine.name,
        kind=machine.kind,
        trained_through=machine.trained_through,
        trained_on=machine.trained_on,
        source=machine.source,
        form=machine.form,
        pack=machine.pack.name,
        table_sha256=machine.table_sha256,
        taken_at=f"{machine.taken_at:%Y-%m-%d %H:%M} UTC",
        validated=validated,
        examples=machine.examples,
        answers=[_answer(row, by) for row in rows.iterator(chunk_size=2000)],
    )


def _answer(row: BroughtAnswer, by: int) -> OutsideAnswer:
    stimulus = row.stimulus
    return OutsideAnswer(
        answer=row.pk - by,
        stimulus=stimulus.pk - by,
        split=stimulus.item.split,
        level=stimulus.level.number,
        shown=stimulus_columns(stimulus, by),
        state=row.state,
        response=row.response.name if row.response else None,
        place=row.response.position if row.response else None,
        label=stimulus.item.category.position,
        correct=row.correct,
        logits=row.logits,
        seconds=row.seconds,
        cost=row.cost,
    )


def said_of_outside(machine: Machine) -> Iterator[str]:
    """Yield what is known of each machine from outside, what is not, and where one counts."""
    for outside in machine.outside:
        yield f"{_provenance(outside)} {_unknown(outside)}".strip()
    by_number = {outside.number: outside for outside in machine.outside}
    for level, number in sorted(machine.overruled.items()):
        outside = by_number[number]
        yield (
            f"At level {level} the machine that counts is {outside.name}, from outside: on validation photos "
            f"it reaches {share(outside.validated[level])}, more than every attack that was trained here."
        )


def _provenance(outside: OutsideMachine) -> str:
    shown = f"; shown {outside.examples} labelled photos of each class" if outside.examples else ""
    learnt = f"{shown}; learnt from: {outside.trained_on}" if outside.trained_on else shown
    source = f" ({outside.source})" if outside.source else ""
    stated = f"{outside.kind}, which learns {KINDS[outside.kind]}, as its owner says"
    kind = "of an unknown kind" if outside.kind == UNKNOWN else stated
    return (
        f"Machine from outside: {outside.name}{source}, an attack {kind}{learnt}. It answered pack "
        f"{outside.pack} by {outside.form}; its table (SHA-256 {outside.table_sha256[:16]}...) was "
        f"taken on {outside.taken_at}."
    )


def _unknown(outside: OutsideMachine) -> str:
    """Say what the owner left open, and what nobody here can check."""
    gaps = [
        *(["what it learnt from"] if not outside.trained_on else []),
        *(["through which level it was trained"] if outside.trained_through is None else []),
        *(["whose it is and which weights it has"] if not outside.source else []),
        *(["how sure it is of its answers"] if outside.form in ("label", "text") else []),
    ]
    left_open = f"Not known: {'; '.join(gaps)}. " if gaps else ""
    return f"{left_open}Not checked: that it never saw these photos, and that no person answered for it."
