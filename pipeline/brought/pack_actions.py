"""What a researcher does with packs and machines from outside: called by desk, API and shell, and logged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from django.utils import timezone

from attacker.packs.packed_answers import AnswerTable
from attacker.packs.table_problems import TableRefusedError
from pipeline.audit import record
from pipeline.brought import prediction_packs, taking
from pipeline.brought.prediction_packs import EVERYTHING, PackRefusedError, PackWish
from pipeline.brought.taking import Statement
from pipeline.models import BroughtMachine, PredictionPack
from study.models import Study

REFUSALS = (PackRefusedError, TableRefusedError)


class TablePreview(msgspec.Struct, frozen=True):
    """What a table holds, before it is taken; nothing about right and wrong, so that nobody picks by it.

    Attributes
    ----------
    machine : its name
    pack : that it answers
    kind : of its attack
    examples : how many labelled photos of each class it was shown; None: not said
    form : what it says of each stimulus
    answers : how many
    states : how they ended
    per_choice : how often each class was answered
    seconds_known, costs_known : how many answers say how long they took, and what they cost
    """

    machine: str
    pack: str
    kind: str
    examples: int | None
    form: str
    answers: int
    states: dict[str, int]
    per_choice: dict[str, int]
    seconds_known: int
    costs_known: int

    @property
    def sentence(self) -> str:
        """The preview in words."""
        ended = ", ".join(f"{count} {state}" for state, count in self.states.items())
        named = ", ".join(f"{name} {count}" for name, count in self.per_choice.items())
        shots = f" by {self.examples} examples of each class" if self.examples else ""
        head = (
            f"{self.machine} ({self.kind}{shots}): {self.answers} answers to pack {self.pack} by {self.form}"
        )
        took = f" {self.took}" if self.seconds_known or self.costs_known else ""
        return f"{head} ({ended}); named: {named}.{took}"

    @property
    def took(self) -> str:
        """How many answers tell what they took, in words."""
        return (
            f"How long it took is told of {self.seconds_known or 'no'} answers, what it cost of "
            f"{self.costs_known or 'none'}."
        )


def freeze(user: Any, study: Study, wish: PackWish = EVERYTHING) -> PredictionPack:
    """Freeze a pack, and log it.

    Raises
    ------
    PackRefusedError
        If it cannot hold what it shall.
    """
    pack = prediction_packs.freeze_pack(study, timezone.now(), wish)
    shown = f" with {pack.shots} examples of each class, seed {pack.examples_seed}" if pack.shots else ""
    record(user, study, f"froze pack {pack.name} of {pack.size} stimuli{shown}")
    return pack


def hand_out(user: Any, pack: PredictionPack) -> Iterator[tuple[str, bytes]]:
    """Return the files of a pack, and log that photos left.

    Raises
    ------
    PackRefusedError
        If its photos have changed since.
    """
    prediction_packs.require_current(pack)
    record(user, pack.study, f"downloaded pack {pack.name}")
    return prediction_packs.files_of_pack(pack)


def send(user: Any, pack: PredictionPack, content: bytes, statement: Statement) -> TablePreview:
    """Read a table, hold it for a look, and log it.

    Raises
    ------
    PackRefusedError, TableRefusedError
        If it cannot be taken; then nothing is stored.
    """
    machine, table = taking.send_table(pack, content, statement, timezone.now())
    record(user, pack.study, f"sent predictions of {machine.name} for pack {pack.name}")
    return preview_of(machine, table)


def take(user: Any, machine: BroughtMachine) -> str:
    """Take a table that was looked at, and log it; return how it went in a sentence.

    Raises
    ------
    PackRefusedError
        If it was taken before, or the photos have changed since.
    """
    table = taking.take_machine(machine, timezone.now())
    record(user, machine.study, f"took predictions of {machine.name} ({machine.table_sha256[:16]})")
    return (
        f"{len(table.answers)} answers of {machine.name} are taken. They count in versions that are frozen "
        "from now on."
    )


def discard(user: Any, study: Study, name: str) -> bool:
    """Throw away a table that was not taken, and log it; False if there is none."""
    thrown = taking.discard_machine(study, name)
    if thrown:
        record(user, study, f"threw predictions of {name} away")
    return thrown


def preview_of(machine: BroughtMachine, table: AnswerTable) -> TablePreview:
    """Return what a table holds."""
    states = {state.value: count for state, count in table.states.items()}
    choices = tuple(machine.pack.choices)
    return TablePreview(
        machine.name,
        machine.pack.name,
        machine.kind,
        machine.examples,
        table.form.value,
        len(table.answers),
        states,
        table.per_choice(choices),
        table.seconds_known,
        table.costs_known,
    )
